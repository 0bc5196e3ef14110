"""What is asked about skips, under ``/v1``. A video goes by the number of its job."""

from fastapi import APIRouter, Response
from starlette.status import HTTP_201_CREATED, HTTP_204_NO_CONTENT

from daemon.api import views
from daemon.api.routes import Id, TheControls, TheStore
from daemon.contract.skips import FilmSkips, Learned, LearnedRanges, Suggestion
from daemon.jobs.errors import NoSuchJob
from daemon.jobs.rows import LearnedRow
from daemon.jobs.store import Store

v1 = APIRouter(prefix="/v1")


@v1.get("/videos/{job_id}/skips")
async def skips(job_id: Id, store: TheStore) -> FilmSkips:
    """What is left out of a video, and what is suggested."""
    if store.job(job_id) is None:
        raise NoSuchJob(f"there is no job {job_id}", "reelscribe jobs lists those there are")
    suggested = (Suggestion.model_validate(row.model_dump(exclude={"id"})) for row in store.suggestions(job_id))
    return FilmSkips(skips=store.skips(job_id), suggestions=tuple(suggested))


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


def _all(store: Store) -> tuple[Learned, ...]:
    return tuple(_learned(row) for row in store.lessons())


def _learned(row: LearnedRow) -> Learned:
    return Learned(id=row.id, film=row.film, start=row.start, end=row.end, note=row.note, created=views.moment(row.created))
