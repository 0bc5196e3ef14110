"""The keys at the bottom of each page."""

from textual.app import ComposeResult
from textual.widgets import Footer
from textual.widgets._footer import FooterKey


class Keys(Footer):
    """However small the terminal is, the key that explains all others stays in sight, at the right."""

    def __init__(self) -> None:
        super().__init__(show_command_palette=False, compact=True)

    def compose(self) -> ComposeResult:
        """What can be pressed."""
        yield from super().compose()
        yield FooterKey("question_mark", "?", "all keys", "app.help", classes="-command-palette")
