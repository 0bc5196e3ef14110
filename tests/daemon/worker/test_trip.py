"""A whole trip through real stages: what is there already is taken, and a changed setting does again only what it must."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from config.places import Places
from config.settings import Settings
from daemon.contract.errors import CannotGoOn
from daemon.contract.states import Stage
from daemon.contract.task import Note, Report
from daemon.stages.recipe import Basis, Order
from daemon.worker.artefacts import Artefacts
from daemon.worker.orders import OverrideRefused, order_for
from daemon.worker.trip import Trip
from tests.daemon.worker.films import drafting, ignored, travelled
from tests.fakes.ollama import FakeOllama
from tests.fakes.ollama.faults import FaultKind
from tests.fakes.ollama.models import EYES, LLAMA_8B

AT_THE_END = [Stage.CONTINUITY, Stage.REVISE, Stage.RENDER, Stage.PUBLISH]


@pytest.fixture
def film(tmp_path: Path, short_film: Path) -> Path:
    """A copy of the short film, in a folder of its own."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    return Path(shutil.copy(short_film, folder / "film.mp4"))


def order(film: Path, settings: Settings, places: Places) -> Order:
    return order_for(film, film.parent, settings, places)


async def made(order: Order, artefacts: Artefacts) -> list[Stage]:
    """The stages that had to run on a whole trip."""
    return [taken.stage for taken in await travelled(order, artefacts) if not taken.kept]


async def test_a_copy_of_a_film_gets_a_script_and_nothing_is_done_twice(
    film: Path, settings: Settings, places: Places, artefacts: Artefacts
) -> None:
    assert await made(order(film, settings, places), artefacts) == [Stage.PROBE, Stage.PUBLISH]
    assert "Anna opens the door." in film.with_suffix(".fountain").read_text()
    assert await made(order(film, settings, places), artefacts) == [Stage.PUBLISH]


@pytest.mark.parametrize(
    ("override", "again"),
    [
        ("title: The Letter", [Stage.WRITE, *AT_THE_END]),
        ("characters: {VOICE 1: ANNA}", [Stage.REVISE, Stage.RENDER, Stage.PUBLISH]),
        ("script: {formats: [md]}", [Stage.RENDER, Stage.PUBLISH]),
        ("script: {chunk: 60}", [Stage.WRITE, *AT_THE_END]),
        ("skips: [{start: 0, end: 1}]", [Stage.SKIPS, Stage.LOOK, Stage.WRITE, *AT_THE_END]),
        ("whisper: {vocabulary: [Anna]}", [Stage.TRANSCRIBE, Stage.SKIPS, Stage.LOOK, Stage.WRITE, *AT_THE_END]),
    ],
)
async def test_a_changed_setting_does_again_only_what_it_must(
    film: Path, settings: Settings, places: Places, artefacts: Artefacts, override: str, again: list[Stage]
) -> None:
    film.with_suffix(".reelscribe.yaml").write_text(override)
    assert await made(order(film, settings, places), artefacts) == [Stage.PROBE, *again]


async def test_it_says_who_writes(film: Path, settings: Settings, places: Places, artefacts: Artefacts) -> None:
    said: list[Report] = []
    trip = Trip(order(film, settings, places), "screenplay", artefacts)
    while (step := trip.upcoming) and step.stage is not Stage.CONTINUITY:
        await trip.prepare(step, said.append)
        await trip.take(ignored)
    eyes, writer = "eyes: nobody, since the built-in draft writes", "writer: the built-in draft, as the settings say"
    assert said == [Note(text=eyes), Note(text=writer)]


async def test_a_range_beyond_the_films_end_is_refused_with_its_line(
    film: Path, settings: Settings, places: Places, artefacts: Artefacts
) -> None:
    override = film.with_suffix(".reelscribe.yaml")
    override.write_text("title: Long\nskips:\n  - {start: 50, end: 60}\n")
    with pytest.raises(OverrideRefused, match=f"{override}:3"):
        await travelled(order(film, settings, places), artefacts)


