"""What can go wrong with the job table.

::

    ReelscribeError
    ├── IllegalMove          a job cannot go from that state to this one
    ├── NoSuchJob            nobody has that number
    ├── TableNewer           a newer Reelscribe wrote the database
    ├── TableUnwritable      its folder or file cannot be written
    ├── SqliteTooOld         this Python's SQLite lacks what the table needs
    ├── MustWait (disk)
    │   └── DiskFull             nothing was written; reading goes on, and writing once there is room
    └── TryAgain
        └── TableBusy            another program holds the database
"""

from daemon.contract.errors import MustWait, ReelscribeError, TryAgain


class IllegalMove(ReelscribeError):
    """A job cannot go from that state to this one."""


class NoSuchJob(ReelscribeError):
    """Nobody has that number."""


class TableNewer(ReelscribeError):
    """A newer Reelscribe wrote the database."""


class TableUnwritable(ReelscribeError):
    """The database, or the folder that it lies in, cannot be written."""


class SqliteTooOld(ReelscribeError):
    """This Python's SQLite lacks what the table needs."""


class DiskFull(MustWait):
    """Nothing was written; reading goes on, and so does writing once there is room."""


class TableBusy(TryAgain):
    """Another program holds the database. Nothing was written."""
