"""Rows of the table as the outside sees them: escaped names, moments in UTC."""

import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import overload

from daemon.contract.events import Event
from daemon.contract.jobs import Job, JobDetail, JobPage, LogLine, LogPage, Script, StageRun
from daemon.contract.states import JobState
from daemon.contract.status import Hold
from daemon.contract.values import shown
from daemon.jobs import rows
from daemon.jobs.store import Store


def job(row: rows.JobRow, stale: str = "") -> Job:
    """One job. ``stale``: why its script is."""
    waits = row.state in (JobState.PENDING, JobState.HELD)
    return Job(
        id=row.id,
        name=shown(os.path.basename(row.path)),  # noqa: PTH119 – a path of bytes
        path=shown(row.path),
        path_bytes=_path(row.path),
        inbox=shown(row.inbox),
        state=row.state,
        reason=row.reason,
        advice=row.advice,
        detail=row.detail,
        cause=row.cause,
        next_try=moment(row.not_before) if waits else None,
        stage=row.stage,
        progress=row.progress,
        eta=row.eta,
        eta_low=row.eta_low,
        eta_high=row.eta_high,
        priority=row.priority,
        attempt=row.attempt,
        warning=row.warning,
        stale=stale,
        created=moment(row.created),
        updated=moment(row.updated),
    )


def detail(store: Store, row: rows.JobRow, stale: str = "") -> JobDetail:
    """A job with its stages, scripts and skips."""
    return JobDetail(
        **dict(job(row, stale)),
        stages=tuple(stage_run(run) for run in store.stages(row.id)),
        scripts=tuple(script(file) for file in store.scripts(row.id)),
        skips=store.skips(row.id),
    )


def page(found: rows.Page, stale: Mapping[int, str]) -> JobPage:
    """A stretch of the list. ``stale``: why scripts are, by the numbers of their jobs."""
    return JobPage(items=tuple(job(row, stale.get(row.id, "")) for row in found.items), next=found.next)


def stage_run(row: rows.StageRow) -> StageRun:
    """One run of one stage."""
    return StageRun(
        stage=row.stage,
        attempt=row.attempt,
        started=moment(row.started),
        ended=moment(row.ended),
        outcome=row.outcome or "",
        error=row.error,
        peak_memory=row.peak_memory,
        tokens_in=row.tokens_in,
        tokens_out=row.tokens_out,
        kept=bool(row.record.get("kept") is True),
        model=str(row.record.get("model") or ""),
        asked=int(row.record.get("asked") or 0),
        reused=0 if row.record.get("kept") is True else int(row.record.get("kept") or 0),
    )


def script(row: rows.ScriptRow) -> Script:
    """One published file."""
    return Script(
        version=row.version, format=row.format, path=shown(row.path), path_bytes=_path(row.path), published=moment(row.published)
    )  # fmt: skip


def hold(row: rows.Hold) -> Hold:
    """One thing that jobs wait for."""
    return Hold(cause=row.cause, reason=row.reason, advice=row.advice, next_try=moment(row.next_try), jobs=row.jobs)


def event(row: rows.EventRow) -> Event:
    """Something that happened."""
    return Event(id=row.id, type=row.type, data=row.data)


def log(found: Sequence[rows.EventRow], limit: int) -> LogPage:
    """What happened to a job, as far as ``found`` goes, which is ``limit`` events where there are more."""
    lines = tuple(LogLine(id=row.id or 0, at=moment(row.at), type=row.type, stage=row.data.get("stage"), text=_said(row)) for row in found)
    return LogPage(items=lines, next=lines[-1].id if len(lines) == limit else None)


def _said(row: rows.EventRow) -> str:
    """An event of a job as a sentence."""
    data = row.data
    match row.type:
        case "job.note":
            return str(data.get("text", ""))
        case "job.created" | "job.changed":
            works = f" at {data['stage']}" if data.get("state") == JobState.PROCESSING and data.get("stage") else ""
            return f"{data.get('state')}{works}{': ' + data['reason'] if data.get('reason') else ''}"
        case "script.created":
            return f"version {data.get('version')} is published: {', '.join(map(str, data.get('formats', ())))}"
        case "script.changed":
            return f"version {data.get('version')} is {data.get('status')}"
        case "skips.changed":
            return f"{data['count']} ranges are left out" if "count" in data else f"{data.get('suggestions', 0)} ranges are suggested"
    return row.type


@overload
def moment(seconds: float) -> datetime: ...
@overload
def moment(seconds: None) -> None: ...
@overload
def moment(seconds: float | None) -> datetime | None: ...
def moment(seconds: float | None) -> datetime | None:
    """Unix seconds as a moment in UTC."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _path(path: bytes) -> Path:
    return Path(os.fsdecode(path))
