"""How the database comes to be, and comes up to date: numbered steps, each a transaction of its own.

``PRAGMA user_version`` says how many were taken. A step that was released is never changed; what comes later is a new one. Before the
first step on a database that has jobs, a copy of it is laid beside it.
"""

import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from peewee import SqliteDatabase

from daemon.jobs.errors import TableNewer

Migration = tuple[str, ...]

FIRST: Migration = (
    "CREATE TABLE tally (state TEXT PRIMARY KEY, jobs INTEGER NOT NULL) STRICT",
    """INSERT INTO tally VALUES ('arriving', 0), ('pending', 0), ('processing', 0), ('held', 0), ('paused', 0), ('completed', 0),
        ('failed', 0), ('cancelled', 0), ('ignored', 0)""",
    "CREATE TABLE inbox (path BLOB PRIMARY KEY, device INTEGER NOT NULL, mount_id INTEGER NOT NULL, first_seen REAL NOT NULL) STRICT",
    """CREATE TABLE video (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        path BLOB NOT NULL,
        inbox BLOB NOT NULL,
        digest TEXT NOT NULL DEFAULT '',
        device INTEGER NOT NULL,
        inode INTEGER NOT NULL,
        size INTEGER NOT NULL,
        mtime_ns INTEGER NOT NULL,
        ctime_ns INTEGER NOT NULL,
        gone INTEGER NOT NULL DEFAULT 0,
        probe TEXT,
        UNIQUE (path, digest)
    ) STRICT""",
    "CREATE INDEX video_inbox ON video (inbox)",
    """CREATE TABLE job (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        video_id INTEGER NOT NULL REFERENCES video ON DELETE CASCADE,
        recipe TEXT NOT NULL,
        state TEXT NOT NULL REFERENCES tally,
        stage TEXT,
        attempt INTEGER NOT NULL DEFAULT 1,
        tries INTEGER NOT NULL DEFAULT 0,
        crashes INTEGER NOT NULL DEFAULT 0,
        crashed_stage TEXT,
        priority INTEGER NOT NULL DEFAULT 0,
        not_before REAL,
        reason TEXT NOT NULL DEFAULT '',
        advice TEXT NOT NULL DEFAULT '',
        detail TEXT NOT NULL DEFAULT '',
        cause TEXT,
        progress REAL NOT NULL DEFAULT 0,
        eta REAL,
        overrides TEXT NOT NULL DEFAULT '',
        warning TEXT NOT NULL DEFAULT '',
        stale INTEGER NOT NULL DEFAULT 0,
        created REAL NOT NULL,
        updated REAL NOT NULL,
        UNIQUE (video_id, recipe)
    ) STRICT""",
    "CREATE INDEX job_state ON job (state, id)",
    "CREATE INDEX job_turn ON job (priority DESC, id) WHERE state = 'pending' AND not_before IS NULL",
    "CREATE INDEX job_due ON job (not_before) WHERE not_before IS NOT NULL",
    "CREATE TRIGGER job_counted AFTER INSERT ON job BEGIN UPDATE tally SET jobs = jobs + 1 WHERE state = NEW.state; END",
    "CREATE TRIGGER job_uncounted AFTER DELETE ON job BEGIN UPDATE tally SET jobs = jobs - 1 WHERE state = OLD.state; END",
    """CREATE TRIGGER job_recounted AFTER UPDATE OF state ON job WHEN NEW.state <> OLD.state BEGIN
        UPDATE tally SET jobs = jobs - 1 WHERE state = OLD.state;
        UPDATE tally SET jobs = jobs + 1 WHERE state = NEW.state;
    END""",
    """CREATE TABLE stage_run (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        job_id INTEGER NOT NULL REFERENCES job ON DELETE CASCADE,
        stage TEXT NOT NULL,
        attempt INTEGER NOT NULL,
        key TEXT NOT NULL,
        started REAL NOT NULL,
        ended REAL,
        outcome TEXT,
        error TEXT NOT NULL DEFAULT '',
        peak_memory INTEGER,
        tokens_in INTEGER,
        tokens_out INTEGER,
        record TEXT NOT NULL DEFAULT '{}'
    ) STRICT""",
    "CREATE INDEX stage_run_job ON stage_run (job_id)",
    "CREATE INDEX stage_run_key ON stage_run (stage, key)",
    "CREATE INDEX stage_run_open ON stage_run (job_id) WHERE ended IS NULL",
    """CREATE TABLE script (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        job_id INTEGER NOT NULL REFERENCES job ON DELETE CASCADE,
        version INTEGER NOT NULL,
        path BLOB NOT NULL,
        format TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        published REAL NOT NULL
    ) STRICT""",
    "CREATE INDEX script_job ON script (job_id, version)",
    """CREATE TABLE skip (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        job_id INTEGER NOT NULL REFERENCES job ON DELETE CASCADE,
        start REAL NOT NULL,
        "end" REAL NOT NULL,
        reason TEXT NOT NULL,
        confidence REAL NOT NULL,
        note TEXT NOT NULL DEFAULT ''
    ) STRICT""",
    "CREATE INDEX skip_job ON skip (job_id)",
    """CREATE TABLE event (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        type TEXT NOT NULL,
        job INTEGER,
        data TEXT NOT NULL,
        at REAL NOT NULL
    ) STRICT""",
)  # fmt: skip

