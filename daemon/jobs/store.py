"""The job table's door: the only one who writes rows.

Synchronous and for one thread, the daemon's event loop. Paths are bytes everywhere. Each of its parts is a class of its own, named
after who calls it: ``arrivals`` and ``scanning`` (the inbox), ``running`` (the worker), ``holding`` (people and timers), ``learning``
(what films tell of each other), ``versions`` and ``wishes`` (who works on scripts), ``searching``, ``reading`` (everybody), ``recovery``
(the start). What they hand out is in ``rows``; which moves are legal, in ``moves``.
"""

import time
from collections.abc import Callable
from pathlib import Path

from daemon.jobs.arrivals import Arrivals
from daemon.jobs.database import open_database, told
from daemon.jobs.disk import Table
from daemon.jobs.editions import Editions
from daemon.jobs.errors import DiskFull, IllegalMove, NoSuchJob, SqliteTooOld, TableBusy, TableDamaged, TableNewer, TableUnwritable
from daemon.jobs.holding import Holding
from daemon.jobs.learning import Learning
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
from daemon.jobs.scanning import Scanning
from daemon.jobs.searching import Searching
from daemon.jobs.versions import Versions
from daemon.jobs.wishes import Wishes

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
    "SqliteTooOld",
    "StageRow",
    "Store",
    "TableBusy",
    "TableDamaged",
    "TableNewer",
    "TableUnwritable",
]


class Store(Arrivals, Scanning, Running, Holding, Learning, Versions, Wishes, Searching, Recovery, Reading):
    """The job table. ``opened`` tells what opening it took, ``damage`` what was found wrong with it since; ``editions`` holds what versions
    are made of.
    """

    damage: str = ""

    @classmethod
    def open(cls, path: Path, clock: Callable[[], float] = time.time) -> "Store":
        """Opens the database, or makes it; a damaged one is put aside (see ``opened``). ``clock`` gives unix seconds.

        Raises:
            TableNewer: a newer Reelscribe wrote it.
            TableUnwritable: it may not be written.
            DiskFull: there is no room for it.
            TableBusy: another program holds it.
            SqliteTooOld: this Python cannot open it.
        """
        database, opened = open_database(path, clock())
        return cls(database, clock, opened, Editions(path.parent / "versions"))

    def __init__(self, database: Table, clock: Callable[[], float], opened: Opened, editions: Editions) -> None:
        super().__init__(database, clock)
        self.opened = opened
        self.editions = editions

    def close(self) -> None:
        """Gives the database back."""
        with told(self._db):
            self._db.close()
