"""A progress bar that fits into a line or a table's cell."""

from rich.text import Text

from tui.wording import percent


def bar(fraction: float, width: int) -> Text:
    """``━━━━────  42 %``: ``width`` cells of bar and five of figures."""
    full = int(min(max(fraction, 0.0), 1.0) * width)
    return Text.assemble(("━" * full, "cyan"), ("─" * (width - full), "dim"), f"{percent(fraction):>5}")
