"""Hints that something happened in an inbox, from the kernel's file events.

A hint only: events get lost, and what is true is found by a scan. Nothing here decides anything, and nothing of it raises into
watchdog's threads, since an exception there ends them without a word.
"""

import contextlib
import logging
import os
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers.api import BaseObserver
from watchdog.observers.inotify import InotifyObserver

from daemon.contract.errors import ReelscribeError

log = logging.getLogger(__name__)

EVENTS: list[type[FileSystemEvent]] = [
    FileClosedEvent, FileMovedEvent, FileCreatedEvent, FileDeletedEvent, DirCreatedEvent, DirMovedEvent, DirDeletedEvent,
]  # fmt: skip
"""Without a filter watchdog 7.1 answers every folder that it reads with more events, and on trees of 5,000 folders never ends."""

ANSWER = 1.0  # seconds in which the kernel must tell of a file that we made ourselves
ANSWERED = "answered"  # the name of that file
TEST = ".reelscribe-"  # how its folder's name begins; the process follows


@dataclass(frozen=True, slots=True)
class Hint:
    """Something happened to a path. ``folder``: it is one. ``closed``: a program that wrote to it is done."""

    inbox: bytes
    path: bytes
    folder: bool = False
    closed: bool = False


class NoEvents(ReelscribeError):
    """The kernel tells nothing of this folder."""


class Watch:
    """Watches one inbox, with a thread of watchdog's, until stopped. ``post`` is called in that thread and must not block."""

    def __init__(self, inbox: bytes, post: Callable[[Hint], None]) -> None:
        self._inbox = inbox
        self._post = post
        self._observer: BaseObserver | None = None

    def start(self) -> None:
        """Begins to watch, and makes sure that events come. Blocks for a second where they do not.

        Raises:
            NoEvents: they do not come, or the kernel's limits are reached.
        """
        # With a slash at its end, an inbox that is a link is followed, and a link inside it is not.
        root = os.fsdecode(self._inbox.rstrip(b"/") + b"/")
        handler = _Handler(self._inbox, self._post)
        try:
            self._observer = InotifyObserver()
            self._observer.schedule(handler, root, recursive=True, event_filter=EVENTS)
            self._observer.start()
            _test(self._inbox, handler)
        except OSError as error:
            self.stop()
            raise NoEvents(error.strerror or str(error)) from error
        except NoEvents:
            self.stop()
            raise

    @property
    def alive(self) -> bool:
        """Whether all of watchdog's threads for this folder still run; one alone tells nothing."""
        observer = self._observer
        return observer is not None and observer.is_alive() and all(emitter.is_alive() for emitter in observer.emitters)

    def stop(self) -> None:
        """Ends watching and waits for the threads."""
        if self._observer is None:
            return
        self._observer.stop()
        if self._observer.is_alive():
            self._observer.join()


class WatchdogLog(logging.Handler):
    """Listens to watchdog's log, the only place where it tells that events were lost. ``lost`` is called in watchdog's thread.

    It also keeps one line out of it: a watch that is ended while an event is on its way logs an error, and means nothing by it.
    """

    SOURCES = ("watchdog.observers.inotify", "watchdog.observers.inotify_c")
    MEANINGLESS = "called when the thread is inactive"

    def __init__(self, lost: Callable[[], None]) -> None:
        super().__init__(logging.WARNING)
        self._lost = lost

    def __enter__(self) -> "WatchdogLog":
        for source in map(logging.getLogger, self.SOURCES):
            source.addHandler(self)
            source.addFilter(self._means_something)
        return self

    def __exit__(self, *_: object) -> None:
        for source in map(logging.getLogger, self.SOURCES):
            source.removeHandler(self)
            source.removeFilter(self._means_something)

    def emit(self, record: logging.LogRecord) -> None:
        """Tells of a record about a queue that overflowed."""
        if "overflow" in record.getMessage().lower():
            self._lost()

    def _means_something(self, record: logging.LogRecord) -> bool:
        return self.MEANINGLESS not in record.getMessage()


class _Handler(FileSystemEventHandler):
    """Turns events into hints."""

    def __init__(self, inbox: bytes, post: Callable[[Hint], None]) -> None:
        self._inbox = inbox
        self._post = post
        self.expected = b""
        self.answered = threading.Event()

    def dispatch(self, event: FileSystemEvent) -> None:
        """One hint for each path of an event."""
        try:
            for path in (event.src_path, event.dest_path):
                self._tell(event, os.fsencode(path))  # watchdog gives text with surrogates, or b"" where there is none
        except Exception:
            log.exception("An event was lost; the next scan finds what it was about")

    def _tell(self, event: FileSystemEvent, path: bytes) -> None:
        if self.expected and self.expected in path:
            if path.endswith(os.fsencode(ANSWERED)):
                self.answered.set()
        elif path:
            self._post(Hint(self._inbox, path.rstrip(b"/"), event.is_directory, isinstance(event, FileClosedEvent)))


def _tidy(inbox: Path) -> None:
    """Removes the folders of processes that were killed in the middle of a test."""
    for folder in inbox.glob(f"{TEST}*-*/"):
        process = folder.name.removeprefix(TEST).partition("-")[0]
        if process.isdecimal() and not Path("/proc", process).exists():
            with contextlib.suppress(OSError):
                (folder / ANSWERED).unlink(missing_ok=True)
                folder.rmdir()


def _test(inbox: bytes, handler: _Handler) -> None:
    """Makes a file in a hidden folder, to see whether the kernel tells; where nothing can be made, its word is taken for it.

    The folder is a new one, so that it shows, too, whether more folders can be watched: of those beyond the kernel's limit watchdog
    says nothing.
    """
    _tidy(Path(os.fsdecode(inbox)))
    name = f"{TEST}{os.getpid()}-{threading.get_native_id()}"
    handler.expected = os.fsencode(name)
    with contextlib.suppress(OSError), tempfile.TemporaryDirectory(prefix=name, dir=os.fsdecode(inbox)) as folder:
        Path(folder, ANSWERED).touch()
        if not handler.answered.wait(ANSWER):
            raise NoEvents("a new file went unnoticed")
