"""Hints from the kernel: that they come, and that their loss is noticed."""

import asyncio
import ctypes
import errno
import logging
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from watchdog.events import FileCreatedEvent
from watchdog.observers import inotify_c

from daemon.contract.states import JobState
from daemon.inbox.folder import common
from daemon.inbox.watch import Hint, NoEvents, Watch, WatchdogLog, _Handler, _tidy
from tests.daemon.inbox.conftest import DEADLINE, Start, film, settings_for


class Heard:
    """Hints as they come in from the thread."""

    def __init__(self) -> None:
        self.hints: list[Hint] = []
        self._came = threading.Condition()

    def __call__(self, hint: Hint) -> None:
        with self._came:
            self.hints.append(hint)
            self._came.notify_all()

    def until(self, path: Path, closed: bool = False) -> None:
        def came() -> bool:
            return any(one.path == os.fsencode(path) and one.closed >= closed for one in self.hints)

        with self._came:
            assert self._came.wait_for(came, timeout=DEADLINE), self.hints


@pytest.fixture
def heard(inbox: Path) -> Iterator[Heard]:
    heard = Heard()
    watch = Watch(os.fsencode(inbox), heard)
    with WatchdogLog(lambda: None):
        watch.start()
        assert watch.alive
        yield heard
        watch.stop()
        assert not watch.alive


def test_what_a_killed_process_left_of_its_test_goes(inbox: Path) -> None:
    for process, name in ((os.getpid(), "answered"), (2**30, "answered"), (2**30 + 1, "a person's")):
        (inbox / f".reelscribe-{process}-1abc").mkdir()
        (inbox / f".reelscribe-{process}-1abc" / name).touch()
    _tidy(inbox)
    assert sorted(path.name for path in inbox.iterdir()) == [f".reelscribe-{2**30 + 1}-1abc", f".reelscribe-{os.getpid()}-1abc"]


def test_everything_that_may_matter_is_hinted_at(inbox: Path, heard: Heard, tmp_path: Path) -> None:
    path = film(inbox / "a.mp4")
    heard.until(path, closed=True)
    path.rename(inbox / "b.mp4")
    heard.until(inbox / "b.mp4")
    (inbox / "c.mp4").hardlink_to(inbox / "b.mp4")
    heard.until(inbox / "c.mp4")
    film(tmp_path / "season" / "d.mp4")
    (tmp_path / "season").rename(inbox / "season")
    heard.until(inbox / "season" / "d.mp4")
    (inbox / "b.mp4").unlink()
    heard.until(inbox / "b.mp4")
    odd = Path(os.fsdecode(os.fsencode(inbox) + b"/caf\xe9\n\x1b.mp4"))
    film(odd)
    heard.until(odd, closed=True)


def test_reading_is_not_hinted_at(inbox: Path, heard: Heard) -> None:
    path = film(inbox / "a.mp4")
    heard.until(path, closed=True)
    path.read_bytes()
    path.chmod(0o600)
    film(inbox / "end.mp4")
    heard.until(inbox / "end.mp4", closed=True)
    assert [one.path for one in heard.hints].count(os.fsencode(path)) == 2  # made, and closed


def test_the_watchs_own_test_leaves_nothing_and_hints_at_nothing(inbox: Path, heard: Heard) -> None:
    assert list(inbox.iterdir()) == []
    film(inbox / "end.mp4")
    heard.until(inbox / "end.mp4")
    assert {one.path for one in heard.hints} == {os.fsencode(inbox / "end.mp4")}


def test_a_missing_folder_and_a_silent_kernel_are_told(inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NoEvents, match="No such file"):
        Watch(os.fsencode(inbox / "nothing"), Heard()).start()
    monkeypatch.setattr("daemon.inbox.watch.ANSWER", 0.05)
    monkeypatch.setattr(inotify_c.InotifyFD, "handle_event", lambda *_: None)
    with pytest.raises(NoEvents, match="unnoticed"):
        Watch(os.fsencode(inbox), Heard()).start()


