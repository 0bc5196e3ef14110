"""What happens to films that the table knows: moved, replaced, deleted, out of reach, with other choices."""

import os
import socket
import stat
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from daemon.contract.errors import CannotGoOn
from daemon.contract.states import HoldCause, JobState
from daemon.inbox.place import Place, place_of
from tests.daemon.inbox.conftest import Daemon, Start, film, make, move, remove, settings_for


async def completed(daemon: Daemon, path: Path) -> int:
    """A job whose script is out, as the worker leaves it."""
    job = await daemon.until_state(path, JobState.PENDING)
    claimed = daemon.store.claim(time.time())
    assert claimed
    assert claimed.id == job.id
    daemon.store.complete(job.id, daemon.keeper.overrides_of(job.path, job.inbox))
    return job.id


def gone(daemon: Daemon, path: Path) -> int:
    """The job of a film that is not there."""
    job = daemon.job(path)
    assert job
    assert job.gone
    return job.id


async def test_a_renamed_film_keeps_its_job(start: Start, inbox: Path) -> None:
    async with start(settings_for(inbox)) as daemon:
        path = film(inbox / "movie.mp4")
        job = await completed(daemon, path)
        (inbox / "below").mkdir()
        path.rename(inbox / "below" / "other.mp4")
        await daemon.until(lambda: daemon.job(inbox / "below" / "other.mp4") is not None)
        assert daemon.jobs() == {os.fsencode(inbox / "below" / "other.mp4"): JobState.COMPLETED}
        assert daemon.state(inbox / "below" / "other.mp4") is JobState.COMPLETED
        row = daemon.job(inbox / "below" / "other.mp4")
        assert row
        assert row.id == job


async def test_a_film_renamed_while_it_arrives_keeps_its_job_and_rests_anew(start: Start, inbox: Path) -> None:
    async with start(settings_for(inbox, settle=0.1)) as daemon:
        path = inbox / "movie.mp4"
        with path.open("wb") as writing:
            writing.write(b"x")
            await daemon.until(lambda: daemon.state(path) is not None)
            first = daemon.job(path)
            path.rename(inbox / "other.mp4")
            writing.write(b"x" * 100)
        job = await daemon.until_state(inbox / "other.mp4", JobState.PENDING)
        assert first
        assert (job.id, job.facts.size) == (first.id, 101)


async def test_a_renamed_folder_keeps_the_jobs_in_it(start: Start, inbox: Path) -> None:
    async with start(settings_for(inbox)) as daemon:
        for name in ("a", "b"):
            await completed(daemon, film(inbox / "season" / f"{name}.mp4", name.encode()))
        (inbox / "season").rename(inbox / "series")
        await daemon.until(lambda: set(daemon.jobs()) == {os.fsencode(inbox / "series" / f"{name}.mp4") for name in "ab"})
        assert set(daemon.jobs().values()) == {JobState.COMPLETED}


