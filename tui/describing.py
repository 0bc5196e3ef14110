"""What a person reads about jobs and the daemon: lines, the same in a terminal and in the monitor.

The lines may hold what somebody else wrote: whoever shows them makes them ``plain``.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from daemon.contract.alerts import Alerts
from daemon.contract.doctor import Diagnosis
from daemon.contract.events import Event
from daemon.contract.jobs import Job, JobDetail, LogLine, StageRun, Why
from daemon.contract.states import JobState
from daemon.contract.status import Hold, Status
from tui.wording import local, many, percent, size, span, until

MARKS = {"ok": "ok", "warn": "look", "bad": "MEND"}

BY_WEIGHT = (JobState.PROCESSING, JobState.PENDING, JobState.HELD, JobState.FAILED, JobState.PAUSED,
             JobState.ARRIVING, JobState.COMPLETED, JobState.CANCELLED, JobState.IGNORED)  # fmt: skip
"""The states in the order in which a person wants to hear of them."""


def status_lines(status: Status, socket: str) -> Iterable[str]:
    """The state of things, a few lines."""
    yield f"reelscribe {status.version} answers at {socket}"
    yield counts(status)
    if status.stale:
        yield f"{many(status.stale, 'script')} would be written otherwise today: reelscribe refresh --all"
    if status.running is not None:
        yield f"working on {status.running.name} (job {status.running.id}): {working(status.running)}"
    for hold in status.holds:
        yield from hold_lines(hold)
    for inbox in status.inboxes:
        yield f"inbox {inbox.path} ({inbox.watched}){': ' + inbox.note if inbox.note else ''}"
    if status.forecast is not None:
        yield f"{many(status.forecast.films, 'film')} to do, in {_between(status.forecast.low, status.forecast.high)}"
    if status.memory is not None:
        yield f"memory: {size(status.memory.used)} of {size(status.memory.limit)}"
    if status.disk is not None:
        yield f"disk: {size(status.disk.free)} left at {status.disk.path}"
    if status.ollama is not None:
        yield f"ollama at {status.ollama.url}: {status.ollama.resident or ('answers' if status.ollama.answers else 'does not answer')}"


def _between(low: float, high: float) -> str:
    """``3 min``, ``3 min to 1 h``."""
    return span(low) if span(low) == span(high) else f"{span(low)} to {span(high)}"


def alert_lines(found: Alerts) -> Iterable[str]:
    """What a person should look at: one line for each cause."""
    now = datetime.now(UTC)
    for one in found.items:
        films = f" ({many(one.count, 'film')})" if one.count else ""
        since = f", since {span((now - one.since).total_seconds())}" if one.since else ""
        advice = f" | {one.advice}" if one.advice else ""
        yield " ".join(f"{one.kind}{films}{since}: {one.message}{advice}".split())
    if not found.items:
        yield "all is well"


def diagnosis_lines(found: Diagnosis) -> Iterable[str]:
    """What the doctor finds, and below each thing that is not well how to mend it."""
    yield f"as {'the daemon' if found.seen_by == 'daemon' else 'this command'} sees it (reelscribe {found.version}):"
    width = max((len(one.name) for one in found.findings), default=0)
    for one in found.findings:
        yield f"{MARKS[one.verdict]:4} {one.name:{width}}  {one.found}"
        if one.advice and one.verdict != "ok":
            yield f"{'':{width + 6}} {one.advice}"
    counted = {verdict: sum(one.verdict == verdict for one in found.findings) for verdict in MARKS}
    yield f"{counted['ok']} well, {counted['warn']} to look at, {counted['bad']} to mend"


def event_line(event: Event) -> str:
    """What happened, in a line."""
    data = dict(event.data)
    number = "" if event.id is None else f"{event.id} "
    job = f" job {data.pop('id')}" if event.type != "system.changed" and "id" in data else ""
    if event.type == "job.progress":
        return f"{number}{event.type}{job} {data.get('stage')} {percent(float(data.get('progress') or 0))}"
    rest = " ".join(f"{name}={value}" for name, value in data.items() if value not in (None, ""))
    return f"{number}{event.type}{job} {rest}".rstrip()


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
    """``transcribe 42 %, 3 min to 5 min left``."""
    left = f", {span(job.eta)} left" if job.eta is not None else ""
    if job.eta_low is not None and job.eta_high is not None:
        left = f", {_between(job.eta_low, job.eta_high)} left"
    return f"{job.stage or 'starting'} {percent(job.progress)}{left}"


def remark(job: Job) -> str:
    """Why a job is where it is, or what a person should know of what came of it."""
    return job.reason or "; ".join(filter(None, (job.stale and f"stale: {job.stale}", job.warning)))


def log_line(line: LogLine) -> str:
    """One thing that happened to a job, in the time of this place."""
    return f"{local(line.at)}  {line.text}"


def detail_lines(job: JobDetail) -> Iterable[str]:
    """Everything about one job."""
    yield f"job {job.id}: {job.name}"
    yield f"  state    {job.state}{': ' + job.reason if job.reason else ''}"
    rest = {
        "advice": job.advice,
        "warning": job.warning,
        "stale": job.stale and f"{job.stale}; reelscribe refresh {job.id}",
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
