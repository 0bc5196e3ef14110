"""What a person should look at: pure rules over what the table and the machine say, and a time."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from itertools import groupby

from daemon.contract.alerts import Alert, AlertKind
from daemon.contract.states import HoldCause, JobState
from daemon.contract.status import Inbox
from daemon.contract.values import Frozen, shown
from daemon.jobs.backups import RESTART
from daemon.jobs.rows import EventRow, Hold, JobRow, Opened
from daemon.jobs.store import Store

HOUR = 3600.0
TOO_LONG = 2 * HOUR  # seconds without a sign of life
MOST = 20  # reasons that are told one by one

THE_LOG = "Its log says what keeps it: journalctl -u 'reelscribe@*'."


class Facts(Frozen):
    """How things stand. ``waiting``: films whose turn it is, since ``due``; ``moved``: when any work last got on. Unix times.

    ``arriving``: what has been on its way for too long. ``silent``: what is wrong with Ollama, ``""`` where it answers or nobody asked.
    ``damage``: what is wrong with the job table; ``shut``: why it cannot be written, and what to do; ``opened``: what opening it took.
    """

    holds: tuple[Hold, ...] = ()
    failures: tuple[Hold, ...] = ()
    arriving: tuple[Hold, ...] = ()
    inboxes: tuple[Inbox, ...] = ()
    running: JobRow | None = None
    waiting: int = 0
    due: float = 0.0
    moved: float = 0.0
    silent: str = ""
    damage: str = ""
    shut: tuple[str, str] | None = None
    opened: Opened = Opened()


class Pulse:
    """When any work last got on: a job was taken or left, or the one that runs came a little further."""

    def __init__(self, store: Store, clock: Callable[[], float]) -> None:
        self.at = clock()
        self._last: object = None
        store.on_event(self._hear)

    def _hear(self, event: EventRow) -> None:
        if event.type == "job.changed" and JobState.PROCESSING in (event.data.get("state"), event.data.get("was")):
            self.at = event.at
        further = (event.job_id, event.data.get("stage"), event.data.get("progress"))
        if event.type == "job.progress" and further != self._last:
            self._last, self.at = further, event.at


def facts(store: Store, inboxes: tuple[Inbox, ...], moved: float, now: float, since: float = 0.0) -> Facts:
    """Reads the table; ``since``: failures before that unix time are left out."""
    running = store.page(state=JobState.PROCESSING, limit=1).items
    waiting, due = store.waiting(now)
    return Facts(
        holds=store.holds(),
        failures=store.said(JobState.FAILED, since=since),
        arriving=store.said(JobState.ARRIVING, until=now - TOO_LONG),
        inboxes=inboxes,
        running=running[0] if running else None,
        waiting=waiting,
        due=due,
        moved=moved,
        damage=store.damage,
        shut=(store.shut.message, store.shut.advice) if store.shut else None,
        opened=store.opened,
    )


def alerts(known: Facts, now: float) -> tuple[Alert, ...]:
    """What a person should look at; the widest first."""
    found = [
        *_table(known),
        *_inboxes(known),
        *_held(known),
        *_silent(known),
        *_stalled(known, now),
        *_arriving(known),
        *_failed(known.failures),
    ]
    return tuple(sorted(found, key=lambda alert: -alert.count))


def _table(known: Facts) -> Iterator[Alert]:
    if known.damage:
        yield Alert(id="table", kind="table", message=known.damage, advice=RESTART)
    if known.shut:
        message, advice = known.shut
        yield Alert(id="table:shut", kind="table", message=f"{message} Nothing can be noted, so all work waits.", advice=advice)
    if aside := known.opened.quarantined:
        instead = f"the backup {shown(known.opened.restored)} was taken up" if known.opened.restored else "a new one was begun"
        message = f"The job table was damaged and lies in {shown(aside)}; {instead}."
        yield Alert(id="table:aside", kind="table", message=message, advice="Look at the disk. The next start says it no more.")


def _inboxes(known: Facts) -> Iterator[Alert]:
    waiting = Counter[str]()
    for hold in known.holds:
        waiting[hold.reason] += hold.jobs
    for inbox in known.inboxes:
        if inbox.watched == "missing":
            message = inbox.note or f"The inbox {inbox.path} is missing."
            advice = "Mount the disk or put the folder back; its jobs go on by themselves."
            yield Alert(id=f"inbox:{inbox.path}", kind="inbox", message=message, advice=advice, count=waiting[inbox.note])


def _held(known: Facts) -> Iterator[Alert]:
    """One for each cause but quiet hours, which are as they should be; what an inbox's own alert says is not said again."""
    said = {inbox.note for inbox in known.inboxes if inbox.watched == "missing"}
    rest = sorted(
        (hold for hold in known.holds if hold.cause is not HoldCause.HOURS and hold.reason not in said), key=lambda hold: hold.cause or ""
    )
    for cause, holds in groupby(rest, key=lambda hold: hold.cause or "other"):
        yield _together(f"held:{cause}", "held", tuple(holds))


