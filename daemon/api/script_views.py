"""Versions, lines and statistics as the outside sees them."""

import os

from daemon.api.views import moment
from daemon.contract.scripts import Asked, Found, LineView, SceneView, Version, VersionDetail, Work
from daemon.contract.values import shown
from daemon.jobs import rows
from daemon.jobs.store import Store
from daemon.screenplay.model import Scene, Screenplay

LATELY = 10  # of what was asked for
MILLION = 1_000_000
SAME = (
    "number", "parent", "why", "author", "style", "model", "settings", "tokens_in", "tokens_out", "seconds", "warnings", "pages",
    "record", "status", "status_by", "status_note",
)  # fmt: skip


def version(job: rows.JobRow, row: rows.VersionRow, stale: str = "") -> Version:
    """One version."""
    return Version(
        job=job.id,
        name=shown(os.path.basename(job.path)),  # noqa: PTH119 – a path of bytes
        created=moment(row.created),
        status_at=moment(row.status_at),
        deleted=moment(row.deleted),
        stale=stale,
        **{name: getattr(row, name) for name in SAME},
    )


def detail(store: Store, row: rows.VersionRow, text: Screenplay, stale: str = "") -> VersionDetail:
    """A version with its text."""
    job = store.job(row.job_id)
    assert job  # noqa: S101 - it has a version
    return VersionDetail(
        **dict(version(job, row, stale)),
        etag=etag(store.current_version(row.job_id) or row),
        title=text.title_page.title,
        scenes=tuple(scene(one) for one in text.scenes),
        asked=tuple(asked(wish, text) for wish in store.wishes(row.job_id)[-LATELY:]),
    )


def etag(row: rows.VersionRow) -> str:
    """Changes with the version and with what is thought of it."""
    return f"{row.number}-{row.status.replace(' ', '-')}"


def scene(one: Scene) -> SceneView:
    """One scene; its lines are numbered from 1."""
    lines, who = [], ""
    for number, element in enumerate(one.elements, 1):
        who = element.text if element.kind == "character" else who
        cues = element.evidence.cues if element.kind == "dialogue" else ()
        speaker = who if element.kind == "dialogue" else ""
        lines.append(LineView(line=number, kind=element.kind, text=element.text, who=speaker, cues=cues, locked=element.locked))
    return SceneView(
        id=one.id, number=one.number, heading=one.heading.text, locked=one.locked, start=one.start, end=one.end, lines=tuple(lines)
    )


def asked(wish: rows.WishRow, text: Screenplay) -> Asked:
    """What was asked for; a scene goes by its number where it still has one."""
    number = next((one.number for one in text.scenes if one.id == wish.scene), wish.scene)
    made = wish.number if wish.state == "done" else None
    return Asked(
        kind=wish.kind,
        scene=number,
        instructions=wish.instructions,
        state=wish.state,
        said=wish.said,
        version=made,
        asked=moment(wish.created),
    )


def found(row: rows.LineRow) -> Found:
    """A line that was found."""
    kept = row.model_dump(exclude={"job_id", "path"})
    return Found(job=row.job_id, name=shown(os.path.basename(row.path)), **kept)  # noqa: PTH119


def work(row: rows.StatisticsRow, price: float | None) -> Work:
    """What one model did in one stage."""
    minutes, tokens = row.film / 60, row.tokens_in + row.tokens_out
    return Work(
        stage=row.stage,
        model=row.model,
        runs=row.runs,
        reused=row.kept,
        failed=row.failed,
        fallbacks=row.fallbacks,
        seconds=round(row.seconds, 3),
        film_minutes=round(minutes, 3),
        tokens_in=row.tokens_in,
        tokens_out=row.tokens_out,
        seconds_per_minute=round(row.seconds / minutes, 3) if minutes else None,
        tokens_per_minute=round(tokens / minutes, 1) if minutes else None,
        price=None if price is None or not row.model else round(price * tokens / MILLION, 6),
    )