async def test_a_film_moved_to_another_inbox_keeps_its_job(start: Start, inbox: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    async with start(settings_for(inbox, other)) as daemon:
        job = await completed(daemon, film(inbox / "movie.mp4"))
        (inbox / "movie.mp4").rename(other / "movie.mp4")
        await daemon.until(lambda: daemon.job(other / "movie.mp4") is not None)
        row = daemon.job(other / "movie.mp4")
        assert row
        assert (row.id, row.inbox, row.state) == (job, os.fsencode(other), JobState.COMPLETED)


async def test_an_inbox_inside_another_has_its_films_to_itself(start: Start, inbox: Path) -> None:
    inner = inbox / "inner"
    inner.mkdir()
    async with start(settings_for(inbox, inner)) as daemon:
        film(inner / "movie.mp4")
        film(inbox / "outer.mp4")
        await daemon.until_state(inbox / "outer.mp4", JobState.PENDING)
        job = await daemon.until_state(inner / "movie.mp4", JobState.PENDING)
        await daemon.keeper.rescan()
        assert job.inbox == os.fsencode(inner)
        assert len(daemon.jobs()) == 2


async def test_a_deleted_film_cancels_its_job_and_one_put_back_is_taken_again(start: Start, inbox: Path) -> None:
    async with start(settings_for(inbox)) as daemon:
        path = film(inbox / "movie.mp4")
        first = await daemon.until_state(path, JobState.PENDING)
        path.rename(inbox.parent / "trash.mp4")
        await daemon.until_state(path, JobState.CANCELLED)
        (inbox.parent / "trash.mp4").rename(path)
        assert (await daemon.until_state(path, JobState.PENDING)).id == first.id


async def test_a_script_outlives_its_film_and_the_film_put_back_is_not_done_again(start: Start, inbox: Path) -> None:
    async with start(settings_for(inbox)) as daemon:
        path = film(inbox / "movie.mp4")
        await completed(daemon, path)
        path.rename(inbox.parent / "trash.mp4")
        await daemon.until(lambda: bool((job := daemon.job(path)) and job.gone))
        (inbox.parent / "trash.mp4").rename(path)
        await daemon.until(lambda: bool((job := daemon.job(path)) and not job.gone))
        assert daemon.state(path) is JobState.COMPLETED


async def test_a_film_that_vanishes_while_it_arrives_is_cancelled(start: Start, inbox: Path) -> None:
    async with start(settings_for(inbox, settle=60)) as daemon:
        path = film(inbox / "movie.mp4")
        await daemon.until_state(path, JobState.ARRIVING)
        path.unlink()
        await daemon.until_state(path, JobState.CANCELLED)
        assert len(daemon.keeper._arriving) == 0


async def test_other_content_under_the_same_name_is_another_attempt(start: Start, inbox: Path) -> None:
    async with start(settings_for(inbox)) as daemon:
        path = film(inbox / "movie.mp4")
        job = await completed(daemon, path)
        film(inbox.parent / "better.mp4", b"a better film").replace(path)
        await daemon.until_state(path, JobState.ARRIVING)
        again = await daemon.until_state(path, JobState.PENDING)
        assert (again.id, again.facts.size) == (job, 13)


async def test_a_film_replaced_while_it_is_worked_on_begins_again_when_that_stops(start: Start, inbox: Path) -> None:
    async with start(settings_for(inbox)) as daemon:
        path = film(inbox / "movie.mp4")
        job = await daemon.until_state(path, JobState.PENDING)
        daemon.store.claim(time.time())
        film(path, b"other content")
        await daemon.until(lambda: bool((row := daemon.job(path)) and row.stale))
        assert daemon.store.complete(job.id, "").state is JobState.ARRIVING
        await daemon.until_state(path, JobState.PENDING)


async def test_touched_rights_are_no_change(start: Start, inbox: Path) -> None:
    async with start(settings_for(inbox)) as daemon:
        path = film(inbox / "movie.mp4")
        await completed(daemon, path)
        path.chmod(0o600)
        (inbox / "second name.mp4").hardlink_to(path)
        await daemon.until(lambda: daemon.job(inbox / "second name.mp4") is not None)
        assert daemon.state(path) is JobState.COMPLETED


@pytest.mark.parametrize("name", ["movie.reelscribe.yaml", "reelscribe.yaml", "../reelscribe.yaml"])
async def test_a_changed_override_gives_another_run(start: Start, inbox: Path, name: str) -> None:
    async with start(settings_for(inbox)) as daemon:
        path, other = inbox / "below" / "movie.mp4", inbox / "below" / "movie.reelscribe" / "other.mp4"
        for one in (path, other):
            await completed(daemon, film(one))
        film(path.parent / name, b"title: Night Train")
        await daemon.until_state(path, JobState.PENDING)
        assert daemon.state(other) is (JobState.COMPLETED if name.startswith("movie") else JobState.PENDING)
        daemon.store.claim(time.time())
        daemon.store.complete(1, daemon.keeper.overrides_of(os.fsencode(path), os.fsencode(inbox)))
        await daemon.keeper.rescan()
        assert daemon.state(path) is JobState.COMPLETED


async def test_an_override_that_changes_during_a_run_gives_another_run_at_once(start: Start, inbox: Path) -> None:
    async with start(settings_for(inbox)) as daemon:
        path = film(inbox / "movie.mp4")
        job = await daemon.until_state(path, JobState.PENDING)
        daemon.store.claim(time.time())
        used = daemon.keeper.overrides_of(job.path, job.inbox)
        film(inbox / "movie.reelscribe.yaml", b"title: Night Train")
        await daemon.keeper.rescan()
        assert daemon.state(path) is JobState.PROCESSING
        daemon.store.complete(job.id, used)
        await daemon.until_state(path, JobState.PENDING)


async def test_an_override_that_the_run_used_gives_no_other_run(start: Start, inbox: Path) -> None:
    film(inbox / "movie.reelscribe.yaml", b"title: Night Train")
    async with start(settings_for(inbox)) as daemon:
        path = film(inbox / "movie.mp4")
        await completed(daemon, path)
        await daemon.keeper.rescan()
        assert daemon.state(path) is JobState.COMPLETED


async def test_a_job_held_for_its_override_goes_on_when_that_is_mended_and_only_then(start: Start, inbox: Path) -> None:
    async with start(settings_for(inbox)) as daemon:
        override = film(inbox / "movie.reelscribe.yaml", b"titel: Night Train")
        path = film(inbox / "movie.mp4")
        job = await daemon.until_state(path, JobState.PENDING)
        for content in (b"titles: Night Train", b"title: Night Train"):
            daemon.store.claim(time.time())
            daemon.store.move(job.id, JobState.HELD, cause=HoldCause.OVERRIDE, reason="unknown key")
            film(override, content)
            await daemon.until_state(path, JobState.PENDING)
        daemon.store.claim(time.time())
        daemon.store.move(job.id, JobState.HELD, cause=HoldCause.OVERRIDE, reason="unknown key")
        await daemon.keeper.rescan()
        assert daemon.state(path) is JobState.HELD


async def test_a_missing_inbox_holds_its_jobs_until_it_is_back(start: Start, inbox: Path) -> None:
    async with start(settings_for(inbox)) as daemon:
        path = film(inbox / "movie.mp4")
        await daemon.until_state(path, JobState.PENDING)
        move(inbox, inbox.parent / "away")
        await daemon.keeper.rescan()
        job = daemon.job(path)
        assert job
        assert (job.state, job.cause) == (JobState.HELD, HoldCause.FOLDER)
        assert [one.watched for one in daemon.keeper.inboxes()] == ["missing"]
        assert "cannot be read" in daemon.keeper.why(inbox / "other.mp4").answer
        move(inbox.parent / "away", inbox)
        await daemon.keeper.rescan()
        assert daemon.state(path) is JobState.PENDING
        other = film(inbox / "other.mp4")
        await daemon.until_state(other, JobState.PENDING)


async def test_an_inbox_missing_at_the_start_holds_what_was_queued(start: Start, inbox: Path) -> None:
    path = film(inbox / "movie.mp4")
    async with start(settings_for(inbox)) as daemon:
        await daemon.until_state(path, JobState.PENDING)
    move(inbox, inbox.parent / "away")
    async with start(settings_for(inbox)) as daemon:
        assert daemon.state(path) is JobState.HELD
        move(inbox.parent / "away", inbox)
        await daemon.keeper.rescan()
        assert daemon.state(path) is JobState.PENDING


async def test_the_bare_mount_point_is_not_the_inbox(start: Start, inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a disk that was taken away leaves: an empty folder of the same name on another device."""
    mounted = film(inbox / "movie.mp4")
    async with start(settings_for(inbox)) as daemon:
        await daemon.until_state(mounted, JobState.PENDING)
        move(inbox, inbox.parent / "disk")
        make(inbox)
        bare = place_of(os.fsencode(inbox))
        monkeypatch.setattr("daemon.inbox.truth.place_of", lambda _: Place(bare.device + 1, bare.inode, bare.mount_id))
        monkeypatch.setattr("daemon.inbox.survey.place_of", lambda _: Place(bare.device + 1, bare.inode, bare.mount_id))
        film(inbox / "ghost.mp4")
        await daemon.keeper.rescan()
        assert daemon.state(mounted) is JobState.HELD
        assert daemon.state(inbox / "ghost.mp4") is None
        assert "not the folder that it was" in daemon.keeper.inboxes()[0].note
        monkeypatch.undo()
        remove(inbox / "ghost.mp4")
        remove(inbox)
        move(inbox.parent / "disk", inbox)
        await daemon.keeper.rescan()
        assert daemon.state(mounted) is JobState.PENDING


async def test_a_deleted_and_re_created_inbox_is_watched_again(start: Start, inbox: Path) -> None:
    async with start(settings_for(inbox)) as daemon:
        path = film(inbox / "movie.mp4")
        await daemon.until_state(path, JobState.PENDING)
        path.unlink()
        remove(inbox)
        await daemon.until(lambda: bool(daemon.keeper._inboxes.folders[os.fsencode(inbox)].away) or daemon.state(path) is JobState.HELD)
        make(inbox)
        await daemon.keeper.rescan()
        assert daemon.state(path) is JobState.CANCELLED
        other = film(inbox / "other.mp4")
        await daemon.until_state(other, JobState.PENDING)


async def test_a_new_folder_in_the_inboxs_place_is_watched_and_the_old_one_is_not(start: Start, inbox: Path) -> None:
    async with start(settings_for(inbox)) as daemon:
        move(inbox, inbox.parent / "old")
        make(inbox)
        await daemon.keeper.rescan()
        film(inbox.parent / "old" / "old.mp4")
        path = film(inbox / "movie.mp4")
        await daemon.until_state(path, JobState.PENDING)
        assert len(daemon.jobs()) == 1


async def test_an_inbox_that_is_a_link_follows_it_to_where_it_leads(start: Start, inbox: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(inbox)
    async with start(settings_for(link)) as daemon:
        film(inbox / "movie.mp4")
        await daemon.until_state(link / "movie.mp4", JobState.PENDING)


async def test_a_folder_replaced_by_a_link_to_it_loses_no_job(start: Start, inbox: Path) -> None:
    async with start(settings_for(inbox)) as daemon:
        path = film(inbox / "below" / "movie.mp4")
        await daemon.until_state(path, JobState.PENDING)
        (inbox / "below").rename(inbox.parent / "below")
        (inbox / "below").symlink_to(inbox.parent / "below")  # not followed, and still something lies at the path
        await daemon.keeper.rescan()
        assert daemon.state(path) is JobState.PENDING


def device(path: Path) -> None:
    os.mknod(path, 0o600 | stat.S_IFCHR, os.makedev(1, 5))  # /dev/zero: who reads it never ends


def listening(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(os.fsencode(path))


def link(path: Path) -> None:
    path.symlink_to("/etc/passwd")


@pytest.mark.parametrize(
    ("put", "said"),
    [
        (os.mkfifo, "is a pipe"),
        (make, "is a folder"),
        (link, "is a symbolic link"),
        (listening, "is a socket"),
        pytest.param(device, "is a device", marks=pytest.mark.skipif(os.geteuid() != 0, reason="needs root to make a device")),
    ],
    ids=["pipe", "folder", "link", "socket", "device"],
)
async def test_a_film_that_something_else_took_the_place_of_is_gone(
    start: Start, inbox: Path, put: Callable[[Path], None], said: str
) -> None:
    waiting, arriving = film(inbox / "waiting.mp4"), film(inbox / "arriving.mp4", b"another")
    async with start(settings_for(inbox, settle=60)) as daemon:
        daemon.store.settled((job := await daemon.until_state(waiting, JobState.ARRIVING)).id, job.facts)
        for path in (waiting, arriving):
            path.unlink()
            put(path)
            await daemon.until_state(path, JobState.CANCELLED)
            with pytest.raises(CannotGoOn, match="not a regular file"):
                await daemon.keeper.add(path)
            daemon.store.delete(gone(daemon, path))
            assert said in daemon.keeper.why(path).answer
        await daemon.keeper.rescan()
        assert daemon.jobs() == {}


async def test_other_settings_take_effect(start: Start, inbox: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    path = film(other / "movie.mp4")
    async with start(settings_for(inbox)) as daemon:
        await daemon.keeper.reconfigure(settings_for(other))
        await daemon.until_state(path, JobState.PENDING)
        assert [one.path for one in daemon.keeper.inboxes()] == [str(other)]
        film(inbox / "unwatched.mp4")
        await daemon.keeper.rescan()
        assert len(daemon.jobs()) == 1


async def test_a_film_whose_job_was_deleted_is_left_alone_until_it_is_asked_for(start: Start, inbox: Path) -> None:
    path, other = film(inbox / "movie.mp4"), film(inbox / "other.mp4")
    async with start(settings_for(inbox)) as daemon:
        for one in (path, other):
            daemon.store.delete((await daemon.until_state(one, JobState.PENDING)).id)
        move(path, inbox / "renamed.mp4")
        await daemon.keeper.rescan()
        assert daemon.jobs() == {}
        told = daemon.keeper.why(inbox / "renamed.mp4")
        assert "deleted by hand" in told.answer
        assert "reelscribe add" in told.advice
        await daemon.keeper.add(inbox / "renamed.mp4")
        await daemon.until_state(inbox / "renamed.mp4", JobState.PENDING)
        assert daemon.state(other) is None
        film(other, b"another cut of it")
        await daemon.until_state(other, JobState.PENDING)


async def test_a_film_whose_job_is_deleted_while_it_arrives_is_looked_at_no_more(start: Start, inbox: Path) -> None:
    async with start(settings_for(inbox, settle=60)) as daemon:
        job = await daemon.until_state(film(inbox / "movie.mp4"), JobState.ARRIVING)
        daemon.store.delete(job.id)
        assert len(daemon.keeper._arriving) == 0
        await daemon.keeper.rescan()
        assert daemon.jobs() == {}
