"""What can go wrong with the job table.

::

    ReelscribeError
    ├── IllegalMove          a job cannot go from that state to this one
    ├── NoSuchJob            nobody has that number
    │   └── NoSuchVersion        the job has no version of that number, or no such scene
    ├── Locked               a person locked what is to be written again
    ├── EditionGone          the text of a version was destroyed
    ├── TableNewer           a newer Reelscribe wrote the database
    ├── TableDamaged         it was damaged while it was open; the next start puts it aside
    ├── TableMoved           another one lies where it was opened; the next start takes that
    ├── SqliteTooOld         this Python's SQLite lacks what the table needs
    ├── MustWait (disk)      nothing was written; writing goes on once there is room, or the right
    │   ├── DiskFull             the disk is full or failing
    │   └── TableUnwritable      the folder or file may not be written
    └── TryAgain
        ├── TableBusy            another program holds the database
        └── Overtaken            a script was changed while a run made another version of it
"""

from daemon.contract.errors import MustWait, ReelscribeError, TryAgain


class IllegalMove(ReelscribeError):
    """A job cannot go from that state to this one."""


class NoSuchJob(ReelscribeError):
    """Nobody has that number."""


class NoSuchVersion(NoSuchJob):
    """The job has no version of that number, or the version no such scene."""


class Locked(ReelscribeError):
    """A person locked what is to be written again."""


class EditionGone(ReelscribeError):
    """The text of a version was destroyed."""


class TableNewer(ReelscribeError):
    """A newer Reelscribe wrote the database."""


class TableDamaged(ReelscribeError):
    """The database was damaged while it was open; the next start puts it aside."""


class TableMoved(ReelscribeError):
    """Another disk, or another file, lies where the database was opened; the next start takes that one."""


class SqliteTooOld(ReelscribeError):
    """This Python's SQLite lacks what the table needs."""


class DiskFull(MustWait):
    """The disk is full or failing. Nothing was written; reading goes on, and so does writing once there is room."""


class TableUnwritable(MustWait):
    """The database, or the folder that it lies in, may not be written."""


class TableBusy(TryAgain):
    """Another program holds the database. Nothing was written."""


class Overtaken(TryAgain):
    """A script was changed while a run made another version of it."""