LEARNING: Migration = (
    """CREATE TABLE sound (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        video_id INTEGER NOT NULL REFERENCES video ON DELETE CASCADE,
        digest TEXT NOT NULL,
        inbox BLOB NOT NULL,
        folder BLOB NOT NULL,
        analysis TEXT NOT NULL,
        UNIQUE (video_id, digest)
    ) STRICT""",
    "CREATE INDEX sound_inbox ON sound (inbox, folder, id)",
    "CREATE INDEX sound_analysis ON sound (analysis)",
    """CREATE TABLE learned (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        digest TEXT NOT NULL,
        film TEXT NOT NULL,
        start REAL NOT NULL,
        "end" REAL NOT NULL,
        note TEXT NOT NULL DEFAULT '',
        print BLOB NOT NULL,
        after INTEGER NOT NULL,
        created REAL NOT NULL,
        UNIQUE (digest, start, "end")
    ) STRICT""",
    """CREATE TABLE suggestion (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        job_id INTEGER NOT NULL REFERENCES job ON DELETE CASCADE,
        start REAL NOT NULL,
        "end" REAL NOT NULL,
        reason TEXT NOT NULL,
        confidence REAL NOT NULL,
        note TEXT NOT NULL DEFAULT '',
        origin TEXT NOT NULL DEFAULT ''
    ) STRICT""",
    "CREATE INDEX suggestion_job ON suggestion (job_id)",
)  # fmt: skip
"""The sounds of films in the order in which they came, the ranges that people had learned, and skips that are merely suggested."""

