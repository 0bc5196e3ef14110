"""What is asked about skips, under ``/v1``. A video goes by the number of its job."""

from typing import Annotated

from fastapi import APIRouter, Header, Path, Response
from starlette.status import HTTP_201_CREATED, HTTP_204_NO_CONTENT

from daemon.api import views
from daemon.api.controls import Controls
from daemon.api.routes import Id, TheControls, TheStore
from daemon.contract.skips import ChangedRange, FilmSkips, Learned, LearnedRanges, NewRange, SplitRange, Suggestion
from daemon.jobs.rows import LearnedRow
from daemon.jobs.store import Store

v1 = APIRouter(prefix="/v1")


RangeId = Annotated[str, Path(pattern=r"^(skip|keep)-[1-9][0-9]{0,5}$", description="its place in the film's file: skip-1")]
Seen = Annotated[str | None, Header(alias="If-Match", description="the ETag under which the choices were read")]


@v1.get("/videos/{job_id}/skips")
async def skips(job_id: Id, response: Response, store: TheStore, controls: TheControls) -> FilmSkips:
    """What is left out of a video, what is suggested, and what a person wrote down; the ETag is that of what was written down."""
    return await _skips(job_id, response, store, controls)


@v1.post("/videos/{job_id}/skips", status_code=HTTP_201_CREATED)
async def add(job_id: Id, new: NewRange, response: Response, store: TheStore, controls: TheControls, seen: Seen = None) -> FilmSkips:
    """Writes a range down in the video's override file. The video is written up again, as far as the range touches it."""
    await controls.choices.add(job_id, new, version(seen))
    return await _skips(job_id, response, store, controls)


@v1.patch("/videos/{job_id}/skips/{range_id}")
async def change(
    job_id: Id, range_id: RangeId, wanted: ChangedRange, response: Response, store: TheStore, controls: TheControls, seen: Seen = None
) -> FilmSkips:
    """Changes a range that a person wrote down."""
    await controls.choices.change(job_id, range_id, wanted, version(seen))
    return await _skips(job_id, response, store, controls)


@v1.post("/videos/{job_id}/skips/{range_id}/split")
async def split(
    job_id: Id, range_id: RangeId, wanted: SplitRange, response: Response, store: TheStore, controls: TheControls, seen: Seen = None
) -> FilmSkips:
    """Makes two of a range."""
    await controls.choices.split(job_id, range_id, wanted.at, version(seen))
    return await _skips(job_id, response, store, controls)


@v1.delete("/videos/{job_id}/skips/{range_id}")
async def remove(job_id: Id, range_id: RangeId, response: Response, store: TheStore, controls: TheControls, seen: Seen = None) -> FilmSkips:
    """Takes a range out of the file. An automatic skip is taken away by a ``keep`` over it."""
    await controls.choices.remove(job_id, range_id, version(seen))
    return await _skips(job_id, response, store, controls)


@v1.post("/videos/{job_id}/skips/learn", status_code=HTTP_201_CREATED)
async def learn(job_id: Id, store: TheStore, controls: TheControls) -> LearnedRanges:
    """Learns the ranges that a person left out of a video: films that follow leave them out by themselves."""
    numbers = await controls.learn(job_id)
    return LearnedRanges(items=tuple(one for one in _all(store) if one.id in numbers))


@v1.get("/learned")
async def learned(store: TheStore) -> LearnedRanges:
    """Every learned range, oldest first."""
    return LearnedRanges(items=_all(store))


@v1.delete("/learned/{learned_id}", status_code=HTTP_204_NO_CONTENT)
async def forget(learned_id: Id, controls: TheControls) -> Response:
    """Takes a learned range back. Scripts that were written stay as they are."""
    await controls.forget(learned_id)
    return Response(status_code=HTTP_204_NO_CONTENT)


def version(seen: str | None) -> str | None:
    """What an If-Match header asks for; None: whatever is in force."""
    return None if seen is None or seen.strip() == "*" else seen.strip().removeprefix("W/").strip('"')


async def _skips(job_id: int, response: Response, store: Store, controls: Controls) -> FilmSkips:
    chosen = await controls.choices.of(job_id)
    response.headers["ETag"] = f'"{chosen.version}"'
    suggested = (Suggestion.model_validate(row.model_dump(exclude={"id"})) for row in store.suggestions(job_id))
    return FilmSkips(**dict(chosen), skips=store.skips(job_id), suggestions=tuple(suggested))


def _all(store: Store) -> tuple[Learned, ...]:
    return tuple(_learned(row) for row in store.lessons())


def _learned(row: LearnedRow) -> Learned:
    return Learned(id=row.id, film=row.film, start=row.start, end=row.end, note=row.note, created=views.moment(row.created))
