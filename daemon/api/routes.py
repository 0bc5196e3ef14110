"""What is asked over the socket, under ``/v1``. Each route reads the store or asks the controls, and nothing else."""

from typing import Annotated, cast

from fastapi import APIRouter, Body, Depends, Header, Path, Query, Request, Response
from pydantic import AwareDatetime
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.status import HTTP_201_CREATED, HTTP_204_NO_CONTENT

from daemon.api import views
from daemon.api.bulk import done_with_all
from daemon.api.controls import Controls
from daemon.api.events import Broadcast, EventStream
from daemon.api.metrics import MEDIA_TYPE, exposition
from daemon.contract.alerts import Alerts
from daemon.contract.doctor import Diagnosis
from daemon.contract.jobs import (
    LARGEST_ID,
    AddJobs,
    AskWhy,
    BulkDone,
    BulkWish,
    Job,
    JobDetail,
    JobPage,
    JobSort,
    LogPage,
    NewPriority,
    Resumed,
    ResumeJobs,
    Why,
)
from daemon.contract.states import JobState
from daemon.contract.status import Health, Inbox, Status
from daemon.contract.values import RawPath
from daemon.jobs.errors import NoSuchJob
from daemon.jobs.rows import JobRow
from daemon.jobs.store import Store


async def _store(request: Request) -> Store:
    return cast(Store, request.app.state.store)


async def _controls(request: Request) -> Controls:
    return cast(Controls, request.app.state.controls)


async def _broadcast(request: Request) -> Broadcast:
    return cast(Broadcast, request.app.state.broadcast)


TheStore = Annotated[Store, Depends(_store)]
TheControls = Annotated[Controls, Depends(_controls)]
Id = Annotated[int, Path(ge=1, le=LARGEST_ID)]
After = Annotated[int | None, Query(ge=1, le=LARGEST_ID)]

v1 = APIRouter(prefix="/v1")


@v1.get("/health")
async def health(request: Request) -> Health:
    """The daemon answers."""
    return Health(version=request.app.version)


@v1.get("/status")
async def status(request: Request, store: TheStore, controls: TheControls) -> Status:
    """What is being done, what waits, and for what."""
    system = await controls.looked_around()
    running = store.page(state=JobState.PROCESSING, limit=1).items
    return Status(
        version=request.app.version,
        counts={state: count for state, count in store.counts().items() if count},
        stale=len(controls.scripts.marked),
        holds=tuple(views.hold(hold) for hold in store.holds()),
        running=views.job(running[0]) if running else None,
        inboxes=system.inboxes,
        memory=system.memory,
        ollama=system.ollama,
        disk=system.disk,
        forecast=system.forecast,
    )


FailedSince = Annotated[AwareDatetime | None, Query(description="failures before that moment are left out")]


@v1.get("/alerts")
async def alerts(controls: TheControls, since: FailedSince = None) -> Alerts:
    """What a person should look at: once for each cause, however many films it keeps waiting."""
    return Alerts(items=await controls.alerts(since.timestamp() if since else 0.0))


@v1.get("/doctor")
async def doctor(
    request: Request, controls: TheControls, speed: Annotated[bool, Query(description="measure how fast the writer is")] = False
) -> Diagnosis:
    """What the daemon finds of all that its work depends on, and how to mend it."""
    return Diagnosis(version=request.app.version, seen_by="daemon", findings=await controls.doctor(speed=speed))


@v1.get("/inboxes")
async def inboxes(controls: TheControls) -> tuple[Inbox, ...]:
    """The watched folders."""
    return (await controls.looked_around()).inboxes


Text = Annotated[str, Query(max_length=200, description="part of the path")]
OfInbox = Annotated[RawPath | None, Query(description="base64 of the path's bytes: jobs of this inbox")]
OfPath = Annotated[RawPath | None, Query(description="base64 of the path's bytes: the newest job of this video")]


@v1.get("/jobs")
async def jobs(
    store: TheStore,
    controls: TheControls,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    after: After = None,
    state: JobState | None = None,
    inbox: OfInbox = None,
    text: Text = "",
    sort: JobSort = "newest",
    path: OfPath = None,
) -> JobPage:
    """Jobs: those that follow the job number ``after`` in the order of ``sort``."""
    stale = controls.scripts.marked
    if path is not None:
        found = store.job_by_path(bytes(path))
        return JobPage(items=(views.job(found, stale.get(found.id, "")),) if found else ())
    return views.page(store.page(after, limit, state, inbox=None if inbox is None else bytes(inbox), text=text, sort=sort), stale)


