"""How the machine is: memory, models, disks, inboxes, and how long what waits will take."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.widgets import Static

from daemon.contract.errors import ReelscribeError
from daemon.contract.events import Event
from daemon.contract.status import Disk, Inbox, OllamaState, Resident, Status
from tui.client import Daemon, NoDaemon
from tui.describing import counts, hold_lines, working
from tui.following import Connected, Lost
from tui.messages import NotDone, SystemRead
from tui.screens.watching import Sockets, Watching
from tui.widgets.bar import bar
from tui.widgets.keys import Keys
from tui.widgets.top_line import TopLine
from tui.wording import between, many, plain, size, span

EVERY = 5.0  # seconds between two looks: nothing tells of memory that fills
PACE = 1.0  # seconds between two readings, however much happens
WIDE = 24  # cells of a bar
LITTLE = 5 * 2**30  # bytes left on a disk from which on one should know
FAR = 365 * 86400  # seconds: what stays longer stays


class SystemScreen(Watching):
    """Live, by the events and by a look every few seconds."""

    BINDINGS = [Binding("escape,s", "app.pop_screen", "back", key_display="esc")]  # noqa: RUF012 – as Textual has it

    def __init__(self, sockets: Sockets) -> None:
        super().__init__(sockets)
        self._stale = asyncio.Event()

    def compose(self) -> ComposeResult:
        """Whether the daemon is there, and how things stand."""
        yield TopLine()
        with VerticalScroll():
            yield Static("reading …", id="system", markup=False)
        yield Keys()

    def on_mount(self) -> None:
        """Reads, and goes on reading."""
        self.keep_reading()
        self.set_interval(EVERY, self._stale.set)

    @property
    def targets(self) -> tuple[int, ...]:
        """No job is chosen here."""
        return ()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """So nothing can be done to one."""
        return False if action in ("act", "prioritise") else super().check_action(action, parameters)

    def heard(self, what: Connected | Event | Lost) -> None:
        """Reads anew; says when the daemon is away."""
        self.query_one(TopLine).hear(what)
        if not (isinstance(what, Lost) or (isinstance(what, Event) and what.type == "job.note")):
            self._stale.set()

    @work(exit_on_error=False)
    async def keep_reading(self) -> None:
        """Reads whenever something changed."""
        self._stale.set()
        while True:
            await self._stale.wait()
            self._stale.clear()
            try:
                async with Daemon(self.sockets()) as daemon:
                    self.post_message(SystemRead(await daemon.status()))
            except NoDaemon:
                pass  # whoever follows the events says so
            except ReelscribeError as error:
                self.post_message(NotDone(error))
            await asyncio.sleep(PACE)

    @on(SystemRead)
    def show_system(self, read: SystemRead) -> None:
        """Draws what was read."""
        self.query_one(TopLine).show(Text(f"reelscribe {read.status.version}", "bold"))
        self.query_one("#system", Static).update(Text("\n").join(_lines(read.status)))


def _lines(status: Status) -> Iterator[Text]:
    yield _heading("Queue")
    yield Text(f"  {counts(status)}")
    if status.forecast:
        films, range_ = many(status.forecast.films, "film"), between(status.forecast.low, status.forecast.high)
        yield Text(f"  {films} to go: {range_}, as things went on this machine so far")
    if status.running:
        yield Text(f"  {plain(status.running.name)}: {working(status.running)}", "cyan")
    yield from (Text(f"  {plain(line)}", "yellow") for hold in status.holds for line in hold_lines(hold))
    yield Text()
    yield _heading("Memory")
    if status.memory:
        share = status.memory.used / status.memory.limit if status.memory.limit else 0.0
        yield Text.assemble("  ", bar(share, WIDE), f"  {size(status.memory.used)} used; heavy work may take {size(status.memory.limit)}")
    yield Text()
    yield _heading("Ollama")
    yield from _ollama(status.ollama)
    yield Text()
    yield _heading("Inboxes")
    for inbox in status.inboxes:
        yield from _inbox(inbox)
    if not status.inboxes:
        yield Text("  none; name one in the configuration: inboxes: ~/Videos/inbox", "dim")
    yield Text()
    yield _heading("State directory")
    yield _disk(status.disk) if status.disk else Text("  not looked at yet", "dim")


def _heading(text: str) -> Text:
    return Text(text, "bold")


def _ollama(found: OllamaState | None) -> Iterator[Text]:
    if found is None:
        yield Text("  not looked at yet", "dim")
    elif not found.answers:
        yield Text(f"  nobody answers at {plain(found.url)}", "yellow")
    else:
        yield Text(f"  {plain(found.version)} answers at {plain(found.url)}")
        yield from map(_resident, found.models)
        if not found.models:
            yield Text("  no model lies in memory", "dim")


def _resident(model: Resident) -> Text:
    seconds = (model.until - datetime.now(UTC)).total_seconds() if model.until else FAR
    stays = f"leaves in {span(seconds)} unless it is asked again" if seconds < FAR else "stays"
    card = f", {size(model.on_card)} of it on the graphics card" if model.on_card else ""
    return Text(f"  {plain(model.name)}  {size(model.size)}{card}; {stays}")


def _inbox(inbox: Inbox) -> Iterator[Text]:
    style = "red" if inbox.watched == "missing" else "green"
    free = f"  {size(inbox.free)} left" if inbox.free is not None else ""
    yield Text.assemble(f"  {plain(inbox.path)}  ", (inbox.watched, style), (free, _little(inbox.free)))
    if inbox.note:
        yield Text(f"    {plain(inbox.note)}", "yellow")


def _disk(disk: Disk) -> Text:
    return Text.assemble(f"  {plain(disk.path)}  ", (f"{size(disk.free)} left of {size(disk.total)}", _little(disk.free)))


def _little(free: int | None) -> str:
    return "yellow" if free is not None and free < LITTLE else ""
