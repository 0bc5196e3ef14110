"""The top of the monitor: is the daemon there, what does it work on, what does it wait for."""

from datetime import UTC, datetime

from rich.text import Text
from textual.widgets import Static

from daemon.contract.errors import ReelscribeError
from daemon.contract.events import Event
from daemon.contract.jobs import Job
from daemon.contract.status import Hold, Status
from tui.describing import counts
from tui.widgets.bar import bar
from tui.wording import left, many, plain, until

MOST_HOLDS = 2


class SystemLine(Static):
    """Two lines, and two more for each thing that jobs wait for."""

    def __init__(self) -> None:
        super().__init__("calling the daemon …", markup=False)
        self._status: Status | None = None
        self._lost: ReelscribeError | None = None
        self._where = ""
        self._drawn: list[Text] = []

    def show_status(self, status: Status) -> None:
        """How the daemon is, as it was just read."""
        self._status = status
        self._draw()

    def show_lost(self, error: ReelscribeError) -> None:
        """It is away; what was read last stays, for what it is worth."""
        self._lost = error
        self._draw()

    def show_connected(self) -> None:
        """It answers again."""
        self._lost = None
        self._draw()

    def show_window(self, where: str) -> None:
        """Which of the jobs are listed, where it is not simply the newest."""
        self._where = where
        self._draw()

    def show_progress(self, event: Event) -> None:
        """How far the running job is."""
        running = self._status.running if self._status else None
        if self._status is not None and running is not None and running.id == event.data.get("id"):
            moved = running.model_copy(update=moving(event))
            self.show_status(self._status.model_copy(update={"running": moved}))

    def _draw(self) -> None:
        """What changed; the rest of the screen is laid out anew only where this takes more lines than before, or fewer."""
        lines, before = self._lines(), self._drawn
        if lines != before:
            self._drawn = lines
            self.update(Text("\n").join(lines), layout=len(lines) != len(before))

    def _lines(self) -> list[Text]:
        if self._lost is not None:
            return [Text(f"○ {plain(self._lost.message)}; calling again …", "bold red"), Text(f"  {plain(self._lost.advice)}")]
        if self._status is None:
            return [Text("calling the daemon …")]
        holds = [line for hold in self._status.holds[:MOST_HOLDS] for line in _hold(hold)]
        return [self._first(self._status), _running(self._status.running), *holds]

    def _first(self, status: Status) -> Text:
        where = (f"{self._where}  ", "bold") if self._where else ""
        return Text.assemble(("● ", "green"), where, counts(status), (f"  reelscribe {status.version}", "dim"))


def moving(event: Event) -> dict[str, object]:
    """What an event of progress says of its job."""
    return {key: event.data[key] for key in ("stage", "progress", "eta", "eta_low", "eta_high") if key in event.data}


def _running(job: Job | None) -> Text:
    if job is None:
        return Text("  nothing is being worked on", "dim")
    rest = left(job.eta, job.eta_low, job.eta_high)
    return Text.assemble(
        ("▶ ", "cyan"), (plain(job.name), "bold"), f"  {job.stage or ''} ", bar(job.progress, 20), f"  {rest} left" if rest else ""
    )


def _hold(hold: Hold) -> list[Text]:
    next_try = f"; next try {until(hold.next_try, datetime.now(UTC))}" if hold.next_try else ""
    advice = [Text(f"  {plain(hold.advice)}")] if hold.advice else []
    return [Text(f"‖ {many(hold.jobs, 'job')} held: {plain(hold.reason)}{next_try}", "yellow"), *advice]