VERSIONS: Migration = (
    """CREATE TABLE version (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        job_id INTEGER NOT NULL REFERENCES job ON DELETE CASCADE,
        number INTEGER NOT NULL,
        parent INTEGER,
        created REAL NOT NULL,
        why TEXT NOT NULL,
        author TEXT NOT NULL,
        style TEXT NOT NULL,
        model TEXT NOT NULL,
        settings TEXT NOT NULL,
        tokens_in INTEGER NOT NULL DEFAULT 0,
        tokens_out INTEGER NOT NULL DEFAULT 0,
        seconds REAL NOT NULL DEFAULT 0,
        warnings TEXT NOT NULL DEFAULT '[]',
        pages TEXT NOT NULL DEFAULT '{}',
        record TEXT NOT NULL DEFAULT '{}',
        screenplay TEXT NOT NULL,
        written TEXT NOT NULL,
        evidence TEXT NOT NULL,
        status TEXT NOT NULL DEFAULT 'draft',
        status_by TEXT NOT NULL DEFAULT '',
        status_at REAL,
        status_note TEXT NOT NULL DEFAULT '',
        deleted REAL,
        destroyed INTEGER NOT NULL DEFAULT 0,
        UNIQUE (job_id, number)
    ) STRICT""",
    "CREATE INDEX version_screenplay ON version (screenplay)",
    "CREATE INDEX version_written ON version (written)",
    "CREATE INDEX version_evidence ON version (evidence)",
    """CREATE TABLE wish (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        job_id INTEGER NOT NULL REFERENCES job ON DELETE CASCADE,
        kind TEXT NOT NULL,
        scene TEXT NOT NULL DEFAULT '',
        instructions TEXT NOT NULL DEFAULT '',
        path BLOB NOT NULL DEFAULT x'',
        sha256 TEXT NOT NULL DEFAULT '',
        number INTEGER,
        state TEXT NOT NULL DEFAULT 'open',
        said TEXT NOT NULL DEFAULT '',
        created REAL NOT NULL,
        ended REAL
    ) STRICT""",
    "CREATE INDEX wish_job ON wish (job_id, id)",
    """CREATE TABLE looked (
        path BLOB PRIMARY KEY,
        job_id INTEGER NOT NULL REFERENCES job ON DELETE CASCADE,
        size INTEGER NOT NULL,
        mtime_ns INTEGER NOT NULL,
        sha256 TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX looked_job ON looked (job_id)",
    "CREATE INDEX script_path ON script (path)",
    """CREATE TABLE line (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        job_id INTEGER NOT NULL REFERENCES job ON DELETE CASCADE,
        version INTEGER NOT NULL,
        scene TEXT NOT NULL,
        number TEXT NOT NULL,
        heading TEXT NOT NULL,
        kind TEXT NOT NULL,
        who TEXT NOT NULL,
        start REAL NOT NULL,
        text TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX line_job ON line (job_id)",
    "CREATE VIRTUAL TABLE line_words USING fts5(text, content='line', content_rowid='id', tokenize='unicode61 remove_diacritics 2')",
    "CREATE TRIGGER line_found AFTER INSERT ON line BEGIN INSERT INTO line_words (rowid, text) VALUES (NEW.id, NEW.text); END",
    """CREATE TRIGGER line_lost AFTER DELETE ON line BEGIN
        INSERT INTO line_words (line_words, rowid, text) VALUES ('delete', OLD.id, OLD.text);
    END""",
)  # fmt: skip
"""Every version of a script, what people ask for, how published files stood when they were looked at, and lines that can be searched."""

TURNS: Migration = (
    "ALTER TABLE job ADD COLUMN needs TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE job ADD COLUMN easier TEXT NOT NULL DEFAULT ''",
    "CREATE INDEX job_needs ON job (needs, priority DESC, id) WHERE state = 'pending' AND not_before IS NULL",
)
"""The model that a job needs next, by which its turn may come earlier, and how much smaller its speech model's settings were made."""

FINDING: Migration = (
    "CREATE INDEX video_inode ON video (inode)",
    """CREATE TABLE removed (
        path BLOB PRIMARY KEY,
        device INTEGER NOT NULL,
        inode INTEGER NOT NULL,
        size INTEGER NOT NULL,
        mtime_ns INTEGER NOT NULL
    ) STRICT""",
    "CREATE INDEX removed_inode ON removed (inode)",
)
"""Films by the numbers of their files, under whatever names; and the files whose jobs a person deleted."""

MIGRATIONS: tuple[Migration, ...] = (FIRST, LEARNING, VERSIONS, TURNS, FINDING)


def version_of(database: SqliteDatabase) -> int:
    """How many steps were taken."""
    return int(database.pragma("user_version"))


def migrate(database: SqliteDatabase, path: Path, migrations: Sequence[Migration] = MIGRATIONS) -> Path | None:
    """Takes the steps that are missing. Gives the copy that was made before the first, where there was something to copy.

    Raises:
        TableNewer: it has taken more steps than this program knows.
    """
    version = version_of(database)
    if version > len(migrations):
        raise TableNewer(
            f"The job table was written by a newer Reelscribe (version {version}; this one knows {len(migrations)}).",
            "Install that version again, or move the database away to begin a new one.",
        )
    backup = _copy(path, version) if 0 < version < len(migrations) else None
    for number, statements in enumerate(migrations[version:], version + 1):
        _take(database, number, statements)
    return backup


def _take(database: SqliteDatabase, number: int, statements: Migration) -> None:
    with database.atomic("IMMEDIATE"):
        for statement in statements:
            database.execute_sql(statement)  # type: ignore[no-untyped-call]
        database.pragma("user_version", number)


def _copy(path: Path, version: int) -> Path:
    """A whole copy, on the disk when this returns; what stands in the write-ahead log is in it."""
    copy = path.with_name(f"{path.name}.v{version}")
    unfinished = path.with_name(f"{copy.name}.part")
    unfinished.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(unfinished)) as target:
        source.backup(target)
    sync(unfinished)
    unfinished.replace(copy)
    sync(copy.parent)
    return copy


def sync(path: Path) -> None:
    """A file or folder is on the disk when this returns."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
