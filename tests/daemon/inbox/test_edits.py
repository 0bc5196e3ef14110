"""Scripts that a person edits in any editor: noticed once they are whole, and the machine's own writing is never taken for one."""

import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from daemon.contract.states import JobState
from daemon.inbox.edits import Edits
from daemon.inbox.settle import Patience
from daemon.jobs.rows import Facts, JobRow, NewVersion
from daemon.jobs.store import Store
from daemon.screenplay.formats import mark
from tests.daemon.inbox.conftest import Start, film, reached, settings_for

TEXT = b"Title: Film\n\nINT. TRAIN - NIGHT\n\nRain.\n"


def published(store: Store, script: Path, version: int = 1, content: bytes = TEXT) -> JobRow:
    """A completed job whose script lies there as the machine wrote it."""
    video = film(script.with_suffix(".mp4"))
    number = store.arrive(os.fsencode(video), os.fsencode(video.parent), Facts.of(video.stat()), "screenplay")
    job = store.job(number)
    assert job
    if job.state is JobState.ARRIVING:
        for state in (JobState.PENDING, JobState.PROCESSING, JobState.COMPLETED):
            store.move(number, state)
    data = mark.marked(content, version, "boneyard")
    script.write_bytes(data)
    store.published(number, version, [(os.fsencode(script), "fountain", sha256(data).hexdigest())])
    return job


def hand(store: Store, job: JobRow) -> tuple[str, int | None] | None:
    """The text of the edit that waits, and the version that it was made of."""
    wish = store.open_wish(job.id)
    return (store.editions.get(wish.sha256).decode(), wish.number) if wish else None


class Hands:
    """Edits without waiting: the clock goes on by itself."""

    def __init__(self, store: Store) -> None:
        self.now = 0.0
        self.edits = Edits(store, lambda: Patience(1, 1), frozenset, lambda: self.now)

    async def look(self) -> None:
        """Scans, and looks until nothing is to be looked at any more."""
        await self.edits.scan()
        for _ in range(10):
            await self.edits.step()
            self.now += 1
        assert len(self.edits) == 0


@pytest.fixture
def hands(store: Store) -> Hands:
    return Hands(store)


async def test_what_the_machine_wrote_is_read_once_and_is_no_edit(store: Store, hands: Hands, inbox: Path) -> None:
    job = published(store, inbox / "film.fountain")
    await hands.look()
    assert hand(store, job) is None
    await hands.edits.scan()
    assert len(hands.edits) == 0
    os.utime(inbox / "film.fountain")
    await hands.look()
    assert hand(store, job) is None


def save_in_place(script: Path, text: bytes) -> None:
    script.write_bytes(text)


def save_by_rename(script: Path, text: bytes) -> None:
    script.with_suffix(".swp").write_bytes(text)
    script.with_suffix(".swp").rename(script)


@pytest.mark.parametrize("save", [save_in_place, save_by_rename])
async def test_an_edit_is_taken_in_however_it_was_saved(
    store: Store, hands: Hands, inbox: Path, save: Callable[[Path, bytes], None]
) -> None:
    script = inbox / "film.fountain"
    job = published(store, script, version=3)
    await hands.look()
    save(script, script.read_bytes().replace(b"Rain.", b"Rain, in sheets."))
    await hands.look()
    found = hand(store, job)
    assert found
    assert ("Rain, in sheets." in found[0], found[1]) == (True, 3)
    now = store.job(job.id)
    assert now
    assert (now.state, now.reason) == (JobState.PENDING, "Its script was edited by hand.")
    wish = store.open_wish(job.id)
    await hands.look()
    assert store.open_wish(job.id) == wish


async def test_a_file_that_is_still_written_to_waits(store: Store, hands: Hands, inbox: Path) -> None:
    script = inbox / "film.fountain"
    job = published(store, script)
    await hands.look()
    with script.open("wb") as half:
        half.write(b"Title: Fi")
        half.flush()
        await hands.edits.scan()
        for _ in range(5):
            await hands.edits.step()
            hands.now += 1
        assert hand(store, job) is None
        half.write(b"lm\n\nINT. TRAIN - NIGHT\n\nHail.\n")
    await hands.look()
    assert hand(store, job) == ("Title: Film\n\nINT. TRAIN - NIGHT\n\nHail.\n", 1)


async def test_a_version_of_the_machines_that_the_table_does_not_know_yet_is_no_edit(store: Store, hands: Hands, inbox: Path) -> None:
    script = inbox / "film.fountain"
    job = published(store, script)
    script.write_bytes(mark.marked(b"Title: Newer\n", 2, "boneyard"))
    await hands.look()
    assert hand(store, job) is None


async def test_a_script_that_is_deleted_or_becomes_something_else_is_let_be(store: Store, hands: Hands, inbox: Path) -> None:
    script = inbox / "film.fountain"
    job = published(store, script)
    script.unlink()
    await hands.look()
    script.mkdir()
    await hands.look()
    assert hand(store, job) is None


async def test_an_edit_that_is_undone_has_the_version_published_that_it_kept_away(store: Store, hands: Hands, inbox: Path) -> None:
    script = inbox / "film.fountain"
    job, before = published(store, script), script.read_bytes()
    await hands.look()
    new = {"why": "written", "author": "machine", "screenplay": "one", "written": "two", "evidence": "three"}
    store.keep_version(job.id, NewVersion(parent=None, **new), ())
    assert (current := store.current_version(job.id))
    assert current.number == 2  # the file bears 1
    script.write_bytes(b"Not this.")
    script.write_bytes(before)
    await hands.look()
    assert (row := store.job(job.id))
    assert (row.state, row.reason, hand(store, job)) == (JobState.PENDING, "An edit of its script was undone.", None)


async def test_only_the_last_edit_waits(store: Store, hands: Hands, inbox: Path) -> None:
    script = inbox / "film.fountain"
    job = published(store, script)
    for text in ("one", "two"):
        script.write_text(text)
        await hands.look()
    assert [wish.state for wish in store.wishes(job.id)] == ["open"]
    assert hand(store, job) == ("two", 1)


async def test_the_keeper_hears_of_an_edit_by_itself(store: Store, inbox: Path, start: Start) -> None:
    script = inbox / "film.fountain"
    job = published(store, script)
    async with start(settings_for(inbox)) as daemon:
        await reached(lambda: (row := store.published_at(os.fsencode(script))) is not None and row.size > 0)
        script.write_text("Title: Film\n\nINT. TRAIN - NIGHT\n\nSnow.\n")
        await daemon.until(lambda: hand(store, job) is not None)


async def test_a_file_that_was_complained_of_and_is_put_back_is_complained_of_no_longer(store: Store, hands: Hands, inbox: Path) -> None:
    script = inbox / "film.fountain"
    job, before = published(store, script), script.read_bytes()
    await hands.look()
    script.write_text("no scene at all\n")
    await hands.look()
    wish = store.open_wish(job.id)
    assert wish
    store.wish_ended(wish.id, "failed", "no scene heading was found in it")
    for state in (JobState.PROCESSING, JobState.COMPLETED):
        store.move(job.id, state)
    script.write_bytes(before)
    await hands.look()
    assert (row := store.job(job.id))
    assert (row.state, store.open_wish(job.id)) == (JobState.PENDING, None)
