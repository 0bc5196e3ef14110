"""What the keys do where one is, and what the states mean."""

from collections.abc import Iterable
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import ActiveBinding, BindingType
from textual.containers import VerticalScroll
from textual.keys import format_key
from textual.screen import ModalScreen
from textual.widgets import Static

TEXTUALS = ("ctrl+q", "ctrl+p")  # keys that Textual binds with a tooltip
STATES = """\
arriving  still being copied      held     waits for something outside
pending   waits its turn          paused   a person stopped it
failed    look at its advice      ignored  no film, by its name or kind"""


class HelpScreen(ModalScreen[None]):
    """Any of the usual keys closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape,question_mark,enter,q", "app.pop_screen", "back")]

    def __init__(self, bindings: Iterable[ActiveBinding]) -> None:
        super().__init__()
        self._active = tuple(bindings)

    def compose(self) -> ComposeResult:
        """The keys, then the states."""
        with VerticalScroll():
            yield Static(Text("\n").join([*_lines(self._active), Text(), Text(STATES, "dim")]), markup=False)


def _lines(bindings: Iterable[ActiveBinding]) -> Iterable[Text]:
    """A line for each thing that can be done, with all of its keys."""
    keys: dict[str, list[str]] = {}
    for active in bindings:
        binding = active.binding
        if binding.tooltip and not binding.system and binding.key not in TEXTUALS:  # Textual's own go without saying
            keys.setdefault(binding.tooltip, []).append(binding.key_display or format_key(binding.key))
    for what, pressed in keys.items():
        yield Text.assemble((f"{' '.join(dict.fromkeys(pressed)):<8}", "bold"), what)
    yield Text.assemble(("^p      ", "bold"), "the command palette: all of this by name")
    yield Text.assemble(("^t      ", "bold"), "light or dark")
