"""What films tell of each other, by way of the job table, and how a range is learned."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from config.places import Places
from config.settings import Settings
from daemon.contract.evidence import Elsewhere, Skip, SkipPlan
from daemon.contract.states import Stage
from daemon.contract.values import packed
from daemon.editing.learning import NothingToLearn, learn
from daemon.jobs.errors import NoSuchJob
from daemon.jobs.store import Facts, JobRow, Store
from daemon.stages.recipe import SCREENPLAY, Order
from daemon.worker.artefacts import Artefacts
from daemon.worker.orders import order_for
from daemon.worker.relatives import Relatives
from tests.daemon.stages.skip_rules.sounding import artefact, talk

SKIPS = next(step for step in SCREENPLAY if step.stage is Stage.SKIPS)
TAKEN = dict.fromkeys(SKIPS.takes, "key")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(tmp_path / "reelscribe.db")
    yield store
    store.close()


@pytest.fixture
def artefacts(tmp_path: Path) -> Artefacts:
    return Artefacts(tmp_path / "artefacts")


class House:
    """Films, their jobs and their analyses."""

    def __init__(self, folder: Path, store: Store, artefacts: Artefacts) -> None:
        self.folder, self.store, self.artefacts = folder / "inbox", store, artefacts
        self.relatives = Relatives(store, artefacts)
        self.folder.mkdir()

    def job(self, name: str) -> JobRow:
        """A film that was probed; its analysis, of the key ``key of NAME``, lies there."""
        path = self.folder / name
        path.write_bytes(name.encode())
        number = self.store.arrive(bytes(path), bytes(self.folder), Facts.of(path.stat()), "screenplay")
        self.store.probed(number, f"digest of {name}", {})
        self.artefacts.folder(Stage.ANALYSE, f"key of {name}").mkdir(parents=True)
        job = self.store.job(number)
        assert job is not None
        return job

    def order(self, job: JobRow, name: str) -> Order:
        """Its order, once it is known what came before."""
        places = Places(state=self.folder, models=self.folder, socket=self.folder, environ={})
        order = order_for(self.folder / name, self.folder, Settings(), places)
        return self.relatives.introduced(order, job, f"digest of {name}", f"key of {name}")


@pytest.fixture
def house(tmp_path: Path, store: Store, artefacts: Artefacts) -> House:
    return House(tmp_path, store, artefacts)


def test_a_films_key_never_changes_because_of_films_that_come_later(house: House) -> None:
    first = house.job("1.mp4")
    key = SKIPS.key(house.order(first, "1.mp4"), TAKEN)
    second = house.job("2.mp4")
    then = house.order(second, "2.mp4")
    house.store.learn(second.id, 1, 9, "", b"print", "2.mp4")
    assert SKIPS.key(house.order(first, "1.mp4"), TAKEN) == key
    assert list(then.relatives) == ["key of 1.mp4"]
    assert SKIPS.key(then, TAKEN) != key
    third = house.order(house.job("3.mp4"), "3.mp4")
    assert [lesson.seconds for lesson in third.lessons] == [8]


def test_what_the_stage_may_read_is_what_its_key_says(house: House) -> None:
    for name in ("1.mp4", "2.mp4"):
        house.order(house.job(name), name)
    house.artefacts.drop(house.artefacts.folder(Stage.ANALYSE, "key of 1.mp4"))
    order = house.order(house.job("3.mp4"), "3.mp4")
    folder = house.artefacts.folder(Stage.ANALYSE, "key of 2.mp4")
    assert SKIPS.settings(order)["relatives"] == ["key of 2.mp4"]
    assert SKIPS.facts(order) == {"relatives": {"key of 2.mp4": packed(folder)}}
    assert SKIPS.reads(order) == (folder,)


def test_later_films_only_suggest_and_what_is_left_out_already_is_not_suggested(house: House) -> None:
    first, second, third = (house.job(f"{number}.mp4") for number in (1, 2, 3))
    for number, job in enumerate((first, second, third), 1):
        house.order(job, f"{number}.mp4")
    done = (Skip(start=100, end=120, reason="credits"),)
    house.relatives.planned(first, SkipPlan(skips=done))
    found = tuple(Skip(start=start, end=end, reason="repeat", confidence=0.8) for start, end in ((5, 25), (101, 119)))
    plan = SkipPlan(elsewhere=(Elsewhere(analysis="key of 1.mp4", suggestions=found),))
    house.relatives.planned(second, plan)
    house.relatives.planned(second, plan)
    house.relatives.planned(third, plan)
    assert house.store.skips(first.id) == done
    assert [(one.start, one.end, one.origin) for one in house.store.suggestions(first.id)] == [(5, 25, "2.mp4")]
    left_out = Skip(start=4, end=26, reason="manual")
    house.relatives.planned(first, SkipPlan(skips=(*done, left_out)))
    assert house.store.suggestions(first.id) == ()


def marked(*ranges: tuple[float, float]) -> list[Skip]:
    return [Skip(start=start, end=end, reason="manual", note="sponsor") for start, end in ranges]


async def test_every_range_that_a_person_marked_is_learned_once(house: House) -> None:
    job = house.job("1.mp4")
    house.store.heard(job.id, "digest of 1.mp4", "measured")
    artefact(house.artefacts.folder(Stage.ANALYSE, "measured"), talk(1, 40))
    house.store.skips_planned(job.id, [*marked((5, 15), (20, 22), (25, 33)), Skip(start=35, end=40, reason="black")])
    numbers = await learn(house.store, house.artefacts, job.id)
    assert await learn(house.store, house.artefacts, job.id) == numbers
    assert [(one.start, one.end, one.film) for one in house.store.lessons()] == [(5, 15, "1.mp4"), (25, 33, "1.mp4")]
    assert all(np.frombuffer(one.print, "<u4").size > 40 for one in house.store.lessons())


async def test_what_cannot_be_learned_is_said(house: House) -> None:
    job = house.job("1.mp4")
    with pytest.raises(NoSuchJob):
        await learn(house.store, house.artefacts, 99)
    with pytest.raises(NothingToLearn, match=r"left a range out of 1\.mp4 by hand"):
        await learn(house.store, house.artefacts, job.id)
    house.store.skips_planned(job.id, marked((5, 7)))
    with pytest.raises(NothingToLearn, match="not at hand"):
        await learn(house.store, house.artefacts, job.id)
    house.store.heard(job.id, "digest of 1.mp4", "measured")
    artefact(house.artefacts.folder(Stage.ANALYSE, "measured"), talk(1, 10))
    with pytest.raises(NothingToLearn, match="too short or too quiet"):
        await learn(house.store, house.artefacts, job.id)
