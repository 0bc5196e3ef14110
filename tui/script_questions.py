"""What the daemon is asked about scripts."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from daemon.contract.jobs import BulkDone
from daemon.contract.scripts import (
    Difference,
    FoundPage,
    Judgement,
    Lock,
    Named,
    Naming,
    Refresh,
    Regenerate,
    Review,
    ScriptPage,
    Statistics,
    Version,
    VersionDetail,
    VersionPage,
)
from daemon.contract.values import packed
from tui.questions import Questions

EXPORT_WITHIN = 180.0  # seconds: an hour's film as pages takes some


class ScriptQuestions(Questions):
    """The part of the client that works on scripts. With an ``etag`` as ``seen`` nothing is done to one that changed."""

    async def scripts(self, **wanted: Any) -> ScriptPage:
        """The current version of each film: ``limit``, ``after``, ``style``, ``status``, ``inbox``, ``since``, ``until``."""
        asked = {name: packed(value) if isinstance(value, Path) else value for name, value in wanted.items() if value is not None}
        return await self._ask("GET", "/v1/scripts", ScriptPage, params=asked)

    async def search(self, words: str, after: int = 0, limit: int = 50) -> FoundPage:
        """The lines of all films in which these words stand."""
        return await self._ask("GET", "/v1/scripts/search", FoundPage, params={"q": words, "after": after, "limit": limit})

    async def statistics(self) -> Statistics:
        """What all the work took."""
        return await self._ask("GET", "/v1/stats", Statistics)

    async def versions(self, job_id: int, after: int | None = None, limit: int = 50, *, deleted: bool = False) -> VersionPage:
        """The versions of a film's script, newest first."""
        asked = {"limit": limit, "deleted": deleted} | ({"after": after} if after else {})
        return await self._ask("GET", f"/v1/scripts/{job_id}/versions", VersionPage, params=asked)

    async def version(self, job_id: int, number: int | None = None) -> VersionDetail:
        """One version with its text; None: the current one."""
        return await self._ask("GET", f"/v1/scripts/{job_id}" + (f"/versions/{number}" if number else ""), VersionDetail)

    async def refresh(self, jobs: Sequence[int] | None = None) -> BulkDone:
        """Has these films' scripts written again, or all that are stale."""
        return await self._ask("POST", "/v1/scripts/refresh", BulkDone, asked=Refresh(jobs=None if jobs is None else tuple(jobs)))

    async def difference(self, job_id: int, old: int, new: int) -> Difference:
        """How two versions differ."""
        return await self._ask("GET", f"/v1/scripts/{job_id}/versions/{old}/diff/{new}", Difference)

    async def roll_back(self, job_id: int, number: int, seen: str = "") -> Version:
        """Makes the text of an old version the current one."""
        return await self._ask("POST", f"/v1/scripts/{job_id}/versions/{number}/rollback", Version, seen=seen)

    async def judge(self, job_id: int, number: int, judgement: Judgement, seen: str = "") -> Version:
        """Notes what somebody thinks of a version."""
        return await self._ask("POST", f"/v1/scripts/{job_id}/versions/{number}/status", Version, asked=judgement, seen=seen)

    async def regenerate(self, job_id: int, asked: Regenerate, seen: str = "") -> VersionDetail:
        """Asks for a scene again."""
        return await self._ask("POST", f"/v1/scripts/{job_id}/regenerate", VersionDetail, asked=asked, seen=seen)

    async def take_back(self, job_id: int) -> None:
        """Leaves scenes that wait to be written again as they are."""
        await self._send("DELETE", f"/v1/scripts/{job_id}/regenerate")

    async def lock(self, job_id: int, asked: Lock, seen: str = "") -> Version:
        """Locks or frees a scene, or a line of it."""
        return await self._ask("POST", f"/v1/scripts/{job_id}/lock", Version, asked=asked, seen=seen)

    async def name(self, job_id: int, asked: Naming) -> Named:
        """Writes a name down."""
        return await self._ask("POST", f"/v1/scripts/{job_id}/names", Named, asked=asked)

    async def review(self, job_id: int) -> Review:
        """The lines of which nobody can tell who says them."""
        return await self._ask("GET", f"/v1/scripts/{job_id}/review", Review)

    async def delete_script(self, job_id: int, number: int | None, *, hard: bool) -> None:
        """Takes a version, or all, out of sight, or destroys them."""
        path = f"/v1/scripts/{job_id}" + (f"/versions/{number}" if number else "")
        await self._send("DELETE", path, params={"hard": hard})

    async def export(self, job_id: int, number: int, form: str) -> bytes:
        """A version in one format."""
        return await self._send("GET", f"/v1/scripts/{job_id}/versions/{number}/export/{form}", within=EXPORT_WITHIN)