def _failed(failures: Sequence[Hold]) -> Iterator[Alert]:
    """One for each reason, as far as a person reads."""
    by_weight = sorted(failures, key=lambda failure: -failure.jobs)
    for reason in by_weight[:MOST]:
        digest = blake2b(reason.reason.encode(errors="replace"), digest_size=4).hexdigest()
        yield _together(f"failed:{digest}", "failed", (reason,))
    if rest := tuple(by_weight[MOST:]):
        yield _together("failed:rest", "failed", rest)


def _together(name: str, kind: AlertKind, groups: Sequence[Hold]) -> Alert:
    """Several reasons as one, told in the words of the one with most films."""
    first = max(groups, key=lambda group: group.jobs)
    others = f" (and {len(groups) - 1} more like it)" if len(groups) > 1 else ""
    return Alert(id=name, kind=kind, message=f"{first.reason}{others}", advice=first.advice, count=_count(groups), since=_since(groups))


def _arriving(known: Facts) -> Iterator[Alert]:
    late = known.arriving
    if late:
        message = f"Files have been arriving for more than {TOO_LONG / HOUR:.0f} hours."
        advice = "`reelscribe jobs --state arriving` lists them, `reelscribe why FILE` says what each waits for."
        yield Alert(id="arriving", kind="arriving", message=message, advice=advice, count=_count(late), since=_since(late))


def _count(groups: Sequence[Hold]) -> int:
    return sum(group.jobs for group in groups)


def _since(groups: Sequence[Hold]) -> datetime:
    return _moment(min(group.since for group in groups))


def _stalled(known: Facts, now: float) -> Iterator[Alert]:
    """Work that should get on and does not."""
    still = known.moved if known.running else max(known.moved, known.due)
    if now - still < TOO_LONG or not (known.running or known.waiting):
        return
    hours, since = (now - still) / HOUR, _moment(still)
    if job := known.running:
        name = shown(job.path.rpartition(b"/")[2])
        message = f"Job {job.id} ({name}) has not got on for {hours:.0f} hours, in {job.stage or 'its start'}."
        advice = f"{THE_LOG} `reelscribe pause {job.id}` and `reelscribe resume {job.id}` begin its stage anew."
        yield Alert(id=f"stalled:{job.id}", kind="stalled", message=message, advice=advice, count=1, since=since)
        return
    message = f"Films wait, and nothing has been done for {hours:.0f} hours."
    yield Alert(id="stalled", kind="stalled", message=message, advice=f"{THE_LOG} Start it again.", count=known.waiting, since=since)


def _silent(known: Facts) -> Iterator[Alert]:
    """Ollama, unless jobs are held for it already, which says the same."""
    if known.silent and not any(hold.cause is HoldCause.OLLAMA for hold in known.holds):
        waits = known.waiting + (known.running is not None)
        yield Alert(id="ollama", kind="ollama", message=known.silent, advice="Start it: systemctl start ollama", count=waits)


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
