"""Films that come one after the other into one inbox: what they share, what a person marks, what another program marked."""

import ffmpeg
import numpy as np

from benchmarks.sounds import Sound, sound, write
from daemon.media import ffmpeg as tool
from tests.end_to_end.running import Json, Running

INTRO = sound("music", 7, 18)
SPONSOR = sound("music", 8, 9)


def drop(running: Running, name: str, *parts: Sound) -> Json:
    """A film with this sound; gives its job once its script is there."""
    wav, aside = running.folder / "sound.wav", running.folder / name
    samples = np.concatenate(parts)
    write(wav, samples)
    pictures = ffmpeg.input(f"testsrc2=size=160x90:rate=12:duration={len(samples) / 16_000}", format="lavfi")
    streams = (pictures, ffmpeg.input(tool.address(wav)))
    tool.run(ffmpeg.output(*streams, tool.address(aside), **{"c:v": "mpeg4", "c:a": "aac"}).overwrite_output())
    aside.rename(running.inbox / name)
    return running.until_state(name, "completed")


def room(seed: int, seconds: float) -> Sound:
    return sound("tone", seed, seconds)


def ranges(job: Json, reason: str) -> list[tuple[int, int]]:
    return [(round(skip["start"]), round(skip["end"])) for skip in job["skips"] if skip["reason"] == reason]


def near(found: list[tuple[int, int]], *true: tuple[int, int]) -> bool:
    pairs = zip(found, true, strict=True)
    return all(abs(one - two) <= 3 for pair in pairs for one, two in zip(*pair, strict=True))


def suggestions(running: Running, job: Json) -> list[Json]:
    found: list[Json] = running.client.get(f"/videos/{job['id']}/skips").raise_for_status().json()["suggestions"]
    return found


def test_films_of_one_inbox_tell_of_each_other(daemon: Running) -> None:
    first = drop(daemon, "1.mp4", room(1, 5), INTRO, room(2, 30), SPONSOR, room(3, 20))
    assert ranges(first, "repeat") == []
    second = drop(daemon, "2.mp4", room(4, 11), INTRO, room(5, 60))
    assert near(ranges(second, "repeat"), (11, 29))
    (suggestion,) = suggestions(daemon, first)
    assert (suggestion["reason"], suggestion["origin"]) == ("repeat", "2.mp4")

    (daemon.inbox / "1.edl").write_text("0:00:53 0:01:02 3\n")
    daemon.until(lambda: (job := daemon.job("1.mp4")) and ranges(job, "manual") and job["state"] == "completed")
    marked = daemon.job("1.mp4")
    assert marked is not None
    assert (ranges(marked, "manual"), ranges(marked, "repeat")) == ([(53, 62)], [])
    assert len(suggestions(daemon, first)) == 1

    learned = daemon.client.post(f"/videos/{first['id']}/skips/learn").raise_for_status().json()["items"]
    assert [(one["film"], round(one["start"])) for one in learned] == [("1.mp4", 53)]
    third = drop(daemon, "3.mp4", room(6, 40), SPONSOR, room(7, 20))
    assert near(ranges(third, "learned"), (40, 49))

    daemon.client.delete(f"/learned/{learned[0]['id']}").raise_for_status()
    daemon.client.post(f"/jobs/{third['id']}/retry").raise_for_status()
    daemon.until(lambda: (job := daemon.job("3.mp4")) and job["attempt"] == 2 and job["state"] == "completed")
    again = daemon.job("3.mp4")
    assert again is not None
    assert ranges(again, "learned") == []
