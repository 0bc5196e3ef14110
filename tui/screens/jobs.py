"""The list of jobs, live."""

import asyncio
from typing import ClassVar

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import DataTable, Footer, Static

from daemon.contract.errors import ReelscribeError
from daemon.contract.events import Event
from daemon.contract.jobs import Job
from daemon.contract.states import JobState
from tui.client import Daemon, NoDaemon
from tui.following import Connected, Lost
from tui.messages import ListRead, NotDone
from tui.screens.job import JobScreen
from tui.screens.states import StatesScreen
from tui.screens.watching import Sockets, Watching
from tui.widgets.job_table import JobTable
from tui.widgets.system_line import SystemLine
from tui.wording import plain

WINDOW = 200  # jobs
PACE = 0.3  # seconds between two readings, however much happens
FRESH = 5.0  # seconds after which what is shown is read again though nothing was told


class JobsScreen(Watching):
    """The daemon's state, a window of its jobs, and the chosen one's reason and advice in full."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "open", priority=True),
        Binding("f", "filter", "filter"),
    ]

    def __init__(self, sockets: Sockets) -> None:
        super().__init__(sockets)
        self._stale = asyncio.Event()
        self._afters: list[int | None] = [None]  # where each window begins, from the newest to the one that is shown
        self._next: int | None = None
        self._state: JobState | None = None

    def compose(self) -> ComposeResult:
        """Top to bottom."""
        yield SystemLine()
        yield JobTable()
        yield Static(id="reason", markup=False)
        yield Footer(show_command_palette=False, compact=True)

    def on_mount(self) -> None:
        """Reads, and goes on reading."""
        self.query_one(JobTable).focus()
        self.keep_reading()
        self.set_interval(FRESH, self._stale.set)

    @property
    def chosen(self) -> int | None:
        """The job under the cursor."""
        job = self.query_one(JobTable).selected
        return job.id if job else None

    def heard(self, what: Connected | Event | Lost) -> None:
        """Progress is drawn at once; of anything else the list is read anew, soon."""
        system = self.query_one(SystemLine)
        if isinstance(what, Lost):
            system.show_lost(what.error)
        elif isinstance(what, Connected):
            system.show_connected()
            self._stale.set()
        elif what.type == "job.progress":
            system.show_progress(what)
            self.query_one(JobTable).show_progress(what)
        else:
            self._stale.set()

    @work
    async def keep_reading(self) -> None:
        """Reads the window whenever it is stale."""
        while True:
            await self._stale.wait()
            self._stale.clear()
            try:
                async with Daemon(self.sockets()) as daemon:
                    page = await daemon.jobs(self._afters[-1], WINDOW, self._state)
                    self.post_message(ListRead(page, await daemon.status()))
            except NoDaemon:
                pass  # whoever follows the events says so
            except ReelscribeError as error:
                self.post_message(NotDone(error))
            await asyncio.sleep(PACE)

    @on(ListRead)
    def show_list(self, read: ListRead) -> None:
        """Draws what was read."""
        self._next = read.page.next
        self.query_one(SystemLine).show_status(read.status)
        self.query_one(JobTable).show_jobs(read.page.items)
        self._show_reason(self.query_one(JobTable).selected)

    @on(JobTable.Beyond)
    def turn_page(self, beyond: JobTable.Beyond) -> None:
        """Older jobs below, newer ones above."""
        if beyond.older and self._next is not None:
            self._turn([*self._afters, self._next])
        elif not beyond.older and len(self._afters) > 1:
            self._turn(self._afters[:-1])

    @on(DataTable.RowHighlighted)
    def show_reason(self) -> None:
        """What is under the cursor, in full."""
        self._show_reason(self.query_one(JobTable).selected)

    def action_open(self) -> None:
        """The page of the chosen job."""
        if self.chosen is not None:
            self.app.push_screen(JobScreen(self.sockets, self.chosen))

    def action_filter(self) -> None:
        """Asks which jobs to list."""
        self.app.push_screen(StatesScreen(), self._filter)

    def _filter(self, chosen: str | None) -> None:
        if chosen is not None:
            self._state = JobState(chosen) if chosen else None
            self._turn([None])

    def _turn(self, afters: list[int | None]) -> None:
        self._afters = afters
        self._next = None
        page = f"page {len(afters)}" if len(afters) > 1 else ""
        only = f"only {self._state}" if self._state else ""
        self.query_one(SystemLine).show_window(", ".join(filter(None, (only, page))))
        self._stale.set()

    def _show_reason(self, job: Job | None) -> None:
        self.query_one("#reason", Static).update(_reason(job) if job else "")


def _reason(job: Job) -> Text:
    said = plain(job.reason or job.warning).replace("\n", " ")
    lines = (f"{job.id}  {plain(job.path)}", said, plain(job.advice).replace("\n", " "))
    return Text("\n".join(lines), no_wrap=True, overflow="ellipsis")
