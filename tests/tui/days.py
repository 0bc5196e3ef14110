"""What a daemon may have to show, for pictures of the monitor: the same each time, by a clock of its own."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from textual.app import App

from daemon.contract.evidence import Analysis, Cue, Loudness, Shot, Skip, SkipPlan, Span, Transcript
from daemon.contract.states import HoldCause, JobState, Stage
from daemon.contract.status import Disk, Forecast, MemoryUse, OllamaState, Resident
from daemon.jobs.rows import Facts
from tests.daemon.api.scripted import written
from tests.daemon.api.served import Served
from tests.daemon.api.test_videos import lay

GIB = 2**30
MODEL = "llama3.1:8b"


def clock() -> Callable[[], float]:
    """Seven seconds go by whenever somebody looks."""
    return map(float, itertools.count(1_760_000_000, 7)).__next__


@dataclass(frozen=True)
class Picture:
    """A screen: what the daemon has to show, the keys that lead there, what is to be seen then, and the terminal's size."""

    day: Callable[[Served], None]
    keys: tuple[str, ...] = ()
    sees: tuple[str, ...] = ()
    size: tuple[int, int] = field(default=(80, 24))


def empty(daemon: Served) -> None:
    """Nothing has come yet."""


def busy(daemon: Served) -> None:
    """Each of the usual states."""
    daemon.film("Holiday.mov", JobState.COMPLETED)
    daemon.film(
        "broken.mp4", JobState.FAILED, "the file ends before its own end: it is not whole", "copy it again, then: reelscribe retry 2"
    )
    daemon.film("Night Train.mp4")
    daemon.store.claim(1.0)
    daemon.store.stage_started(3, Stage.TRANSCRIBE, "key")
    daemon.store.progress(3, Stage.TRANSCRIBE, 0.42, 185.0, 130.0, 250.0)
    held = daemon.film("Waiting for Marco.mkv")
    reason, advice = "no Ollama answers at http://127.0.0.1:11434", "start it: ollama serve"
    daemon.store.move(held.id, JobState.HELD, reason=reason, advice=advice, cause=HoldCause.OLLAMA)
    daemon.film(b"caf\xe9 \x1b[31m[b]red.mp4", JobState.PAUSED, "stopped by hand")
    daemon.film("日本語の映画.mp4", JobState.ARRIVING)
    _surround(daemon)


def failed(daemon: Served) -> None:
    """One film that cannot be read."""
    said = "[mov,mp4] moov atom not found\nmovie.mp4: Invalid data found when processing input"
    daemon.film("movie.mp4", JobState.FAILED, "the file holds no film", "Copy it again.", said)


def done(daemon: Served) -> None:
    """A film that was measured, skipped, written: with a timeline, stages, a log and a script."""
    video = daemon.controls.folder / "films" / "Night Train.mp4"
    video.parent.mkdir(exist_ok=True)
    video.write_bytes(b"film")
    status = video.stat()
    facts = Facts(device=1, inode=status.st_ino, size=4, mtime_ns=1, ctime_ns=1)
    job = daemon.store.arrive(bytes(video), b"/films", facts, "screenplay")
    daemon.store.settled(job, facts)
    daemon.store.claim(1.0)
    daemon.store.probed(job, "digest", {"duration": 120.0})
    _measure(daemon, daemon.controls.folder, job)
    _work(daemon, job)
    found = daemon.store.job(job)
    assert found is not None
    written(daemon, found)
    daemon.store.complete(job, "stamp")


def ranged(daemon: Served) -> None:
    """The same, of which a person leaves something out, protects something, and is offered a third."""
    choices = 'skips:\n  - {start: "0:33", end: "0:52", note: sponsor}\nkeep:\n  - {start: "1:43", end: "1:50"}\n'
    (daemon.controls.folder / "films").mkdir()
    (daemon.controls.folder / "films" / "Night Train.reelscribe.yaml").write_text(choices)
    done(daemon)
    daemon.store.suggest(1, [Skip(start=71, end=80, reason="repeat", confidence=0.8)], "Day Train.mp4")


def _work(daemon: Served, job: int) -> None:
    store = daemon.store
    numbers = {"model": MODEL, "tokens_in": 18_200, "tokens_out": 4_100, "asked": 3, "kept": 1}
    for stage, peak, record in ((Stage.LOOK, None, {}), (Stage.WRITE, 0.2, numbers), (Stage.CONTINUITY, 0.1, {}), (Stage.RENDER, 0.1, {})):
        run = store.stage_started(job, stage, f"{stage} key")
        if stage is Stage.WRITE:
            store.note(job, stage, f"writer: {MODEL}, the largest that fits")
        store.stage_ended(run, "done", record=record, peak_memory=int(peak * GIB) if peak else None)
        store.note(job, stage, "done")


