"""Asks for a line of text, or for one of several things."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tui.wording import plain


class AskText(ModalScreen[str | None]):
    """Gives what was typed; None where it was left by escape."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "dismiss", "leave it")]

    def __init__(self, question: str, value: str = "") -> None:
        super().__init__()
        self._question = question
        self._value = value

    def compose(self) -> ComposeResult:
        """The question above its line."""
        with Vertical(classes="asking"):
            yield Static(plain(self._question), markup=False)
            yield Input(self._value)

    @on(Input.Submitted)
    def answered(self, submitted: Input.Submitted) -> None:
        """Ends with the text."""
        self.dismiss(submitted.value)


class AskWhich(ModalScreen[str | None]):
    """Gives the key of the one that was chosen; None where it was left by escape."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "dismiss", "leave it")]

    def __init__(self, question: str, choices: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._question = question
        self._choices = tuple(choices)

    def compose(self) -> ComposeResult:
        """The choices: (key, text)."""
        with Vertical(classes="asking"):
            yield Static(plain(self._question), markup=False)
            yield OptionList(*(Option(plain(text), key) for key, text in self._choices), markup=False)

    @on(OptionList.OptionSelected)
    def chosen(self, event: OptionList.OptionSelected) -> None:
        """Ends with it."""
        self.dismiss(event.option.id)
