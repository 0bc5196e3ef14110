"""Files that arrive: what becomes a job, and when."""

import asyncio
import os
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from daemon.contract.errors import CannotGoOn
from daemon.contract.states import HoldCause, JobState
from daemon.jobs.errors import DiskFull
from tests.daemon.inbox.conftest import Start, film, settings_for

ODD_NAMES = [
    b"new\nline.mp4", b"\x1b[31mred.mp4", b"caf\xe9.mp4", b"a" * 251 + b".mp4", "🎬.mp4".encode(), "\u202egpj.mp4".encode(),
    b"-rf.mp4", b"%s.mp4", b"*?[a].mp4", b"'quoted' \"twice\".mp4", b" blank .mp4", "n\u0303.mp4".encode(), "\u00f1.mp4".encode(),
    b"concat:x.mp4", b"x%03d.mp4", b"back\\slash.MP4",
]  # fmt: skip
TRIES = 10  # a busy machine may be late now and then, not always
SOON = 10.0  # seconds, on a busy machine


async def test_a_film_becomes_a_job_within_half_a_second_of_resting(start: Start, inbox: Path) -> None:
    async with start(settings_for(inbox, settle=0.3)) as daemon:
        took: list[float] = []
        while not took or (min(took) >= 0.3 + 0.5 and len(took) < TRIES):
            path = film(inbox / f"{len(took)}.mp4")
            closed = time.monotonic()
            job = await daemon.until_state(path, JobState.PENDING)
            took.append(time.monotonic() - closed)
            assert (job.inbox, job.facts.size) == (os.fsencode(inbox), 6)
        assert 0.3 <= min(took) < 0.3 + 0.5


async def test_what_lay_there_before_the_start_is_taken(start: Start, inbox: Path) -> None:
    path = film(inbox / "below" / "deeper" / "movie.mkv")
    async with start(settings_for(inbox)) as daemon:
        await daemon.until_state(path, JobState.PENDING)


async def test_an_old_mtime_is_no_age(start: Start, inbox: Path) -> None:
    async with start(settings_for(inbox, settle=0.3)) as daemon:
        path = film(inbox / "movie.mp4")
        os.utime(path, (1_000_000_000, 1_000_000_000))
        copied = time.monotonic()
        await daemon.until_state(path, JobState.PENDING)
        assert time.monotonic() - copied >= 0.29


async def test_a_slow_writer_is_waited_for(start: Start, inbox: Path) -> None:
    async with start(settings_for(inbox, settle=0.1)) as daemon:
        path = inbox / "movie.mp4"
        with path.open("wb") as writing:
            for _ in range(3):
                writing.write(b"x" * 1000)
                writing.flush()
                await daemon.until(lambda: daemon.state(path) is not None)
                await daemon.looked_at(path)
                await daemon.looked_at(path)  # the pause is longer than the file has to rest
                assert daemon.state(path) is JobState.ARRIVING
                assert "open for writing" in daemon.keeper.why(path).answer
        closed = time.monotonic()
        await daemon.until_state(path, JobState.PENDING)
        assert time.monotonic() - closed < SOON