def test_a_reached_limit_is_told(inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none_left(_: object) -> int:
        raise OSError(24, "inotify instance limit reached")

    monkeypatch.setattr("daemon.inbox.watch.InotifyObserver", none_left.__get__(object()))
    with pytest.raises(NoEvents, match="instance limit"):
        Watch(os.fsencode(inbox), Heard()).start()


def test_folders_beyond_the_kernels_limit_are_noticed(inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Watchdog passes over a folder that the kernel does not take, and says nothing."""
    real, watched = inotify_c.inotify_add_watch, [0]

    def limited(*about: Any) -> int:
        watched[0] += 1
        if watched[0] <= 3:
            return int(real(*about))
        ctypes.set_errno(errno.ENOSPC)
        return -1

    for name in "abcde":
        (inbox / name).mkdir()
    monkeypatch.setattr("daemon.inbox.watch.ANSWER", 0.2)
    monkeypatch.setattr(inotify_c, "inotify_add_watch", limited)
    with WatchdogLog(lambda: None), pytest.raises(NoEvents, match="unnoticed"):
        Watch(os.fsencode(inbox), Heard()).start()


@pytest.mark.faults
@pytest.mark.needs("unshare")
async def test_an_inbox_with_more_folders_than_the_kernel_watches_is_polled(inbox: Path) -> None:
    """In a user namespace of its own, whose limit is lowered; the machine's stays."""
    for number in range(10):
        (inbox / str(number)).mkdir()
    code = "import sys; from daemon.inbox.watch import Watch; Watch(sys.argv[1].encode(), print).start()"
    shell = 'echo 5 > /proc/sys/user/max_inotify_watches && exec "$@"'
    process = await asyncio.create_subprocess_exec(
        "unshare", "-Ur", "sh", "-c", shell, "sh", sys.executable, "-c", code, inbox, stderr=asyncio.subprocess.PIPE
    )
    _, said = await process.communicate()
    assert b"NoEvents: a new file went unnoticed" in said


@pytest.mark.logs_errors
def test_a_handler_never_raises(caplog: pytest.LogCaptureFixture) -> None:
    def fail(_: Hint) -> None:
        raise ValueError("broken")

    _Handler(b"/in", fail).dispatch(FileCreatedEvent("/in/a.mp4"))
    assert "An event was lost" in caplog.text


def test_lost_events_are_heard_of_in_watchdogs_log_alone() -> None:
    lost: list[int] = []
    with WatchdogLog(lambda: lost.append(1)):
        logging.getLogger("watchdog.observers.inotify_c").warning("Inotify queue overflowed; filesystem events were lost")
        logging.getLogger("watchdog.observers.inotify_c").warning("Something else")
    logging.getLogger("watchdog.observers.inotify_c").warning("Inotify queue overflowed; filesystem events were lost")
    assert lost == [1]


async def test_an_overflow_is_made_good_by_a_scan(start: Start, inbox: Path) -> None:
    """Events are kept from watchdog altogether; the line in its log brings the scan."""
    async with start(settings_for(inbox)) as daemon:
        folder = daemon.keeper._inboxes.folders[os.fsencode(inbox)]
        assert folder.watch
        await asyncio.to_thread(folder.watch.stop)
        film(inbox / "movie.mp4")
        await asyncio.to_thread(logging.getLogger("watchdog.observers.inotify_c").warning, "Inotify queue overflowed")
        await daemon.until_state(inbox / "movie.mp4", JobState.PENDING)


@pytest.mark.skipif(int(Path("/proc/sys/fs/inotify/max_queued_events").read_text()) > 20_000, reason="a queue too long to fill")
async def test_the_kernels_queue_overflows_and_no_film_is_lost(start: Start, inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Watchdog stops reading while more events come than the kernel keeps: half of the films go unreported."""
    reading = threading.Event()
    real = inotify_c.InotifyFD.read_events

    def late(self: inotify_c.InotifyFD, *about: int) -> object:
        reading.wait(60)
        return real(self, *about)

    async with start(settings_for(inbox, settle=600)) as daemon:
        monkeypatch.setattr(inotify_c.InotifyFD, "read_events", late)
        film(inbox / "first.mp4")  # what it waits in at this moment returns with this one
        await daemon.until(lambda: daemon.state(inbox / "first.mp4") is not None)
        await asyncio.to_thread(_flood, inbox)
        reading.set()
        await daemon.until(lambda: daemon.state(inbox / "last.mp4") is not None)
        assert len(daemon.jobs()) == 12


def _flood(inbox: Path) -> None:
    """More events than the queue takes, about names that are no films, and films at the end, whose events find no room."""
    limit = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text())
    one, other = inbox / "noise", inbox / "more noise"
    one.touch()
    for _ in range(limit // 2 + 10):
        one.rename(other)
        other.rename(one)
    for number in range(10):
        film(inbox / f"{number}.mp4")
    film(inbox / "last.mp4")


async def test_a_dead_watch_is_replaced_at_the_next_scan(start: Start, inbox: Path) -> None:
    async with start(settings_for(inbox)) as daemon:
        folder = daemon.keeper._inboxes.folders[os.fsencode(inbox)]
        dead = folder.watch
        assert dead
        await asyncio.to_thread(dead.stop)
        await daemon.keeper.rescan()
        assert folder.watch is not dead
        await daemon.until_state(film(inbox / "movie.mp4"), JobState.PENDING)


async def test_where_events_do_not_come_folders_are_polled_and_it_is_said(
    start: Start, inbox: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    real = Watch.start

    def silent(_: Watch) -> None:
        raise NoEvents("a new file went unnoticed")

    monkeypatch.setattr(Watch, "start", silent)
    monkeypatch.setattr("daemon.inbox.folder.POLL", 0.1)
    async with start(settings_for(inbox)) as daemon:
        await daemon.until_state(film(inbox / "movie.mp4"), JobState.PENDING)
        assert daemon.keeper.inboxes()[0].watched == "polling"
        assert "went unnoticed" in daemon.keeper.inboxes()[0].note
        monkeypatch.setattr("daemon.inbox.folder.AGAIN", 0.0)
        daemon.keeper._inboxes.folders[os.fsencode(inbox)].try_again = 0.0
        await daemon.keeper.rescan()
        assert caplog.text.count("went unnoticed") == 1  # it is said once, however often it is tried
        monkeypatch.setattr(Watch, "start", real)  # the machine was only busy
        await daemon.keeper.rescan()
        assert [(one.watched, one.note) for one in daemon.keeper.inboxes()] == [("events", "")]


def test_what_is_wanted_in_many_folders_is_looked_for_in_the_one_that_holds_them() -> None:
    assert common({b"/in/a/b"}) == b"/in/a/b"
    assert common({b"/in/a/b", b"/in/a/c", b"/in/a"}) == b"/in/a"
    assert common({b"/in/ab", b"/in/a"}) == b"/in"
