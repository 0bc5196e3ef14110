"""One film: where its job stands and why, its timeline, and what came out, on pages side by side."""

import asyncio
from typing import ClassVar

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static, TabbedContent, TabPane

from daemon.contract.errors import ReelscribeError
from daemon.contract.events import Event
from daemon.contract.jobs import Job
from daemon.contract.states import JobState
from tui.client import Daemon, NoDaemon
from tui.describing import detail_lines
from tui.following import Connected, Lost
from tui.messages import DetailRead, NotDone
from tui.panes.log import LogPane
from tui.panes.script import ScriptPane
from tui.panes.stages import StagesPane
from tui.panes.timeline import TimelinePane
from tui.screens.watching import Sockets, Watching
from tui.widgets.bar import bar
from tui.widgets.job_table import STYLES
from tui.widgets.keys import Keys
from tui.widgets.top_line import TopLine
from tui.wording import left, plain

PACE = 0.3  # seconds between two readings, however much happens
KEYS = {"timeline": "TimelineStrip", "script": "#scenes", "stages": "StagesPane", "log": "LogPane"}  # what has the keys on each page


class JobScreen(Watching):
    """One job, live."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "app.pop_screen", "back", key_display="esc"),
        Binding("1", "page('overview')", show=False),
        Binding("2", "page('timeline')", show=False),
        Binding("3", "page('script')", show=False),
        Binding("4", "page('stages')", show=False, tooltip="what each stage took"),
        Binding("5", "page('log')", show=False, tooltip="what happened, as it happens"),
    ]

    def __init__(self, sockets: Sockets, job_id: int, at: float | None = None, known: Job | None = None) -> None:
        super().__init__(sockets)
        self._known = known  # what the list knew of it
        self._job_id = job_id
        self._at = at  # the moment at which the script is opened; None: the overview is
        self._stale = asyncio.Event()
        self._page_is_stale = False

    def compose(self) -> ComposeResult:
        """Everything about it, and the keys."""
        yield TopLine()
        with TabbedContent():
            with TabPane("1 Overview", id="overview"), VerticalScroll():
                yield Static("reading …", id="detail", markup=False)
            with TabPane("2 Timeline", id="timeline"):
                yield TimelinePane(self.sockets, self._job_id)
            with TabPane("3 Script", id="script"):
                yield ScriptPane(self.sockets, self._job_id)
            with TabPane("4 Stages", id="stages"):
                yield StagesPane()
            with TabPane("5 Log", id="log"):
                yield LogPane(self.sockets, self._job_id)
        yield Keys()

    def on_mount(self) -> None:
        """Reads, and goes on reading."""
        if self._known:
            self.query_one(TopLine).show(_headline(self._known))
        self.keep_reading()
        if self._at is not None:
            self.query_one(ScriptPane).show_moment(self._at)
            self.action_page("script")

    def action_page(self, page: str) -> None:
        """Turns to one of the pages."""
        self.query_one(TabbedContent).active = page

    @on(TabbedContent.TabActivated)
    def begin_page(self, activated: TabbedContent.TabActivated) -> None:
        """The page that is turned to has the keys, and is read anew."""
        if keys := KEYS.get(activated.pane.id or ""):
            self.query_one(keys).focus()
        self._read_page()

    @on(ScriptPane.ToMoment)
    def show_moment(self, wanted: ScriptPane.ToMoment) -> None:
        """Where a scene lies in the film."""
        self.action_page("timeline")
        self.query_one(TimelinePane).strip.move(wanted.time)

    @on(TimelinePane.ToScene)
    def show_scene(self, wanted: TimelinePane.ToScene) -> None:
        """What the script says of a moment."""
        self.action_page("script")
        self.query_one(ScriptPane).show_moment(wanted.time)

    @property
    def targets(self) -> tuple[int, ...]:
        """This job."""
        return (self._job_id,)

    def heard(self, what: Connected | Event | Lost) -> None:
        """Reads anew what concerns this job, soon; says when the daemon is away."""
        self.query_one(TopLine).hear(what)
        if isinstance(what, Connected) or (isinstance(what, Event) and self._concerned(what)):
            self._page_is_stale |= isinstance(what, Connected) or what.type != "job.progress"
            self._stale.set()

    def _concerned(self, event: Event) -> bool:
        """Whether what is shown may be another thing now; what a stage had to say is for the log alone."""
        ours = event.type == "reset" or event.data.get("id") == self._job_id
        return ours and (event.type != "job.note" or self.query_one(TabbedContent).active == "log")

    @work(exit_on_error=False)
    async def keep_reading(self) -> None:
        """Reads the job whenever it is stale."""
        self._stale.set()
        while True:
            await self._stale.wait()
            self._stale.clear()
            try:
                async with Daemon(self.sockets()) as daemon:
                    self.post_message(DetailRead(await daemon.job(self._job_id)))
            except NoDaemon:
                pass  # it comes back, and then this is read again
            except ReelscribeError as error:
                self.post_message(NotDone(error))
            await asyncio.sleep(PACE)

    @on(DetailRead)
    def show_detail(self, read: DetailRead) -> None:
        """Draws what was read; then it is the turn of the page in front, which has more to read."""
        self.query_one(TopLine).show(_headline(read.detail))
        self.query_one(StagesPane).show(read.detail)
        lines, detail = plain("\n".join(detail_lines(read.detail))), self.query_one("#detail", Static)
        if str(detail.content) != lines:
            detail.update(Text(lines))
        if self._page_is_stale:
            self._page_is_stale = False
            self._read_page()

    def _read_page(self) -> None:
        match self.query_one(TabbedContent).active:
            case "timeline":
                self.query_one(TimelinePane).read()
            case "script":
                self.query_one(ScriptPane).read()
            case "log":
                self.query_one(LogPane).read()


def _headline(job: Job) -> Text:
    """``Night Train.mp4  processing  write ━━── 42 %  2–4 min left``."""
    text = Text.assemble((plain(job.name), "bold"), "  ", (job.state, STYLES.get(job.state, "")))
    if job.state == JobState.PROCESSING:
        rest = left(job.eta, job.eta_low, job.eta_high)
        text.append(f"  {job.stage or ''} ").append(bar(job.progress, 8)).append(f"  {rest} left" if rest else "")
    return text
