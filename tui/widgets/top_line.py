"""The line above a page: what the page is about, or that the daemon is away."""

from rich.text import Text
from textual.widgets import Static

from daemon.contract.events import Event
from tui.following import Connected, Lost
from tui.wording import plain


class TopLine(Static):
    """While nobody answers it says so; what the page shows is from before then."""

    DEFAULT_CSS = "TopLine { height: 1; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; background: $panel; }"

    def __init__(self) -> None:
        super().__init__(markup=False)
        self._about = Text()
        self._lost: Lost | None = None

    def show(self, about: Text) -> None:
        """What the page is about."""
        self._about = about
        self._draw()

    def hear(self, what: Connected | Event | Lost) -> None:
        """The daemon is away, or answers again."""
        if not isinstance(what, Event):
            self._lost = what if isinstance(what, Lost) else None
            self._draw()

    def _draw(self) -> None:
        lost = self._lost
        text = Text(f"○ {plain(lost.error.message)}; calling again …", "bold red") if lost else self._about
        if text != self.content:
            self.update(text, layout=False)
