"""What is asked about scripts, under ``/v1``. A film goes by the number of its job."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Header, Path, Query, Response
from pydantic import AwareDatetime
from starlette.status import HTTP_201_CREATED, HTTP_202_ACCEPTED, HTTP_204_NO_CONTENT

from daemon.api import script_views as views
from daemon.api.bulk import done_with_each
from daemon.api.routes import After, Id, TheControls, TheStore
from daemon.api.skips import version as version_seen
from daemon.contract.errors import ChangedMeanwhile
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
    Status,
    Version,
    VersionDetail,
    VersionPage,
)
from daemon.contract.values import RawPath
from daemon.jobs.store import Store
from daemon.screenplay.difference import scene_changes, title_changes

Number = Annotated[int, Path(ge=1, le=2**31, description="a version's number")]
Limit = Annotated[int, Query(ge=1, le=500)]

Seen = Annotated[str | None, Header(alias="If-Match", description="the ETag under which the script was read")]

v1 = APIRouter(prefix="/v1")


@v1.get("/scripts")
async def scripts(
    store: TheStore,
    controls: TheControls,
    limit: Limit = 50,
    after: After = None,
    style: Annotated[str | None, Query(max_length=100)] = None,
    status: Status | None = None,
    inbox: Annotated[RawPath | None, Query(description="base64 of the inbox's path")] = None,
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
) -> ScriptPage:
    """The current version of each film, newest first."""
    begin, end = (None if moment is None else moment.timestamp() for moment in (since, until))
    pairs, following = store.scripts_page(after, limit, style=style, status=status, inbox=inbox, since=begin, until=end)
    stale = await controls.scripts.stale(*(row for _, row in pairs))
    return ScriptPage(items=tuple(views.version(*pair, why) for pair, why in zip(pairs, stale, strict=True)), next=following)


@v1.post("/scripts/refresh", status_code=HTTP_202_ACCEPTED)
async def refresh(asked: Refresh, controls: TheControls) -> BulkDone:
    """Has scripts written again: those of these films, or all that are stale."""
    chosen = await controls.scripts.all_stale() if asked.jobs is None else asked.jobs
    return await done_with_each(chosen, controls.scripts.refresh)


@v1.get("/scripts/search")
async def search(
    store: TheStore,
    q: Annotated[str, Query(max_length=500)],
    limit: Limit = 50,
    after: Annotated[int, Query(ge=0, le=2**63 - 1)] = 0,
) -> FoundPage:
    """The lines of all films in which all of these words stand; in one piece where they are in quotes."""
    rows, following = store.search(q, after, limit)
    return FoundPage(items=tuple(views.found(row) for row in rows), next=following)


@v1.get("/stats")
async def stats(store: TheStore, controls: TheControls) -> Statistics:
    """What all the work took, by stage and model."""
    price = controls.price
    return Statistics(items=tuple(views.work(row, price) for row in store.statistics()), price=price)


@v1.get("/scripts/{job_id}")
async def current(job_id: Id, response: Response, store: TheStore, controls: TheControls) -> VersionDetail:
    """The current version with its text; the ETag changes with the version and with what is thought of it."""
    row, text = await controls.scripts.text(job_id)
    response.headers["ETag"] = f'"{views.etag(row)}"'
    return views.detail(store, row, text, *await controls.scripts.stale(row))


@v1.delete("/scripts/{job_id}", status_code=HTTP_204_NO_CONTENT)
async def delete_all(job_id: Id, controls: TheControls, hard: bool = False) -> Response:
    """Takes all versions of a script out of sight, or destroys them (``hard``). No published file goes."""
    await controls.scripts.delete(job_id, None, hard=hard)
    return Response(status_code=HTTP_204_NO_CONTENT)


@v1.get("/scripts/{job_id}/versions")
async def versions(
    job_id: Id,
    store: TheStore,
    limit: Limit = 50,
    after: After = None,
    deleted: bool = False,
) -> VersionPage:
    """The versions of a script, newest first: those below the number ``after``."""
    page, job = store.versions(job_id, after, limit, deleted=deleted), store.job(job_id)
    return VersionPage(items=tuple(views.version(job, row) for row in page.items if job), next=page.next)


@v1.get("/scripts/{job_id}/versions/{number}")
async def version(job_id: Id, number: Number, store: TheStore, controls: TheControls) -> VersionDetail:
    """One version with its text."""
    row, text = await controls.scripts.text(job_id, number)
    return views.detail(store, row, text)


@v1.delete("/scripts/{job_id}/versions/{number}", status_code=HTTP_204_NO_CONTENT)
async def delete(job_id: Id, number: Number, controls: TheControls, hard: bool = False) -> Response:
    """Takes a version out of sight, or destroys it (``hard``). No published file goes."""
    await controls.scripts.delete(job_id, number, hard=hard)
    return Response(status_code=HTTP_204_NO_CONTENT)


@v1.get("/scripts/{job_id}/versions/{old}/diff/{new}")
async def diff(job_id: Id, old: Number, new: Number, controls: TheControls) -> Difference:
    """How two versions differ, by scene and element."""
    (_, before), (_, after) = await controls.scripts.text(job_id, old), await controls.scripts.text(job_id, new)
    titles = title_changes(before.title_page, after.title_page)
    return Difference(old=old, new=new, title_page=titles, scenes=scene_changes(before, after))


@v1.post("/scripts/{job_id}/versions/{number}/rollback", status_code=HTTP_201_CREATED)
async def roll_back(job_id: Id, number: Number, store: TheStore, controls: TheControls, seen: Seen = None) -> Version:
    """Makes the text of an old version the current one, as a new version that is published."""
    _unchanged(store, job_id, seen)
    return _version(store, job_id, await controls.scripts.roll_back(job_id, number))


@v1.post("/scripts/{job_id}/versions/{number}/status")
async def judge(job_id: Id, number: Number, judgement: Judgement, store: TheStore, seen: Seen = None) -> Version:
    """Notes what somebody thinks of a version."""
    _unchanged(store, job_id, seen)
    store.judge(job_id, number, judgement.status, judgement.by, judgement.note)
    return _version(store, job_id, number)


@v1.get(
    "/scripts/{job_id}/versions/{number}/export/{form}",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}}},
)
async def export(job_id: Id, number: Number, form: Annotated[str, Path(max_length=50)], controls: TheControls) -> Response:
    """A version in any format, made from what was kept; no model is asked."""
    name, content = await controls.scripts.export(job_id, number, form)
    saved = f"attachment; filename*=UTF-8''{quote(name, safe='', errors='replace')}"
    return Response(content, media_type="application/octet-stream", headers={"Content-Disposition": saved})


@v1.post("/scripts/{job_id}/regenerate", status_code=HTTP_202_ACCEPTED)
async def regenerate(job_id: Id, asked: Regenerate, store: TheStore, controls: TheControls, seen: Seen = None) -> VersionDetail:
    """A scene is written again by the next run, which is soon."""
    _unchanged(store, job_id, seen)
    await controls.scripts.ask_again(job_id, asked)
    row, text = await controls.scripts.text(job_id)
    return views.detail(store, row, text)


@v1.delete("/scripts/{job_id}/regenerate", status_code=HTTP_204_NO_CONTENT)
async def take_back(job_id: Id, store: TheStore) -> Response:
    """Scenes that wait to be written again are left as they are."""
    store.take_back(job_id)
    return Response(status_code=HTTP_204_NO_CONTENT)


@v1.post("/scripts/{job_id}/lock")
async def lock(job_id: Id, asked: Lock, store: TheStore, controls: TheControls, seen: Seen = None) -> Version:
    """Locks or frees a scene, or a line of it: another version."""
    _unchanged(store, job_id, seen)
    return _version(store, job_id, await controls.scripts.lock(job_id, asked))


@v1.post("/scripts/{job_id}/names")
async def name(job_id: Id, asked: Naming, controls: TheControls) -> Named:
    """Writes a person's name into the film's override file; the script follows by itself."""
    return Named(file=await controls.scripts.name(job_id, asked))


@v1.get("/scripts/{job_id}/review")
async def review(job_id: Id, controls: TheControls) -> Review:
    """The lines of which nobody can tell who says them."""
    return Review(items=await controls.scripts.review(job_id))


def _unchanged(store: Store, job_id: int, seen: str | None) -> None:
    """Raises ChangedMeanwhile where the script is another one than the person has seen."""
    wanted, row = version_seen(seen), store.current_version(job_id)
    if wanted is not None and row is not None and wanted != views.etag(row):
        raise ChangedMeanwhile("the script changed since you read it", "look at it again, then repeat what you asked for")


def _version(store: Store, job_id: int, number: int) -> Version:
    row, job = store.version(job_id, number), store.job(job_id)
    assert job  # noqa: S101 - it has a version
    return views.version(job, row)
