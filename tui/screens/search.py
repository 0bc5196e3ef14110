"""Looking for words in all scripts: what was said, and what is told."""

import asyncio
from typing import ClassVar

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from daemon.contract.errors import ReelscribeError
from daemon.contract.scripts import Found
from tui.client import Daemon
from tui.faults import TellsFaults
from tui.messages import LinesFound, SearchRefused
from tui.screens.job import JobScreen
from tui.screens.watching import Sockets
from tui.timeline.view import clock
from tui.widgets.keys import Keys
from tui.wording import many, plain

REST = 0.2  # seconds that a person must not type for a search


class SearchScreen(TellsFaults, Screen[None]):
    """Types above, lines below; enter opens the film's script there."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "app.pop_screen", "back", key_display="esc"),
        Binding("down", "to_lines", "to the lines", show=False),
    ]

    def __init__(self, sockets: Sockets) -> None:
        super().__init__()
        self._sockets = sockets
        self._found: tuple[Found, ...] = ()

    def compose(self) -> ComposeResult:
        """The words, how many lines have them, and the lines."""
        yield Input(placeholder='words of any film; "in quotes" in one piece', id="words")
        yield Static(id="count", markup=False)
        yield OptionList(id="lines", markup=False)
        yield Keys()

    @on(Input.Changed, "#words")
    def search(self, changed: Input.Changed) -> None:
        """Looks for what is typed, once nothing more is."""
        self.look_for(changed.value)

    @on(Input.Submitted, "#words")
    def action_to_lines(self) -> None:
        """From the words to the lines."""
        self.query_one("#lines").focus()

    @work(exclusive=True, exit_on_error=False)
    async def look_for(self, words: str) -> None:
        """Asks the daemon."""
        await asyncio.sleep(REST)
        try:
            async with Daemon(self._sockets()) as daemon:
                found = await daemon.search(words) if words.strip() else None
        except ReelscribeError as error:
            self.post_message(SearchRefused(error))
        else:
            self.post_message(LinesFound(found.items if found else (), more=bool(found and found.next)))

    @on(LinesFound)
    def show_lines(self, found: LinesFound) -> None:
        """Draws what was found."""
        self._found = found.lines
        lines = self.query_one("#lines", OptionList)
        lines.clear_options()
        lines.add_options(Option(_line(one)) for one in found.lines)
        lines.highlighted = 0 if found.lines else None
        self._say(many(len(found.lines), "line") + (", and more" if found.more else ""))

    @on(SearchRefused)
    def show_refusal(self, refused: SearchRefused) -> None:
        """Where the count stands."""
        self._say(f"✗ {refused.error.message}")

    @on(OptionList.OptionSelected, "#lines")
    def open_film(self, chosen: OptionList.OptionSelected) -> None:
        """The film's script, at the line."""
        found = self._found[chosen.option_index]
        self.app.push_screen(JobScreen(self._sockets, found.job, at=found.start))

    def _say(self, text: str) -> None:
        self.query_one("#count", Static).update(plain(text))


def _line(found: Found) -> Text:
    who = f"{plain(found.who)}: " if found.who else ""
    text = Text(plain(found.text))
    for start, end in found.marks:
        text.stylize("bold reverse", start, end)
    return Text.assemble((f"{plain(found.name)} {clock(found.start, tenths=False)}  ", "dim"), who, text)
