"""The job table's door: the only one who writes rows.

Synchronous and for one thread, the daemon's event loop. Paths are bytes everywhere. Each of its parts is a class of its own, named
after who calls it: ``arrivals`` (the inbox), ``running`` (the worker), ``holding`` (people and timers), ``reading`` (everybody),
``recovery`` (the start). What they hand out is in ``rows``; which moves are legal, in ``moves``.
"""

import time
from collections.abc import Callable
from pathlib import Path

from daemon.jobs.arrivals import Arrivals
from daemon.jobs.errors import DiskFull, IllegalMove, NoSuchJob, TableBusy, TableNewer, TableUnwritable
from daemon.jobs.holding import Holding
from daemon.jobs.reading import Reading
from daemon.jobs.recovery import Recovery
from daemon.jobs.rows import (
    Artefact,
    EventRow,
    Facts,
    Hold,
    InboxSeen,
    JobRow,
    Known,
    Opened,
    Page,
    ScriptRow,
    StageRow,
)
from daemon.jobs.running import Running

__all__ = [
    "Artefact",
    "DiskFull",
    "EventRow",
    "Facts",
    "Hold",
    "IllegalMove",
    "InboxSeen",
    "JobRow",
    "Known",
    "NoSuchJob",
    "Opened",
    "Page",
    "ScriptRow",
    "StageRow",
    "Store",
    "TableBusy",
    "TableNewer",
    "TableUnwritable",
]


class Store(Arrivals, Running, Holding, Recovery, Reading):
    """The job table. ``opened`` tells what opening it took."""

    opened: Opened

    @classmethod
    def open(cls, path: Path, clock: Callable[[], float] = time.time) -> "Store":
        """Opens the database, or makes it; a damaged one is put aside (see ``opened``). ``clock`` gives unix seconds.

        Raises:
            TableNewer: a newer Reelscribe wrote it.
            TableUnwritable: it cannot be written.
            TableBusy: another program holds it.
        """
        raise NotImplementedError

    def close(self) -> None:
        """Gives the database back."""
        raise NotImplementedError
