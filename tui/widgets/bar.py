"""A progress bar that fits into a line or a table's cell."""

from rich.text import Text

from tui.wording import percent


def bar(fraction: float, width: int) -> Text:
    """``━━╸─  62 %``: ``width`` cells of bar, filled by halves, and five of figures."""
    full, half = divmod(int(min(max(fraction, 0.0), 1.0) * width * 2), 2)
    done = "━" * full + "╸" * half
    return Text.assemble((done, "cyan"), ("─" * (width - len(done)), "dim"), f"{percent(fraction):>5}")