async def test_a_writer_in_another_process_that_reserves_all_at_once_is_waited_for(start: Start, inbox: Path) -> None:
    code = "import os,sys; f=open(sys.argv[1],'wb'); os.posix_fallocate(f.fileno(),0,1<<20); print(flush=True); sys.stdin.read()"
    path = inbox / "movie.mp4"
    async with start(settings_for(inbox, settle=0.1)) as daemon:
        writer = await asyncio.create_subprocess_exec(
            "python3", "-c", code, path, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        assert writer.stdout
        await writer.stdout.readline()
        await daemon.until(lambda: daemon.state(path) is not None)
        await daemon.looked_at(path)
        await daemon.looked_at(path)
        assert daemon.state(path) is JobState.ARRIVING
        await writer.communicate(b"")
        await daemon.until_state(path, JobState.PENDING)


async def test_a_film_moved_in_or_renamed_from_its_temporary_name_is_taken_once(start: Start, inbox: Path, tmp_path: Path) -> None:
    async with start(settings_for(inbox)) as daemon:
        film(tmp_path / "outside.mp4").rename(inbox / "moved.mp4")
        film(inbox / ".rsync.mp4.Xy12").rename(inbox / "copied.mp4")
        film(inbox / "fetched.mp4.part").rename(inbox / "fetched.mp4")
        for name in ("moved.mp4", "copied.mp4", "fetched.mp4"):
            await daemon.until_state(inbox / name, JobState.PENDING)
        assert len(daemon.jobs()) == 3


async def test_a_folder_moved_in_is_taken_with_all_in_it(start: Start, inbox: Path, tmp_path: Path) -> None:
    film(tmp_path / "season" / "one" / "a.mp4")
    film(tmp_path / "season" / "b.mp4")
    async with start(settings_for(inbox)) as daemon:
        (tmp_path / "season").rename(inbox / "season")
        await daemon.until_state(inbox / "season" / "one" / "a.mp4", JobState.PENDING)
        await daemon.until_state(inbox / "season" / "b.mp4", JobState.PENDING)


async def test_odd_names_are_taken_as_they_are(start: Start, inbox: Path) -> None:
    async with start(settings_for(inbox)) as daemon:
        paths = {os.fsencode(inbox) + b"/" + name for name in ODD_NAMES}
        for path in paths:
            film(Path(os.fsdecode(path)))
        for path in paths:
            await daemon.until_state(path, JobState.PENDING)
        assert set(daemon.jobs()) == paths
        assert "\x1b" not in daemon.keeper.why(Path(os.fsdecode(os.fsencode(inbox) + b"/\x1b.txt"))).answer


async def test_what_is_no_film_is_left_alone(start: Start, inbox: Path, tmp_path: Path) -> None:
    outside = film(tmp_path / "outside.mp4")
    (inbox / "folder.mp4").mkdir()
    os.mkfifo(inbox / "pipe.mp4")
    (inbox / "link.mp4").symlink_to(outside)
    (inbox / "dangling.mp4").symlink_to(tmp_path / "nothing")
    (inbox / "loop").symlink_to(inbox)
    (inbox / "away").symlink_to(tmp_path)
    (inbox / "itself.mp4").symlink_to("itself.mp4")
    film(inbox / "notes.txt")
    film(inbox / ".hidden" / "movie.mp4")
    film(inbox / "sample-movie.mp4")
    bound = socket.socket(socket.AF_UNIX)
    bound.bind(os.fsencode(inbox / "s.mp4"))
    bound.close()
    async with start(settings_for(inbox, ignore=("sample*",))) as daemon:
        film(inbox / "movie.mp4")
        await daemon.until_state(inbox / "movie.mp4", JobState.PENDING)
        assert list(daemon.jobs()) == [os.fsencode(inbox / "movie.mp4")]


async def test_a_copy_and_a_hard_link_are_jobs_of_their_own(start: Start, inbox: Path) -> None:
    async with start(settings_for(inbox)) as daemon:
        first = film(inbox / "movie.mp4")
        film(inbox / "copy.mp4")
        (inbox / "link.mp4").hardlink_to(first)
        for name in ("movie.mp4", "copy.mp4", "link.mp4"):
            await daemon.until_state(inbox / name, JobState.PENDING)
        assert len(daemon.jobs()) == 3


async def test_films_without_events_are_found_by_polling(start: Start, inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("daemon.inbox.folder.POLL", 0.1)
    async with start(settings_for(inbox, polling=True)) as daemon:
        assert [one.watched for one in daemon.keeper.inboxes()] == ["polling"]
        path = film(inbox / "movie.mp4")
        await daemon.until_state(path, JobState.PENDING)


async def test_what_was_arriving_is_taken_up_after_a_restart(start: Start, inbox: Path) -> None:
    path = film(inbox / "movie.mp4")
    async with start(settings_for(inbox, settle=60)) as daemon:
        await daemon.until_state(path, JobState.ARRIVING)
    async with start(settings_for(inbox)) as daemon:
        await daemon.until_state(path, JobState.PENDING)
        assert len(daemon.jobs()) == 1


async def test_two_thousand_films_of_a_new_inbox_are_paused(start: Start, inbox: Path, caplog: pytest.LogCaptureFixture) -> None:
    for number in range(2000):
        film(inbox / f"{number}.mp4")
    async with start(settings_for(inbox)) as daemon:
        await daemon.until(lambda: daemon.store.counts()[JobState.PAUSED] == 2000)
        said = [record.getMessage() for record in caplog.records if "2000 films" in record.getMessage()]
        assert len(said) == 1
        assert f"reelscribe resume --inbox {inbox}" in said[0]
        job = daemon.job(inbox / "1.mp4")
        assert job
        assert "2000 films" in job.reason
        later = film(inbox / "later.mp4")
        await daemon.until_state(later, JobState.PENDING)


async def test_films_of_a_known_inbox_are_not_paused_however_many(start: Start, inbox: Path) -> None:
    async with start(settings_for(inbox, first_films=2)) as daemon:
        for number in range(5):
            film(inbox / f"{number}.mp4")
        await daemon.until(lambda: daemon.store.counts()[JobState.PENDING] == 5)


async def test_a_new_inbox_stays_new_over_a_restart(start: Start, inbox: Path) -> None:
    for number in range(5):
        film(inbox / f"{number}.mp4")
    async with start(settings_for(inbox, settle=60, first_films=2)) as daemon:
        await daemon.until(lambda: daemon.store.counts()[JobState.ARRIVING] == 5)
    async with start(settings_for(inbox, first_films=2)) as daemon:
        await daemon.until(lambda: daemon.store.counts()[JobState.PAUSED] == 5)


async def test_a_film_named_by_hand_is_taken_wherever_it_lies(start: Start, inbox: Path, tmp_path: Path) -> None:
    path = film(tmp_path / "elsewhere" / "movie.dat")
    async with start(settings_for(inbox)) as daemon:
        job = await daemon.keeper.add(path)
        assert (await daemon.until_state(path, JobState.PENDING)).id == job
        assert await daemon.keeper.add(path) == job
        with pytest.raises(CannotGoOn, match="No such file"):
            await daemon.keeper.add(tmp_path / "nothing.mp4")
        with pytest.raises(CannotGoOn, match="not a regular file"):
            await daemon.keeper.add(inbox)


async def test_a_film_added_by_hand_arrives_over_a_restart_and_may_vanish(start: Start, inbox: Path, tmp_path: Path) -> None:
    path = film(tmp_path / "elsewhere" / "movie.dat")
    async with start(settings_for(inbox, settle=60)) as daemon:
        await daemon.keeper.add(path)
    path.unlink()
    async with start(settings_for(inbox)) as daemon:
        await daemon.until_state(path, JobState.CANCELLED)


async def test_a_person_may_cancel_what_arrives(start: Start, inbox: Path) -> None:
    async with start(settings_for(inbox, settle=0.2)) as daemon:
        path = film(inbox / "movie.mp4")
        job = await daemon.until_state(path, JobState.ARRIVING)
        daemon.store.move(job.id, JobState.CANCELLED)
        assert job.id not in daemon.keeper._arriving
        await daemon.keeper.rescan()
        assert daemon.state(path) is JobState.CANCELLED


async def test_a_table_that_cannot_be_written_for_a_while_loses_no_film(
    start: Start, inbox: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("daemon.inbox.keeper.TABLE_AGAIN", 0.05)
    monkeypatch.setattr("daemon.inbox.arriving.TABLE_AGAIN", 0.05)
    async with start(settings_for(inbox)) as daemon:
        for method in ("arrive", "settled"):
            monkeypatch.setattr(daemon.store, method, _full_at_first(getattr(daemon.store, method)))
        path = film(inbox / "movie.mp4")
        await daemon.until_state(path, JobState.PENDING)
        assert "could not be noted: No room" in caplog.text
        assert "Arriving files wait: No room" in caplog.text


def _full_at_first(method: Callable[..., object]) -> Callable[..., object]:
    failures = iter([DiskFull(HoldCause.DISK, "No room is left.")])

    def call(*args: object) -> object:
        for failure in failures:
            raise failure
        return method(*args)

    return call
