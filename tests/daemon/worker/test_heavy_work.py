"""Heavy work on a real table with real stages: one thing in memory at a time, models loaded once for many films, room asked for first."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import psutil
import pytest

from config.places import Places
from config.settings import Settings
from daemon.contract.states import HoldCause, JobState, Stage
from daemon.demo import film, sets
from daemon.demo.film import Scene
from daemon.jobs.store import JobRow
from daemon.llm import machine
from daemon.llm.machine import Memory
from daemon.speech import weights
from daemon.worker import child
from daemon.worker.artefacts import Artefacts
from tests.daemon.jobs.conftest import Clock
from tests.daemon.worker.conftest import BeginWith
from tests.daemon.worker.films import drafting
from tests.daemon.worker.test_worker import Bench
from tests.fakes.ollama import FakeOllama
from tests.fakes.ollama.models import EYES, LLAMA_8B

GIB = 1 << 30
MIB = 1 << 20
LOOKS_FIRST = """
if STAGE == "transcribe":
    import urllib.request
    open({file!r}, "ab").write(urllib.request.urlopen({url!r}).read())
"""
BALLOON = """
if STAGE == "transcribe" and not os.path.exists({flag!r}):
    {once}
    import time
    ballast = b"x" * {size}
    time.sleep(60)
"""


@pytest.fixture
async def bench(tmp_path: Path, artefacts: Artefacts, places: Places, settings: Settings) -> AsyncIterator[Bench]:
    clock = Clock()
    clock.now = datetime(2026, 3, 11, 12).timestamp()  # noon, on the wall
    bench = Bench(tmp_path, artefacts, places, settings, clock)
    yield bench
    bench.store.close()


@pytest.fixture
def listening(bench: Bench, short_film: Path) -> JobRow:
    """A film whose speech is yet to be heard, and nothing else."""
    job = bench.film(short_film)
    (bench.inbox / "film.reelscribe.yaml").write_text(f"whisper: {{vocabulary: [{bench.inbox.parent.name}]}}")
    return job


def asking(url: str, **more: Any) -> Settings:
    return drafting(**{"writer": {"engine": "ollama"}, "ollama": {"url": url}, "memory": {"limit": 16 * GIB}} | more)


# The order of work


async def test_films_that_wait_cost_one_load_a_model_and_nothing_heavy_is_beside_another(
    bench: Bench, ollama: FakeOllama, tmp_path: Path, begin_with: BeginWith, monkeypatch: pytest.MonkeyPatch
) -> None:
    ollama.models = [EYES, LLAMA_8B]
    bench.settings = asking(ollama.url)
    for name, scenes in {"a": sets.kitchen, "b": sets.street, "c": sets.bridge}.items():
        film.make(tmp_path / f"{name}.mp4", scenes=(Scene(1.5, scenes), Scene(1.5, sets.station)))
    jobs = [bench.film(tmp_path / f"{name}.mp4", f"{name}.mp4") for name in "abc"]
    ollama.scheduler.load(LLAMA_8B, 4096)  # somebody else's work
    ollama.scheduler.loads.clear()
    begin_with(LOOKS_FIRST.format(file=str(tmp_path / "ps"), url=f"{ollama.url}/api/ps"))
    beside, load = list[str](), ollama.scheduler.load

    def watched(*model: Any) -> None:
        beside.extend(" ".join(one.cmdline()) for one in psutil.Process().children() if "transcribe" in one.cmdline())
        load(*model)

    monkeypatch.setattr(ollama.scheduler, "load", watched)
    while await bench.step():
        pass

    assert [bench.job(job).state for job in jobs] == [JobState.COMPLETED] * 3
    assert ollama.scheduler.loads == [(EYES.name, 8192), (LLAMA_8B.name, 8192)]
    assert (tmp_path / "ps").read_text() == '{"models": []}' * 3, "Ollama's memory is free before anybody listens"
    assert beside == [], "whoever listens is gone before Ollama loads"
    changes = [event.data for event in bench.events if event.type == "job.changed"]
    assert {change["reason"] for change in changes if "waits its turn" in change["reason"]} == {
        f"waits its turn for {model.name}" for model in (EYES, LLAMA_8B)
    }
    ended = [change["id"] for change in changes if change["state"] == JobState.COMPLETED]
    assert ended == [job.id for job in jobs]
    for job in jobs:
        all_of_it_is_told_once(bench, job)


def all_of_it_is_told_once(bench: Bench, job: JobRow) -> None:
    """Also of a film that gave way twice."""
    runs = bench.store.stages(job.id)
    assert len({(run.stage, run.attempt) for run in runs}) == len(runs)
    by_models = [run.tokens_in or 0 for run in runs if run.stage in (Stage.LOOK, Stage.WRITE)]
    version = bench.store.current_version(job.id)
    assert version
    assert version.tokens_in == sum(by_models) > max(by_models) > 0


# Room


async def test_what_does_not_fit_now_waits_with_the_numbers_and_goes_on_by_itself(
    bench: Bench, listening: JobRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "memory", lambda: Memory(8 * GIB, GIB // 2))
    await bench.step()
    held = bench.job(listening)
    assert (held.state, held.cause, held.stage) == (JobState.HELD, HoldCause.MEMORY, Stage.PROBE)
    assert "needs about 1.0 GiB of memory, and 0.5 GiB is free" in held.reason
    monkeypatch.setattr(machine, "memory", lambda: Memory(8 * GIB, 4 * GIB))
    await bench.later(61)
    assert bench.job(listening).state is JobState.COMPLETED


async def test_what_can_never_fit_fails_with_the_numbers_and_what_would(bench: Bench, listening: JobRow) -> None:
    bench.settings = drafting(memory={"limit": 2 * GIB}, whisper={"model": "large-v3"})
    await bench.step()
    failed = bench.job(listening)
    assert failed.state is JobState.FAILED
    assert failed.reason == "The speech model large-v3 needs about 2.8 GiB of memory, and 2.0 GiB may be used"
    assert failed.advice == "Set whisper.model: turbo, which fits."


async def test_telling_the_voices_of_a_long_film_is_counted_too(bench: Bench, listening: JobRow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "WHOLE", 2 * GIB)  # as if the film were long
    bench.settings = drafting(memory={"limit": 2 * GIB}, speakers={"engine": "sherpa"})
    await bench.step()
    failed = bench.job(listening)
    assert failed.state is JobState.FAILED
    assert failed.reason.startswith("Telling who speaks in so long a film needs about ")
    assert failed.advice == "Set speakers.engine: builtin, which takes little."


async def test_what_listening_took_here_is_remembered(bench: Bench, listening: JobRow) -> None:
    await bench.step()
    load = weights.load(bench.settings.whisper)
    peak = bench.store.peak_memory(Stage.TRANSCRIBE, load)
    assert peak
    assert 50 * MIB < peak < 600 * MIB
    assert bench.store.peak_memory(Stage.TRANSCRIBE, "large-v3 float32 8") is None
    assert bench.store.pace_of(Stage.WRITE, LLAMA_8B.name) is None


# A speech model that takes too much


@pytest.fixture
def tight(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """So much memory that listening just fits, and somebody who looks often."""
    monkeypatch.setattr(weights, "BESIDE", 0)
    monkeypatch.setattr(weights, "STRETCH", 0)
    monkeypatch.setattr(child, "WEIGHED_EVERY", 0.05)
    model = bench.settings.whisper.model
    bench.settings = drafting(memory={"limit": 700 * MIB}, whisper={"model": model, "batch": 4, "compute_type": "float32"})


@pytest.mark.usefixtures("tight")
async def test_a_speech_model_that_takes_too_much_is_tried_with_smaller_settings_and_the_job_says_so(
    bench: Bench, listening: JobRow, begin_with: BeginWith, tmp_path: Path
) -> None:
    flag = str(tmp_path / "once")
    begin_with(BALLOON.format(flag=flag, once=f"open({flag!r}, 'w').close()", size=750 * MIB))
    await bench.step()
    back = bench.job(listening)
    assert back.state is JobState.PENDING
    assert "of memory, and 0.7 GiB may be used" in back.reason
    assert back.advice == "It is tried again with whisper.batch: 1, whisper.compute_type: float32."
    await bench.later(60)
    done = bench.job(listening)
    assert done.state is JobState.COMPLETED
    assert done.warning.startswith("For want of memory the speech model worked with whisper.batch: 1, whisper.compute_type: float32.")
    heard = len([run for run in bench.store.stages(listening.id) if run.stage is Stage.TRANSCRIBE and run.peak_memory])

    bench.store.move(listening.id, JobState.PENDING)
    await bench.step()
    again = [run for run in bench.store.stages(listening.id) if run.stage is Stage.TRANSCRIBE and run.peak_memory]
    assert len(again) == heard, "what was found is remembered: nobody listens again"


@pytest.mark.usefixtures("tight")
async def test_with_the_smallest_settings_the_job_fails_and_names_a_smaller_model(
    bench: Bench, listening: JobRow, begin_with: BeginWith, tmp_path: Path
) -> None:
    begin_with(BALLOON.format(flag=str(tmp_path / "never"), once="pass", size=750 * MIB))
    tries = 0
    while bench.job(listening).state is not JobState.FAILED:
        await bench.later(3600)
        tries += 1
    assert tries == 3  # batches of 4, of 1, 8 bit numbers
    failed = bench.job(listening)
    assert "is too large, also with its smallest settings" in failed.reason
    assert failed.advice == "Set whisper.model: small, or raise memory.limit."
    assert failed.easier == "", "who retries it begins with what is meant"


# Quiet hours


async def test_heavy_work_begins_in_its_hours(bench: Bench, listening: JobRow) -> None:
    bench.settings = drafting(worker={"hours": "22:00-07:00"})
    await bench.step()
    held = bench.job(listening)
    assert (held.state, held.cause) == (JobState.HELD, HoldCause.HOURS)
    assert held.not_before == bench.clock.now + 10 * 3600
    await bench.later(9 * 3600)
    assert bench.job(listening).state is JobState.HELD
    await bench.later(3600)
    assert bench.job(listening).state is JobState.COMPLETED


async def test_what_is_light_is_done_at_any_hour(bench: Bench, short_film: Path) -> None:
    bench.settings = drafting(worker={"hours": "22:00-07:00"})
    job = bench.film(short_film)
    await bench.step()
    assert bench.job(job).state is JobState.COMPLETED


# A draft first


async def test_where_the_script_takes_long_a_draft_is_there_first(
    bench: Bench, short_film: Path, ollama: FakeOllama, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.settings = asking(ollama.url, writer={"engine": "ollama", "draft_after": 1}, script={"style": "technical"})  # of no other test
    job, script, there, load = bench.film(short_film), bench.inbox / "film.fountain", list[str](), ollama.scheduler.load

    def watched(*model: Any) -> None:
        there.append(script.read_text())
        load(*model)

    monkeypatch.setattr(ollama.scheduler, "load", watched)
    await bench.step()
    assert bench.job(job).state is JobState.COMPLETED
    assert len(there) == 1
    assert "draft" in there[0].partition("INT.")[0].lower(), "it says what it is"
    assert "Anna opens the door." in there[0]
    assert [row.model for row in bench.store.versions(job.id).items] == [LLAMA_8B.name, ""]
    assert [row.why for row in bench.store.versions(job.id).items] == ["written", "a draft, until the script is written"]
    assert {file.version for file in bench.store.scripts(job.id)} == {1, 2}
    assert script.read_text() != there[0]
    assert list(bench.inbox.glob("*.fountain")) == [script]


async def test_a_script_that_is_soon_there_has_no_draft(bench: Bench, short_film: Path, ollama: FakeOllama) -> None:
    bench.settings = asking(ollama.url, script={"chunk": 18})
    job = bench.film(short_film)
    await bench.step()
    assert [row.number for row in bench.store.versions(job.id).items] == [1]
