"""Watching one job until it ends, and the exit code that says how."""

import json
import sys
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import click

from daemon.contract.events import Event
from daemon.contract.jobs import JobDetail, LogLine
from daemon.contract.states import JobState, Stage
from tui.client import Daemon, NoDaemon
from tui.commands import answers
from tui.commands.naming import number
from tui.describing import log_line
from tui.drawing import Drawing, drawing
from tui.failures import CANCELLED, FAILED
from tui.wording import plain

if TYPE_CHECKING:
    from tui.stream import EventReader

PAGE = 500  # lines of a log asked for at a time
OUTCOMES = {JobState.COMPLETED: 0, JobState.FAILED: FAILED, JobState.CANCELLED: CANCELLED, JobState.IGNORED: CANCELLED}
"""The states in which a job ends, and what the command exits with."""


async def watched(daemon: Daemon, job: str) -> JobState:
    """Draws a job until it ends; gives the state that it ended in."""
    job_id = await number(daemon, job)
    with drawing() as drawn:
        async with daemon.watching() as events:
            async for found in _changes(daemon, job_id, events, drawn):
                _draw(found, drawn)
                if found.state in OUTCOMES:
                    _end(found, drawn)
                    return found.state
    raise _gone()


async def told(daemon: Daemon, job: str) -> JobState:
    """Says what happens to a job until it ends, a JSON line each; gives the state that it ended in."""
    job_id = await number(daemon, job)
    async with daemon.watching() as events:
        found = await daemon.job(job_id)
        async for event in _of(job_id, events, found):
            _say(event)
            if event.type != "job.progress":
                found = await daemon.job(job_id)
            if found.state in OUTCOMES:
                break
    if found.state not in OUTCOMES:
        raise _gone()
    _say(found)
    return found.state


async def logged(daemon: Daemon, job: str, after: int, *, follow: bool, as_json: bool) -> None:
    """Says what happened to a job after the event ``after``, and goes on with what happens."""
    job_id = await number(daemon, job)
    if not follow:
        await _log(daemon, job_id, after, as_json)
        return
    async with daemon.watching() as events:
        seen = await _log(daemon, job_id, after, as_json)
        async for event in events:
            if event.type == "reset" or (event.id and event.data.get("id") == job_id):
                seen = await _log(daemon, job_id, seen, as_json)
    raise _gone()


async def _log(daemon: Daemon, job_id: int, after: int, as_json: bool) -> int:
    """Says all that is known so far; gives the last event's number."""
    following: int | None = after
    while following is not None:
        page = await daemon.log(job_id, following, PAGE)
        for line in page.items:
            _say(line) if as_json else answers.lines([log_line(line)])
        sys.stdout.flush()
        after, following = page.items[-1].id if page.items else after, page.next
    return after


async def _of(job_id: int, events: "EventReader", found: JobDetail) -> AsyncIterator[Event]:
    """What happens to one job, as long as it has not ended."""
    if found.state not in OUTCOMES:
        async for event in events:
            if event.type == "reset" or event.data.get("id") == job_id:
                yield event


def _say(what: Event | JobDetail | LogLine) -> None:
    click.echo(json.dumps(what.model_dump(mode="json")))


def _gone() -> NoDaemon:
    return NoDaemon("the daemon went away", "`reelscribe watch` goes on where it was, once the daemon is back")


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
    elif job.state not in OUTCOMES:
        drawn.note(f"{job.name} is {job.state}{': ' + job.reason if job.reason else ''}")
        if job.advice:
            drawn.note(f"  {job.advice}")


def _end(job: JobDetail, drawn: Drawing) -> None:
    if job.state == JobState.COMPLETED:
        drawn.done()
        newest = max((script.version for script in job.scripts), default=0)
        for script in job.scripts:
            if script.version == newest:
                drawn.note(script.path)
        return
    drawn.note(f"{job.name} {job.state}: {plain(job.reason)}")
    if job.advice:
        drawn.note(f"  {job.advice}")
