"""The monitor: all jobs, live, in a terminal."""

from typing import ClassVar

from textual import on, work
from textual.app import App
from textual.binding import Binding, BindingType
from textual.screen import Screen

from tui.following import follow
from tui.messages import Happened
from tui.screens.help import HelpScreen
from tui.screens.jobs import JobsScreen
from tui.screens.watching import Sockets, Watching


class Monitor(App[None]):
    """Follows the daemon, through its restarts too. ``sockets`` says where it may answer, each time that it is called."""

    TITLE = "Reelscribe"
    CSS_PATH = "monitor.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark", "help", "help", key_display="?"),
        Binding("q", "quit", "quit"),
    ]

    def __init__(self, sockets: Sockets) -> None:
        super().__init__()
        self._sockets = sockets

    def get_default_screen(self) -> Screen[None]:
        """The list of jobs."""
        return JobsScreen(self._sockets)

    def on_mount(self) -> None:
        """Begins to follow."""
        self.follow()

    @work
    async def follow(self) -> None:
        """Tells of everything that happens, for as long as the monitor is open."""
        async for what in follow(self._sockets):
            self.post_message(Happened(what))

    @on(Happened)
    def pass_on(self, happened: Happened) -> None:
        """To every screen that shows jobs, be it in front or not."""
        for screen in self.screen_stack:
            if isinstance(screen, Watching):
                screen.heard(happened.what)

    def action_help(self) -> None:
        """What the keys do."""
        self.push_screen(HelpScreen())
