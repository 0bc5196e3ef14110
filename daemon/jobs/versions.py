"""The store as versions of scripts are kept: what was written, by whom and why, what people think of it, and nothing of it lost.

A version's documents lie in ``editions``; its row names them. A job's *current* version is its newest that is not deleted; numbers are
given once, and are those that published files carry.
"""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from peewee import fn

from daemon.jobs.editions import Editions
from daemon.jobs.errors import NoSuchVersion, Overtaken
from daemon.jobs.ledger import Ledger
from daemon.jobs.rows import JobRow, NewLine, NewVersion, VersionPage, VersionRow, VersionStatus
from daemon.jobs.tables import Job, Line, Script, Version, Video, Wish

DOCUMENTS = ("screenplay", "written", "evidence")
AT_ONCE = 500  # rows in one statement
JSON = ("settings", "warnings", "pages", "record")


class Versions(Ledger):
    """Versions of scripts."""

    editions: Editions

    def current_version(self, job_id: int) -> VersionRow | None:
        """The newest version of a job's script that is not deleted."""
        found = self._versions((Version.job == job_id) & Version.deleted.is_null(), 1)
        return found[0] if found else None

    def version(self, job_id: int, number: int) -> VersionRow:
        """One version, deleted or not. Raises NoSuchJob and NoSuchVersion."""
        for row in self._versions((Version.job == self._job(job_id).id) & (Version.number == number), 1):
            return row
        raise NoSuchVersion(f"There is no version {number} of this script.", "`reelscribe script versions` lists them.")

    def versions(self, job_id: int, after: int | None = None, limit: int = 50, *, deleted: bool = False) -> VersionPage:
        """A job's versions, newest first, those below the number ``after``; with those that are ``deleted``, or without."""
        where: Any = Version.job == self._job(job_id).id
        if after is not None:
            where &= Version.number < after
        if not deleted:
            where &= Version.deleted.is_null()
        rows = self._versions(where, limit + 1)
        return VersionPage(items=tuple(rows[:limit]), next=rows[limit - 1].number if len(rows) > limit else None)

    def next_version(self, job_id: int) -> int:
        """The number that the next version takes: one that no version and no published file of the job has had."""
        highest = (
            Version.select(fn.MAX(Version.number)).where(Version.job == job_id),
            Script.select(fn.MAX(Script.version)).where(Script.job == job_id),
        )
        return 1 + max(int(number or 0) for query in highest for (number,) in self._read(query))

    def scripts_page(
        self,
        after: int | None = None,
        limit: int = 50,
        *,
        style: str | None = None,
        status: VersionStatus | None = None,
        inbox: Path | None = None,
        since: float | None = None,
        until: float | None = None,
    ) -> tuple[tuple[tuple[JobRow, VersionRow], ...], int | None]:
        """The current version of each film, newest first, those below the version ``after`` (its ``id``), and the next ``after``."""
        newer = Version.alias()
        newest = newer.select(fn.MAX(newer.id)).where((newer.job == Version.job) & newer.deleted.is_null())
        where: Any = Version.id == newest
        wanted = {Version.style: style, Version.status: status, Video.inbox: None if inbox is None else bytes(inbox)}
        for column, value in wanted.items():
            where = where if value is None else where & (column == value)
        for limiting in (
            None if after is None else Version.id < after,
            None if since is None else Version.created >= since,
            None if until is None else Version.created < until,
        ):
            where = where if limiting is None else where & limiting
        rows = self._versions(where, limit + 1)
        pairs = tuple((self._job(row.job_id), row) for row in rows[:limit])
        return pairs, rows[limit - 1].id if len(rows) > limit else None

    def keep_version(self, job_id: int, new: NewVersion, lines: Iterable[NewLine]) -> int:
        """Keeps a version and gives its number; ``lines`` are what is found in it from here on.

        Raises:
            Overtaken: its parent is no longer what it was made from: somebody was quicker.
        """
        with self.together():
            current = self.current_version(self._job(job_id).id)
            if (current.number if current else None) != new.parent:
                raise Overtaken("The script was changed meanwhile.", "It is taken up again from there.")
            return self._keep(job_id, new, lines)

    def roll_back(self, job_id: int, number: int, lines: Iterable[NewLine]) -> int:
        """A new version with the text of version ``number``; gives its own number.

        What the machine had written stays that of the version before, so that the next run finds nothing that it should do otherwise.
        """
        with self.together():
            old, current = self.version(job_id, number), self.current_version(job_id)
            changed = {"parent": number, "why": f"rolled back to version {number}", "author": "person"}
            costless = {"tokens_in": 0, "tokens_out": 0, "seconds": 0.0, "written": (current or old).written}
            kept = {name: getattr(old, name) for name in NewVersion.model_fields}
            return self._keep(job_id, NewVersion.model_validate(kept | changed | costless), lines)

    def made_again(self, version_id: int, settings: dict[str, Any]) -> None:
        """A run gave the very same version: what it was made with is what it would be made with today."""
        with self.together():
            Version.update(settings=json.dumps(settings)).where(Version.id == version_id).execute(self._db)

    def judge(self, job_id: int, number: int, status: VersionStatus, by: str, note: str) -> VersionRow:
        """Notes what somebody thinks of a version."""
        with self.together():
            row = self.version(job_id, number)
            judged = {"status": status, "status_by": by, "status_at": self._clock(), "status_note": note}
            Version.update(**judged).where(Version.id == row.id).execute(self._db)
            self._tell("script.changed", job_id, {"id": job_id, "version": number, "status": status})
            return self.version(job_id, number)

    def delete_versions(self, job_id: int, number: int | None = None, *, hard: bool = False) -> tuple[str, ...]:
        """Takes a version (or all of a job's) out of sight; gives the digests of documents that nothing needs any more.

        They are only given where it is to be destroyed (``hard``): until then a version can be rolled back to.
        """
        with self.together():
            rows = (
                [self.version(job_id, number)]
                if number is not None
                else self._versions((Version.job == self._job(job_id).id) & (Version.destroyed == 0), None)
            )
            gone = Version.id.in_([row.id for row in rows])
            Version.update(deleted=fn.COALESCE(Version.deleted, self._clock()), **({"destroyed": 1} if hard else {})).where(gone).execute(
                self._db
            )
            self._drop_lines(job_id, [row.number for row in rows])
            for row in rows:
                self._tell("script.changed", job_id, {"id": job_id, "version": row.number, "status": "deleted"})
            return self.unused(digest for row in rows for digest in _documents(row)) if hard else ()

    def documents(self, job_id: int) -> tuple[str, ...]:
        """The digests of all documents of a job's versions, and of the files that people edited."""
        edited = {digest for (digest,) in self._read(Wish.select(Wish.sha256).where((Wish.job == job_id) & (Wish.sha256 != "")))}
        return tuple(edited | {digest for row in self._versions(Version.job == job_id, None) for digest in _documents(row)})

    def unused(self, digests: Iterable[str]) -> tuple[str, ...]:
        """Those of the documents that nothing needs."""
        return tuple(digest for digest in dict.fromkeys(digests) if not self._needed(digest))

    def record_of(self, stage: str, key: str) -> dict[str, Any]:
        """The numbers of the run that made this artefact; nothing where no run of ours did."""
        query = "SELECT record FROM stage_run WHERE stage = ? AND key = ? AND outcome = 'done' AND record NOT LIKE '%\"kept\": true%'"
        found = self._db.execute_sql(query + " ORDER BY id DESC LIMIT 1", (stage, key)).fetchall()  # type: ignore[no-untyped-call]
        return next((dict(json.loads(record)) for (record,) in found), {})

    def _keep(self, job_id: int, new: NewVersion, lines: Iterable[NewLine]) -> int:
        number = self.next_version(job_id)
        columns = new.model_dump()
        columns |= {name: json.dumps(columns[name]) for name in JSON}
        Version.insert(job=job_id, number=number, created=self._clock(), **columns).execute(self._db)
        self._drop_lines(job_id)
        rows = [{"job": job_id, "version": number, **line.model_dump()} for line in lines]
        for start in range(0, len(rows), AT_ONCE):
            Line.insert_many(rows[start : start + AT_ONCE]).execute(self._db)
        self._tell("script.changed", job_id, {"id": job_id, "version": number, "status": "draft"})
        return number

    def _drop_lines(self, job_id: int, numbers: Sequence[int] | None = None) -> None:
        where: Any = Line.job == job_id
        if numbers is not None:
            where &= Line.version.in_(numbers)
        Line.delete().where(where).execute(self._db)

    def _needed(self, digest: str) -> bool:
        uses = [(getattr(Version, name) == digest) & (Version.destroyed == 0) for name in DOCUMENTS]
        queries: list[Any] = [*(Version.select(Version.id).where(use) for use in uses), Wish.select(Wish.id).where(Wish.sha256 == digest)]
        return any(self._read(query.limit(1)) for query in queries)

    def _versions(self, where: Any, limit: int | None) -> list[VersionRow]:
        names = [name for name in VersionRow.model_fields if name != "job_id"]
        columns = (Version.job, *(getattr(Version, name) for name in names))
        query = Version.select(*columns).join(Job).join(Video).where(where).order_by(Version.id.desc())
        rows = self._read(query.limit(limit) if limit else query)
        return [_row(dict(zip(("job_id", *names), row, strict=True))) for row in rows]


def _row(columns: dict[str, Any]) -> VersionRow:
    return VersionRow.model_validate(columns | {name: json.loads(columns[name]) for name in JSON})


def _documents(row: VersionRow) -> tuple[str, ...]:
    return tuple(getattr(row, name) for name in DOCUMENTS)