def _measure(daemon: Served, folder: Path, job: int) -> None:
    ends = [0.0, 4.5, 12.0, 19.0, 33.0, 41.5, 60.0, 71.0, 88.0, 103.0, 120.0]
    shots = tuple(Shot(id=f"S{n}", start=a, end=b, brightness=0.5) for n, (a, b) in enumerate(itertools.pairwise(ends), 1))
    loudness = tuple(-60.0 if second < 8 or second > 110 else -30.0 + 12 * ((second * 7) % 5) / 5 for second in range(240))
    black, silence = (Span(start=0.0, end=4.5),), (Span(start=110.0, end=120.0),)
    sound = Loudness(integrated=-23, momentary=loudness)
    analysis = Analysis(duration=120.0, shots=shots, black=black, silence=silence, has_audio=True, loudness=sound)
    said = ((13.0, 16.0, "We leave tonight."), (20.0, 23.5, "Not without Marco."), (62.0, 66.0, "The door is locked."))
    cues = tuple(Cue(id=f"c{n}", start=a, end=b, text=text, voice="V1", confidence=0.9) for n, (a, b, text) in enumerate(said, 1))
    skips = (Skip(start=0, end=4.5, reason="black"), Skip(start=103, end=120, reason="credits", confidence=0.9))
    lay(daemon, folder, job, Stage.ANALYSE, analysis)
    lay(daemon, folder, job, Stage.TRANSCRIBE, Transcript(language="en", model="small", cues=cues))
    lay(daemon, folder, job, Stage.SKIPS, SkipPlan(skips=skips))
    daemon.store.skips_planned(job, skips)


def _surround(daemon: Served) -> None:
    model = Resident(name=MODEL, size=5 * GIB)
    daemon.controls.seen = {
        "ollama": OllamaState(url="http://127.0.0.1:11434", answers=True, version="0.13.1", resident=MODEL, models=(model,)),
        "disk": Disk(path="/var/lib/reelscribe", free=212 * GIB, total=930 * GIB),
        "memory": MemoryUse(limit=26 * GIB, used=9 * GIB),
        "forecast": Forecast(films=3, low=1200.0, high=5000.0),
    }


WIDE, HUGE = (160, 48), (200, 60)
LIGHT = "ctrl+t"
PICTURES = {
    "list-empty": Picture(empty, sees=("no jobs yet",)),
    "list": Picture(busy, ("end", "up"), ("held", "日本語")),
    "list-wide": Picture(busy, sees=("held", "日本語"), size=WIDE),
    "list-light": Picture(busy, (LIGHT, "end", "up"), ("held", "日本語")),
    "list-huge": Picture(busy, ("asterisk",), ("held", "日本語", "✓"), HUGE),
    "list-failed": Picture(failed, sees=("the file holds no film",)),
    "held": Picture(busy, ("down", "down", "enter"), ("ollama serve", "attempt")),
    "failed": Picture(failed, ("enter",), ("moov",)),
    "timeline": Picture(done, ("enter", "2", *["right"] * 12), ("speech", "▒")),
    "timeline-wide": Picture(done, ("enter", "2"), ("speech", "▒"), WIDE),
    "timeline-light": Picture(ranged, (LIGHT, "enter", "2", *["shift+right"] * 4), ("▓", "█", "????", "sponsor")),
    "script-light-wide": Picture(done, (LIGHT, "enter", "3"), ("version 1", "A platform."), WIDE),
    "search": Picture(done, ("w", *"money"), ("1 line", "MARCO")),
    "script": Picture(done, ("enter", "3"), ("version 1",)),
    "stages": Picture(done, ("enter", "4"), ("18200",)),
    "log": Picture(done, ("enter", "5"), ("completed",)),
    "system": Picture(busy, ("s",), ("llama3.1", "930")),
    "system-wide": Picture(busy, ("s",), ("llama3.1", "930"), WIDE),
    "help": Picture(busy, ("question_mark",), ("leave; the daemon goes on",)),
}


def text_of(app: App[None]) -> str:
    """What stands on the screen in front."""
    return "\n".join("".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips())
