"""Films that are moved while nobody looks: whatever the order in which their old and their new place are looked at, the job stays."""

import os
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from daemon.contract.states import HoldCause, JobState
from daemon.inbox.keeper import Keeper
from daemon.jobs.rows import EventRow, JobRow
from daemon.jobs.store import Store
from tests.daemon.inbox.conftest import film, move, settings_for

STATES = [one for one in JobState if one not in {JobState.FAILED, JobState.IGNORED}]


class Looker:
    """A keeper that looks only where it is told to."""

    def __init__(self, store: Store, *inboxes: Path) -> None:
        self.store = store
        self.keeper = Keeper(store, settings_for(*inboxes))
        self.inboxes = inboxes
        self.events: list[EventRow] = []

    async def look(self, *folders: Path) -> None:
        """One scan of each, from this folder on, in this order."""
        for folder in folders:
            inbox = next(one for one in self.inboxes if folder.is_relative_to(one))
            held = self.keeper._inboxes.folders[os.fsencode(inbox)]
            held.wanted = {os.fsencode(folder)}
            await self.keeper._scan(held)

    def job(self) -> JobRow:
        """The one job that there is."""
        (job,) = self.store.page().items
        return job

    def bring(self, state: JobState) -> JobRow:
        """Brings the one job into a state."""
        job = self.job()
        if state is not JobState.ARRIVING:
            if state is not JobState.CANCELLED:
                self.store.settled(job.id, job.facts)
            if state in {JobState.PROCESSING, JobState.COMPLETED}:
                assert self.store.claim(time.time())
            if state is JobState.COMPLETED:
                self.store.complete(job.id, "")
            elif self.job().state is not state:
                self.store.move(job.id, state, cause=HoldCause.OLLAMA if state is JobState.HELD else None)
        return self.job()


@pytest.fixture
def inboxes(tmp_path: Path) -> tuple[Path, Path]:
    one, other = tmp_path / "one", tmp_path / "other"
    for inbox in (one, other):
        (inbox / "below").mkdir(parents=True)
    return one, other


@pytest.fixture
async def looker(store: Store, inboxes: tuple[Path, Path]) -> AsyncIterator[Looker]:
    looker = Looker(store, *inboxes)
    await looker.keeper.rescan()
    yield looker
    for folder in looker.keeper._inboxes.folders.values():
        await folder.end_watch()


async def moved(looker: Looker, state: JobState, path: Path, to: Path, *looks: Path) -> None:
    """The film is moved, and the old place is looked at before the new one."""
    film(path)
    await looker.look(path.parent)
    before = looker.bring(state)
    end = looker.store.on_event(looker.events.append)
    move(path, to)
    if state is JobState.ARRIVING:
        film(to, b"it grows while it is moved")
    await looker.look(*looks)
    end()
    after = looker.job()
    assert (after.id, after.path, after.state, after.gone) == (before.id, os.fsencode(to), state, False)
    assert not [event for event in looker.events if event.data.get("state") not in (None, state)]


@pytest.mark.parametrize("state", STATES)
async def test_a_film_that_moves_to_another_inbox_keeps_its_job(looker: Looker, inboxes: tuple[Path, Path], state: JobState) -> None:
    one, other = inboxes
    await moved(looker, state, one / "a.mp4", other / "b.mp4", one, other)
    assert looker.job().inbox == os.fsencode(other)


@pytest.mark.parametrize("state", STATES)
async def test_a_film_that_moves_to_another_folder_keeps_its_job(looker: Looker, inboxes: tuple[Path, Path], state: JobState) -> None:
    one, other = inboxes
    (one / "above").mkdir()
    await moved(looker, state, one / "above" / "a.mp4", one / "below" / "a.mp4", one / "above", one / "below", one, other)


async def test_a_scan_of_all_follows_what_moved_behind_its_back(looker: Looker, inboxes: tuple[Path, Path]) -> None:
    one, other = inboxes
    path = film(one / "a.mp4")
    await looker.keeper.rescan()
    before = looker.bring(JobState.PAUSED)
    path.rename(other / "a.mp4")
    await looker.keeper.rescan()
    assert (looker.job().id, looker.job().state, looker.job().path) == (before.id, JobState.PAUSED, os.fsencode(other / "a.mp4"))


async def test_a_film_is_gone_once_every_inbox_was_looked_through(looker: Looker, inboxes: tuple[Path, Path]) -> None:
    one, other = inboxes
    path = film(one / "below" / "a.mp4")
    await looker.look(one)
    looker.bring(JobState.PENDING)
    path.unlink()
    for folder in (one / "below", one, one):
        await looker.look(folder)
        assert looker.job().state is JobState.PENDING
    await looker.look(other)
    assert (looker.job().state, looker.job().gone) == (JobState.CANCELLED, True)


async def test_what_is_missed_is_looked_for_everywhere_and_then_no_more(looker: Looker, inboxes: tuple[Path, Path]) -> None:
    one, other = inboxes
    folders = looker.keeper._inboxes.folders
    path = film(one / "a.mp4")
    await looker.look(one)
    path.unlink()
    await looker.look(one)
    assert [folder.wanted for folder in folders.values()] == [{os.fsencode(one)}, {os.fsencode(other)}]
    await looker.look(one)  # the other one is polled, say, and takes its time
    assert folders[os.fsencode(one)].wanted == set()
    await looker.look(other)
    assert looker.job().gone
    assert folders[os.fsencode(one)].wanted == set()


async def test_an_inbox_that_is_out_of_reach_is_not_waited_for(looker: Looker, inboxes: tuple[Path, Path], tmp_path: Path) -> None:
    one, other = inboxes
    path = film(one / "a.mp4")
    await looker.look(one)
    other.rename(tmp_path / "away")
    path.unlink()
    await looker.look(other, one, one)
    assert looker.job().gone


async def test_a_film_that_was_gone_for_a_while_is_followed_to_another_name(looker: Looker, inboxes: tuple[Path, Path]) -> None:
    one, other = inboxes
    path = film(one / "a.mp4")
    await looker.keeper.rescan()
    before = looker.bring(JobState.COMPLETED)
    path.rename(one.parent / "desk.mp4")
    await looker.keeper.rescan()
    assert looker.job().gone
    (one.parent / "desk.mp4").rename(other / "b.mp4")
    await looker.keeper.rescan()
    assert (looker.job().id, looker.job().state, looker.job().gone) == (before.id, JobState.COMPLETED, False)
