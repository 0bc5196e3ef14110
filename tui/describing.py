"""What a person reads about jobs and the daemon: lines, the same in a terminal and in the monitor.

The lines may hold what somebody else wrote: whoever shows them makes them ``plain``.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from config.times import clock
from daemon.contract.evidence import Skip, Span
from daemon.contract.jobs import Job, JobDetail, StageRun, Why
from daemon.contract.skips import FilmSkips, LearnedRanges
from daemon.contract.states import JobState
from daemon.contract.status import Hold, Status
from tui.wording import local, many, percent, size, span, until

BY_WEIGHT = (JobState.PROCESSING, JobState.PENDING, JobState.HELD, JobState.FAILED, JobState.PAUSED,
             JobState.ARRIVING, JobState.COMPLETED, JobState.CANCELLED, JobState.IGNORED)  # fmt: skip
"""The states in the order in which a person wants to hear of them."""


def status_lines(status: Status, socket: str) -> Iterable[str]:
    """The state of things, a few lines."""
    yield f"reelscribe {status.version} answers at {socket}"
    yield counts(status)
    if status.running is not None:
        yield f"working on {status.running.name} (job {status.running.id}): {working(status.running)}"
    for hold in status.holds:
        yield from hold_lines(hold)
    for inbox in status.inboxes:
        yield f"inbox {inbox.path} ({inbox.watched}){': ' + inbox.note if inbox.note else ''}"
    if status.memory is not None:
        yield f"memory: {size(status.memory.used)} of {size(status.memory.limit)}"
    if status.ollama is not None:
        yield f"ollama at {status.ollama.url}: {status.ollama.resident or ('answers' if status.ollama.answers else 'does not answer')}"


def skip_lines(found: FilmSkips) -> Iterable[str]:
    """What is left out, and what a person may leave out: with the line that does it."""
    yield from (f"left out   {_range(skip)}  {_why(skip)}" for skip in found.skips)
    for one in found.suggestions:
        yield f"suggested  {_range(one)}  {_why(one)}" + (f" (found by {one.origin})" if one.origin else "")
    if found.suggestions:
        yield "to leave a suggested range out, write it into the film's .reelscribe.yaml, below skips:"
        yield from (f"  - {{start: {one.start:.2f}, end: {one.end:.2f}}}" for one in found.suggestions)
    if not (found.skips or found.suggestions):
        yield "nothing is left out"


def learned_lines(found: LearnedRanges) -> Iterable[str]:
    """Ranges that are known by their sound."""
    for one in found.items:
        yield f"learned range {one.id}: {_range(one)} of {one.film}{': ' + one.note if one.note else ''}"
    if not found.items:
        yield "nothing was learned yet; `reelscribe skips learn VIDEO` learns what you left out of a video"


def _range(span: Span) -> str:
    return f"{clock(span.start)}–{clock(span.end)}"


def _why(skip: Skip) -> str:
    sure = "" if skip.reason == "manual" else f", {percent(skip.confidence)} sure"
    return f"{skip.reason}{sure}{': ' + skip.note if skip.note else ''}"


def counts(status: Status) -> str:
    """``3 jobs: 1 processing, 2 pending``."""
    total = sum(status.counts.values())
    parts = ", ".join(f"{status.counts[state]} {state}" for state in BY_WEIGHT if status.counts.get(state))
    return f"{many(total, 'job')}: {parts}" if total else "no jobs yet"


def hold_lines(hold: Hold) -> Iterable[str]:
    """What jobs wait for, and what to do about it."""
    next_try = f", next try {until(hold.next_try, datetime.now(UTC))}" if hold.next_try else ""
    yield f"held ({many(hold.jobs, 'job')}): {hold.reason}{next_try}"
    if hold.advice:
        yield f"  {hold.advice}"


def working(job: Job) -> str:
    """``transcribe 42 %, 3 min left``."""
    left = f", {span(job.eta)} left" if job.eta is not None else ""
    return f"{job.stage or 'starting'} {percent(job.progress)}{left}"


def detail_lines(job: JobDetail) -> Iterable[str]:
    """Everything about one job."""
    yield f"job {job.id}: {job.name}"
    yield f"  state    {job.state}{': ' + job.reason if job.reason else ''}"
    rest = {
        "advice": job.advice,
        "warning": job.warning,
        "stage": working(job) if job.stage and job.state == JobState.PROCESSING else (job.stage or ""),
        "next try": until(job.next_try, datetime.now(UTC)) if job.next_try else "",
        "path": job.path,
        "inbox": job.inbox,
        "attempt": str(job.attempt),
        "arrived": local(job.created),
        "changed": local(job.updated),
    }
    yield from (f"  {name:8} {value}" for name, value in rest.items() if value)
    yield from (f"  script   {script.path} (version {script.version})" for script in job.scripts)
    yield from (f"  skipped  {skip.start:.1f}–{skip.end:.1f} s: {skip.reason} {skip.note}".rstrip() for skip in job.skips)
    yield from (f"  {run.stage:10} {run_line(run)}" for run in job.stages)
    if job.detail:
        yield "  what the tool said:"
        yield from (f"    {line}" for line in job.detail.splitlines())


def run_line(run: StageRun) -> str:
    """One run of a stage: how it went, how long, with what."""
    took = span((run.ended - run.started).total_seconds()) if run.ended else "still running"
    parts = [run.outcome, took, size(run.peak_memory) if run.peak_memory else ""]
    parts.append(f"{run.tokens_in} tokens in, {run.tokens_out} out" if run.tokens_in is not None else "")
    parts.append(run.error)
    return ", ".join(part for part in parts if part)


def why_lines(why: Why) -> Iterable[str]:
    """What becomes of a file."""
    yield f"{why.path}: {why.answer}"
    if why.job is not None:
        yield f"  job {why.job.id} is {why.job.state}"
    if why.advice:
        yield f"  {why.advice}"
