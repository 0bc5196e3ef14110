"""Choosing which jobs are listed."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from daemon.contract.states import JobState


class StatesScreen(ModalScreen[str]):
    """Gives a state's name, ``""`` for all of them; nothing where it is left by escape."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "app.pop_screen", "back")]

    def compose(self) -> ComposeResult:
        """The states."""
        yield OptionList(Option("all jobs", "all"), *(Option(f"only {state}", state.value) for state in JobState))

    @on(OptionList.OptionSelected)
    def chosen(self, event: OptionList.OptionSelected) -> None:
        """Ends with the one that was chosen."""
        self.dismiss("" if event.option.id == "all" else event.option.id)
