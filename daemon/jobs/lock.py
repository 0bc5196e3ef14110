"""One daemon a state directory: a lock that goes with the process, however it ends, and that says whose it is."""

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TextIO

from daemon.contract.errors import CannotStart, ReelscribeError, from_os
from daemon.contract.values import shown

FULL = (errno.ENOSPC, errno.EDQUOT)
ADVICE = "Stop it first, or set another state_dir."


class AlreadyRunning(ReelscribeError):
    """Another daemon works on this state directory."""


def take(state: Path) -> AbstractContextManager[object]:
    """The lock on ``state``, which is made where it is not there; leaving it gives it back. Children do not inherit it.

    Raises AlreadyRunning, CannotStart, and MustWait where the disk is full.
    """
    with ExitStack() as unfinished:
        try:
            state.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = unfinished.enter_context((state / "lock").open("a+"))  # not "w", which would wipe out whose it is
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            lock.truncate(0)
            lock.write(f"{os.getpid()}\n")
            lock.flush()
        except BlockingIOError:
            raise _taken(state) from None
        except OSError as error:
            if error.errno in FULL:
                raise from_os(error) from error
            sentence = f"the state directory {shown(state)} cannot be used: {error.strerror}"
            raise CannotStart(sentence, "Mend it, or set state_dir.") from error
        unfinished.pop_all()
        return _held(lock)


@contextmanager
def _held(lock: TextIO) -> Iterator[None]:
    try:
        yield
    finally:
        with suppress(OSError):  # its disk may have died; closed it is all the same
            lock.close()


def _taken(state: Path) -> AlreadyRunning:
    owner = (state / "lock").read_text(errors="replace").strip()
    who = f"another daemon (process {owner})" if owner.isdecimal() else "another daemon"
    return AlreadyRunning(f"{who} works in {shown(state)}", ADVICE)
