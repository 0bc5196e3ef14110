"""Watching one job until it ends."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from daemon.contract.events import Event
from daemon.contract.jobs import JobDetail
from daemon.contract.states import JobState, Stage
from tui.client import Daemon
from tui.commands.naming import number
from tui.drawing import Drawing, drawing
from tui.failures import Failed
from tui.wording import plain

if TYPE_CHECKING:
    from tui.stream import EventReader

ENDS = (JobState.COMPLETED, JobState.FAILED, JobState.CANCELLED, JobState.IGNORED)


async def watched(daemon: Daemon, job: str) -> bool:
    """Draws a job until it ends; tells whether its script is there."""
    job_id = await number(daemon, job)
    with drawing() as drawn:
        async with daemon.watching() as events:
            async for found in _changes(daemon, job_id, events, drawn):
                _draw(found, drawn)
                if found.state in ENDS:
                    return _end(found, drawn)
    raise Failed("the daemon went away", "`reelscribe watch` goes on where it was, once the daemon is back")


async def _changes(daemon: Daemon, job_id: int, events: "EventReader", drawn: Drawing) -> AsyncIterator[JobDetail]:
    yield await daemon.job(job_id)
    async for event in events:
        if event.type == "reset" or (event.type == "job.changed" and event.data.get("id") == job_id):
            yield await daemon.job(job_id)
        elif event.type == "job.progress" and event.data.get("id") == job_id:
            _move(event, drawn)


def _move(event: Event, drawn: Drawing) -> None:
    drawn.progress(Stage(event.data["stage"]), float(event.data["progress"]))


def _draw(job: JobDetail, drawn: Drawing) -> None:
    if job.state == JobState.PROCESSING and job.stage is not None:
        drawn.progress(job.stage, job.progress)
    elif job.state not in ENDS:
        drawn.note(f"{job.name} is {job.state}{': ' + job.reason if job.reason else ''}")
        if job.advice:
            drawn.note(f"  {job.advice}")


def _end(job: JobDetail, drawn: Drawing) -> bool:
    if job.state == JobState.COMPLETED:
        drawn.done()
        for script in job.scripts:
            if script.version == max(each.version for each in job.scripts):
                drawn.note(script.path)
        return True
    drawn.note(f"{job.name} {job.state}: {plain(job.reason)}")
    if job.advice:
        drawn.note(f"  {job.advice}")
    return False