@v1.post("/jobs", status_code=HTTP_201_CREATED)
async def add(asked: AddJobs, store: TheStore, controls: TheControls) -> JobPage:
    """Takes videos, wherever they lie."""
    numbers = [await controls.add(path) for path in asked.paths]
    return JobPage(items=tuple(views.job(_row(store, number)) for number in numbers))


@v1.post("/jobs/resume")
async def resume_all(controls: TheControls, asked: Annotated[ResumeJobs, Body()] = ResumeJobs()) -> Resumed:  # noqa: B008 – frozen
    """Resumes every paused job, or those of one inbox."""
    return Resumed(count=await controls.resume_all(asked.inbox))


@v1.post("/jobs/bulk")
async def bulk(asked: BulkWish, store: TheStore, controls: TheControls) -> BulkDone:
    """The same for many jobs. Those with which it cannot be done are named; the others are not kept waiting for them."""
    return await done_with_all(asked, store, controls)


@v1.get("/jobs/{job_id}")
async def job(job_id: Id, store: TheStore, controls: TheControls) -> JobDetail:
    """One job with its stages, scripts and skips."""
    return views.detail(store, _row(store, job_id), controls.scripts.marked.get(job_id, ""))


@v1.get("/jobs/{job_id}/log")
async def log(
    job_id: Id, store: TheStore, limit: Annotated[int, Query(ge=1, le=500)] = 100, after: Annotated[int, Query(ge=0, le=LARGEST_ID)] = 0
) -> LogPage:
    """What happened to a job after the event ``after``, oldest first, as far as it is kept."""
    return views.log(store.log(_row(store, job_id).id, after, limit), limit)


@v1.delete("/jobs/{job_id}", status_code=HTTP_204_NO_CONTENT)
async def delete(job_id: Id, controls: TheControls) -> Response:
    """Forgets a job; no video and no published script goes. The video is left alone until it changes or is added again."""
    await controls.delete(job_id)
    return Response(status_code=HTTP_204_NO_CONTENT)


@v1.post("/jobs/{job_id}/retry")
async def retry(job_id: Id, store: TheStore, controls: TheControls) -> Job:
    """Another run of a job that ended."""
    await controls.retry(job_id)
    return views.job(_row(store, job_id))


@v1.post("/jobs/{job_id}/cancel")
async def cancel(job_id: Id, store: TheStore, controls: TheControls) -> Job:
    """Ends a job."""
    await controls.cancel(job_id)
    return views.job(_row(store, job_id))


@v1.post("/jobs/{job_id}/pause")
async def pause(job_id: Id, store: TheStore, controls: TheControls) -> Job:
    """Stops a job until it is resumed."""
    await controls.pause(job_id)
    return views.job(_row(store, job_id))


@v1.post("/jobs/{job_id}/resume")
async def resume(job_id: Id, store: TheStore, controls: TheControls) -> Job:
    """Lets a paused job wait its turn again."""
    await controls.resume(job_id)
    return views.job(_row(store, job_id))


@v1.put("/jobs/{job_id}/priority")
async def prioritise(job_id: Id, asked: NewPriority, store: TheStore) -> Job:
    """Puts a job before all of lower priority. What runs goes on."""
    store.prioritise(job_id, asked.priority)
    return views.job(_row(store, job_id))


@v1.post("/why")
async def why(asked: AskWhy, controls: TheControls) -> Why:
    """What becomes of a file, and why."""
    return await controls.why(asked.path)


@v1.get("/metrics", response_class=PlainTextResponse)
async def metrics(request: Request, store: TheStore, controls: TheControls) -> Response:
    """How things stand, for Prometheus."""
    return Response(exposition(store, controls, request.app.version), media_type=MEDIA_TYPE)


@v1.get("/events", response_class=StreamingResponse, responses={200: {"content": {"text/event-stream": {}}}})
async def events(
    broadcast: Annotated[Broadcast, Depends(_broadcast)], last_event_id: Annotated[int | None, Header(ge=0, le=LARGEST_ID)] = None
) -> EventStream:
    """What happens, as server-sent events: from ``Last-Event-ID`` on, or from this moment."""
    return EventStream(broadcast, broadcast.watch(last_event_id))


def _row(store: Store, job_id: int) -> JobRow:
    if (row := store.job(job_id)) is None:
        raise NoSuchJob(f"there is no job {job_id}", "reelscribe jobs lists those there are")
    return row