async def test_a_stage_that_fails_leaves_nothing_half_made(tmp_path: Path, text_film: Path, settings: Settings, places: Places) -> None:
    empty = Artefacts(tmp_path / "artefacts")
    with pytest.raises(CannotGoOn):
        await travelled(order(text_film, settings, places), empty)
    assert [path for path in empty.root.rglob("*") if path.is_file()] == []
    assert list((empty.root / "making").iterdir()) == []


async def test_one_looks_another_writes_and_each_is_loaded_once(
    film: Path, places: Places, artefacts: Artefacts, ollama: FakeOllama
) -> None:
    ollama.models = [EYES, LLAMA_8B]
    asking = drafting(writer={"engine": "ollama"}, ollama={"url": ollama.url}, memory={"limit": 16 << 30})
    taken = {one.stage: one for one in await travelled(order(film, asking, places), artefacts)}

    assert (taken[Stage.LOOK].record["model"], taken[Stage.WRITE].record["model"]) == (EYES.name, LLAMA_8B.name)
    assert ollama.scheduler.loads == [(EYES.name, 8192), (LLAMA_8B.name, 8192)]
    assert ollama.scheduler.unloads == [EYES.name], "the eyes are gone before the writer comes"
    assert any("sees" in message["content"] for chat in ollama.chats for message in chat["messages"])

    asked = len(ollama.chats)
    assert await made(order(film, asking, places), artefacts) == [Stage.PUBLISH]
    assert len(ollama.chats) == asked


async def test_a_part_that_was_drafted_is_asked_for_again_where_a_person_runs_the_film_again(
    film: Path, places: Places, artefacts: Artefacts, ollama: FakeOllama
) -> None:
    ollama.models = [LLAMA_8B]
    ollama.fail(None, times=2)  # the token for health, and the cast
    ollama.fail(FaultKind.TIMECODE, times=3)
    style = {"style": "casual"}  # of no other test: what models gave is kept for all of them
    asking = drafting(writer={"engine": "ollama"}, ollama={"url": ollama.url}, memory={"limit": 16 << 30}, script=style)
    first = order(film, asking, places)
    assert Stage.WRITE in await made(first, artefacts)
    assert "Draft:" in film.with_suffix(".fountain").read_text()
    assert await made(first, artefacts) == [Stage.PUBLISH]

    asked = len(ollama.chats)
    retried = replace(first, basis=Basis(number=1))
    assert await made(retried, artefacts) == [Stage.WRITE, *AT_THE_END]
    assert len(ollama.chats) == asked + 2  # the token for health, and the part; not the cast
    assert "Draft:" not in film.with_suffix(".fountain").read_text()

    by_model = retried.written_by(LLAMA_8B.name, LLAMA_8B.digest, 8192)
    renamed = replace(first, basis=Basis(number=2, models=replace(by_model, again=1).models))
    assert await made(renamed, artefacts) == [Stage.PUBLISH]


async def test_a_sound_that_was_removed_is_made_again_when_somebody_has_to_listen(
    tmp_path: Path, short_film: Path, short_results: Path, settings: Settings, places: Places
) -> None:
    artefacts = Artefacts(Path(shutil.copytree(short_results, places.state / "artefacts")))
    film = Path(shutil.copy(short_film, tmp_path / "film.mp4"))
    order = order_for(film, tmp_path, settings, places)
    await travelled(order, artefacts, until=Stage.SKIPS)
    assert sum(map(artefacts.remove, tuple(artefacts.sounds()))) == 1

    taken = {one.stage: one.kept for one in await travelled(order, artefacts, until=Stage.SKIPS)}
    assert taken[Stage.ANALYSE], "nobody has to listen again"

    other = order_for(
        film, tmp_path, settings.model_copy(update={"whisper": settings.whisper.model_copy(update={"vocabulary": ("Anna",)})}), places
    )
    taken = {one.stage: one.kept for one in await travelled(other, artefacts, until=Stage.SKIPS)}
    assert (taken[Stage.PROBE], taken[Stage.ANALYSE], taken[Stage.TRANSCRIBE]) == (True, False, False)
    assert [sound.size > 0 for sound in artefacts.sounds()] == [True]
    assert all(one.kept for one in await travelled(other, artefacts, until=Stage.SKIPS))
