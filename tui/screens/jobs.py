"""The list of jobs, live."""

import asyncio
from collections.abc import Iterator
from typing import ClassVar, get_args

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import DataTable, Input, Static

from daemon.contract.errors import ReelscribeError
from daemon.contract.events import Event
from daemon.contract.jobs import Job, JobSort
from daemon.contract.states import JobState
from tui.client import Daemon, NoDaemon
from tui.describing import remark
from tui.following import Connected, Lost
from tui.messages import Done, ListRead, NotDone
from tui.screens.states import StatesScreen
from tui.screens.watching import Sockets, Watching
from tui.widgets.job_table import JobTable
from tui.widgets.keys import Keys
from tui.widgets.system_line import SystemLine
from tui.wording import plain

WINDOW = 200  # jobs
PACE = 0.3  # seconds between two readings, and between two drawings of how far jobs are, however much happens
ORDERS = {"oldest": "oldest first", "changed": "last changed first", "queue": "as they are taken", "name": "by name"}


class JobsScreen(Watching):
    """The daemon's state, a window of its jobs, and the chosen one's reason and advice in full."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", "search", tooltip="list what has this in its path", key_display="/"),
        Binding("f", "filter", "filter", tooltip="list only the jobs in one state"),
        Binding("o", "sort", "order", tooltip="newest first, oldest, last changed, as they are taken, by name"),
        Binding("w", "words", "words", show=False, tooltip="look for words in all scripts"),
        Binding("s", "system", "system", tooltip="memory, models, disks, inboxes, how long it all takes"),
        Binding("l", "follow", "follow", tooltip="keep the cursor on the job that runs", show=False),
        Binding("escape", "everything", show=False),
    ]

    def __init__(self, sockets: Sockets) -> None:
        super().__init__(sockets)
        self._stale = asyncio.Event()
        self._afters: list[int | None] = [None]  # where each window begins, from the newest to the one that is shown
        self._next: int | None = None
        self._state: JobState | None = None
        self._text = ""
        self._sort: JobSort = "newest"
        self._following = False
        self._moved: dict[int, Event] = {}  # how far jobs are, not drawn yet

    def compose(self) -> ComposeResult:
        """Top to bottom."""
        yield SystemLine()
        yield Input(placeholder="part of a path; enter goes on, escape lists everything", id="search", classes="away")
        yield JobTable()
        yield Static(id="reason", markup=False)
        yield Keys()

    def on_mount(self) -> None:
        """Reads, and goes on reading."""
        self.query_one(JobTable).focus()
        self.keep_reading()

    @property
    def targets(self) -> tuple[int, ...]:
        """The marked jobs, else the one under the cursor."""
        table = self.query_one(JobTable)
        return table.marked or ((table.selected.id,) if table.selected else ())

    def heard(self, what: Connected | Event | Lost) -> None:
        """Progress is drawn, of anything else the list is read anew: both soon, a few times a second at most."""
        system = self.query_one(SystemLine)
        if isinstance(what, Lost):
            system.show_lost(what.error)
        elif isinstance(what, Connected):
            system.show_connected()
            self._stale.set()
        elif what.type == "job.progress":
            if not self._moved:
                self.set_timer(PACE, self._draw_progress)
            self._moved[what.data.get("id", 0)] = what
        elif what.type != "job.note":
            self._stale.set()

    @work(exit_on_error=False)
    async def keep_reading(self) -> None:
        """Reads the window whenever it is stale."""
        self._stale.set()
        while True:
            await self._stale.wait()
            self._stale.clear()
            try:
                async with Daemon(self.sockets()) as daemon:
                    page = await daemon.jobs(self._afters[-1], WINDOW, self._state, text=self._text, sort=self._sort)
                    self.post_message(ListRead(page, await daemon.status()))
            except NoDaemon:
                pass  # whoever follows the events says so
            except ReelscribeError as error:
                self.post_message(NotDone(error))
            await asyncio.sleep(PACE)

    def _draw_progress(self) -> None:
        """The last that was heard of each job."""
        moved, self._moved = self._moved, {}
        for event in moved.values():
            self.query_one(SystemLine).show_progress(event)
            self.query_one(JobTable).show_progress(event)

    @on(ListRead)
    def show_list(self, read: ListRead) -> None:
        """Draws what was read."""
        self._next = read.page.next
        self.query_one(SystemLine).show_status(read.status)
        self.query_one(JobTable).show_jobs(read.page.items)
        if self._following and read.status.running:
            self.query_one(JobTable).select(read.status.running.id)
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

    @on(DataTable.RowSelected)
    def action_open(self) -> None:
        """The page of the job under the cursor."""
        from tui.screens.job import JobScreen  # the list is painted before what lies behind it is loaded

        if job := self.query_one(JobTable).selected:
            self.app.push_screen(JobScreen(self.sockets, job.id, known=job))

    @on(Done)
    def forget_marks(self) -> None:
        """What was marked has been dealt with."""
        self.query_one(JobTable).unmark()

    def action_filter(self) -> None:
        """Asks which jobs to list."""
        self.app.push_screen(StatesScreen(), self._filter)

    def action_search(self) -> None:
        """Opens the line in which a person types what is looked for."""
        search = self.query_one("#search", Input)
        search.remove_class("away")
        search.focus()

    @on(Input.Changed, "#search")
    def search(self, changed: Input.Changed) -> None:
        """Lists what is typed, as it is typed."""
        self._text = changed.value.strip()
        self._turn([None])

    @on(Input.Submitted, "#search")
    def end_search(self) -> None:
        """Back to the list, which stays as it is."""
        self.query_one(JobTable).focus()

    def action_everything(self) -> None:
        """All jobs again, none marked."""
        search = self.query_one("#search", Input)
        search.value = ""
        search.add_class("away")
        self._state, self._following = None, False
        self.query_one(JobTable).unmark()
        self.query_one(JobTable).focus()
        self._turn([None])

    def action_system(self) -> None:
        """How the machine is."""
        from tui.screens.system import SystemScreen

        self.app.push_screen(SystemScreen(self.sockets))

    def action_words(self) -> None:
        """Looks for words in all scripts."""
        from tui.screens.search import SearchScreen

        self.app.push_screen(SearchScreen(self.sockets))

    def action_sort(self) -> None:
        """The next of the orders."""
        orders: tuple[JobSort, ...] = get_args(JobSort)
        self._sort = orders[(orders.index(self._sort) + 1) % len(orders)]
        self._turn([None])

    def action_follow(self) -> None:
        """The cursor goes with the job that runs, until this is pressed again."""
        self._following = not self._following
        self._turn([None])

    def _filter(self, chosen: str | None) -> None:
        if chosen is not None:
            self._state = JobState(chosen) if chosen else None
            self._turn([None])

    def _turn(self, afters: list[int | None]) -> None:
        self._afters = afters
        self._next = None
        self.query_one(SystemLine).show_window(", ".join(filter(None, self._window(len(afters)))))
        self._stale.set()

    def _window(self, page: int) -> Iterator[str]:
        """What is special about the list, in words."""
        yield f"only {self._state}" if self._state else ""
        yield f"with “{plain(self._text)}”" if self._text else ""
        yield ORDERS[self._sort] if self._sort != "newest" else ""
        yield "following" if self._following else ""
        yield f"page {page}" if page > 1 else ""

    def _show_reason(self, job: Job | None) -> None:
        """Three lines, whatever they say: nothing else on the screen moves."""
        reason, told = self.query_one("#reason", Static), _reason(job) if job else Text()
        if reason.content != told:
            reason.update(told, layout=False)


def _reason(job: Job) -> Text:
    said = plain(remark(job)).replace("\n", " ")
    lines = (f"{job.id}  {plain(job.path)}", said, plain(job.advice).replace("\n", " "))
    return Text("\n".join(lines), no_wrap=True, overflow="ellipsis")
