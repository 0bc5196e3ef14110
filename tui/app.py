"""The monitor: all jobs, live, in a terminal."""

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from textual import on, work
from textual.app import App, SystemCommand
from textual.binding import ActiveBinding, Binding, BindingType
from textual.reactive import Reactive
from textual.screen import Screen

from tui.colours import DAY, NIGHT
from tui.faults import TellsFaults
from tui.following import Lost, follow
from tui.messages import Happened
from tui.screens.help import HelpScreen
from tui.screens.jobs import JobsScreen
from tui.screens.watching import Sockets, Watching
from tui.terminal import BLOCKS, Graphics

DARK, LIGHT = "textual-dark", "textual-light"


class Monitor(TellsFaults, App[None]):
    """Follows the daemon, through its restarts too. ``sockets`` says where it may answer, each time that it is called."""

    TITLE = "Reelscribe"
    ansi_theme_dark = Reactive(NIGHT, init=False)
    ansi_theme_light = Reactive(DAY, init=False)
    CSS_PATH = "monitor.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark", "help", "help", key_display="?", tooltip="what the keys do", show=False),
        Binding("ctrl+t", "turn_light", "light or dark", show=False),
        Binding("q", "quit", "quit", tooltip="leave; the daemon goes on without you"),
    ]

    def __init__(self, sockets: Sockets, graphics: Graphics = BLOCKS) -> None:
        super().__init__()
        self.graphics = graphics
        self._find_sockets = sockets
        self._found: tuple[Path, ...] = ()

    def sockets(self) -> Sequence[Path]:
        """Where the daemon may answer. That is looked up again, by the configuration of that moment, once it has gone away."""
        self._found = self._found or tuple(self._find_sockets())
        return self._found

    def get_default_screen(self) -> Screen[None]:
        """The list of jobs."""
        return JobsScreen(self.sockets)

    def on_mount(self) -> None:
        """Begins to follow."""
        self.call_after_refresh(self.follow)  # first the picture, then what it takes to call

    @work(exit_on_error=False)
    async def follow(self) -> None:
        """Tells of everything that happens, for as long as the monitor is open."""
        async for what in follow(self.sockets):
            if isinstance(what, Lost):
                self._found = ()
            self.post_message(Happened(what))

    @on(Happened)
    def pass_on(self, happened: Happened) -> None:
        """To every screen that shows jobs, be it in front or not."""
        for screen in self.screen_stack:
            if isinstance(screen, Watching):
                screen.heard(happened.what)

    def action_help(self) -> None:
        """What the keys do here."""
        self.push_screen(HelpScreen(self.screen.active_bindings.values()))

    def action_turn_light(self) -> None:
        """From dark to light and back."""
        self.theme = LIGHT if self.theme != LIGHT else DARK

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """What the palette offers beside Textual's own: everything that a key does here."""
        yield from super().get_system_commands(screen)
        for active in screen.active_bindings.values():
            if active.binding.tooltip and active.enabled:
                yield SystemCommand(active.binding.description.capitalize(), active.binding.tooltip, partial(self._do, active))

    async def _do(self, active: ActiveBinding) -> None:
        await self.run_action(active.binding.action, active.node)
