"""A film on a time axis, and its stills, over the socket."""

from pathlib import Path

import httpx

from daemon.contract.evidence import Analysis, Cue, Loudness, Motion, Shot, Skip, SkipPlan, Span, Transcript
from daemon.contract.states import Stage
from daemon.contract.timeline import MOST_LEVELS
from daemon.contract.values import Frozen
from daemon.editing.timeline import levels
from daemon.jobs.store import Facts
from tests.daemon.api.scripted import SCRIPT, film
from tests.daemon.api.served import Served

ANALYSIS = Analysis(
    duration=60,
    shots=(
        Shot(id="S1", start=0, end=20, starts_with="start", brightness=0.5, keyframes=("S1.jpg",)),
        Shot(id="S2", start=20, end=60, brightness=0.1, motion=Motion(kind="pan left", confidence=0.9)),
    ),
    black=(Span(start=0, end=1),),
    has_audio=True,
    loudness=Loudness(integrated=-23, momentary=(-30.0, -20.0)),
)
TRANSCRIPT = Transcript(language="en", model="small", cues=(Cue(id="c1", start=3, end=5, text="We leave tonight.", voice="SPEAKER 1"),))
PLAN = SkipPlan(skips=(Skip(start=0, end=1, reason="black"),))


def lay(daemon: Served, folder: Path, job: int, stage: Stage, result: Frozen) -> Path:
    """As a stage would."""
    artefact = folder / "artefacts" / stage / "key"
    artefact.mkdir(parents=True)
    artefact.joinpath("result.json").write_text(result.model_dump_json())
    daemon.store.stage_kept(job, stage, "key")
    return artefact


async def test_a_film_on_a_time_axis(http: httpx.AsyncClient, daemon: Served, folder: Path) -> None:
    job = daemon.film("a.mp4").id
    assert (await http.get(f"/v1/videos/{job}/timeline")).json()["shots"] == []
    lay(daemon, folder, job, Stage.ANALYSE, ANALYSIS).joinpath("S1.jpg").write_bytes(b"jpeg")
    lay(daemon, folder, job, Stage.TRANSCRIBE, TRANSCRIPT)
    lay(daemon, folder, job, Stage.SKIPS, PLAN)

    found = (await http.get(f"/v1/videos/{job}/timeline")).json()
    assert (found["duration"], found["black"], found["loudness"]) == (60, [{"start": 0, "end": 1}], {"step": 1, "values": [-30, -20]})
    assert [(shot["id"], shot["camera"], shot["stills"]) for shot in found["shots"]] == [("S1", "", 1), ("S2", "The camera pans left.", 0)]
    assert found["speech"] == [{"id": "c1", "start": 3, "end": 5, "text": "We leave tonight.", "voice": "SPEAKER 1"}]
    assert found["skips"][0]["reason"] == "black"

    picture = await http.get(f"/v1/videos/{job}/keyframes/1")
    assert (picture.content, picture.headers["Content-Type"]) == (b"jpeg", "image/jpeg")
    assert [(await http.get(f"/v1/videos/{job}/keyframes/{number}")).status_code for number in (2, 3, 0)] == [404, 404, 422]


async def test_the_scenes_of_the_script_lie_on_the_axis(http: httpx.AsyncClient, daemon: Served) -> None:
    job = film(daemon).id
    found = (await http.get(f"/v1/videos/{job}/timeline")).json()["scenes"]
    assert [(scene["number"], scene["heading"]) for scene in found] == [(scene.number, scene.heading.text) for scene in SCRIPT.scenes]


def test_a_long_films_loudness_keeps_its_peaks() -> None:
    found = levels(Loudness(integrated=-23, momentary=(-60.0,) * 7000 + (-3.0,)))
    assert len(found.values) <= MOST_LEVELS
    assert found.step * len(found.values) >= 7001
    assert max(found.values) == -3.0


async def test_a_video_is_forgotten_and_its_file_stays(http: httpx.AsyncClient, daemon: Served, tmp_path: Path) -> None:
    video = tmp_path / "a.mp4"
    video.write_bytes(b"film")
    job = daemon.store.arrive(bytes(video), bytes(tmp_path), Facts.of(video.stat()), "screenplay")
    assert (await http.delete(f"/v1/videos/{job}")).status_code == 204
    assert (daemon.store.job(job), video.read_bytes()) == (None, b"film")
    assert (await http.delete(f"/v1/videos/{job}")).status_code == 404
