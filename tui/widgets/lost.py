"""A line above a page, while the daemon is away."""

from rich.text import Text
from textual.widgets import Static

from daemon.contract.events import Event
from tui.following import Connected, Lost
from tui.wording import plain


class LostLine(Static):
    """Nothing, as long as somebody answers; what the page shows is from before then."""

    DEFAULT_CSS = "LostLine { height: auto; padding: 0 1; }"

    def __init__(self) -> None:
        super().__init__(markup=False)

    def hear(self, what: Connected | Event | Lost) -> None:
        """It goes, or comes back."""
        if isinstance(what, Lost):
            self.update(Text(f"○ {plain(what.error.message)}; calling again …", "bold red"))
        elif isinstance(what, Connected):
            self.update("")
