"""How numbers, moments and foreign text are said to a person; the same in the terminal's lines and in the monitor."""

from collections.abc import Sequence
from datetime import datetime

from daemon.contract.values import shown

MINUTE, HOUR, DAY = 60, 3600, 86400  # seconds


def plain(text: str) -> str:
    """Text that somebody else wrote, line by line, without anything that moves a cursor or changes a colour."""
    return "\n".join(shown(line.replace("\t", "    ")) for line in text.split("\n"))


def span(seconds: float) -> str:
    """A duration: ``40 s``, ``3 min``, ``2 h 5 min``, ``4 d 3 h``."""
    if seconds < MINUTE:
        return f"{max(0, round(seconds))} s"
    if seconds < HOUR:
        return f"{round(seconds / MINUTE)} min"
    if seconds < DAY:
        hours, minutes = divmod(round(seconds / MINUTE), 60)
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days, hours = divmod(round(seconds / HOUR), 24)
    return f"{days} d {hours} h" if hours else f"{days} d"


def between(low: float, high: float) -> str:
    """A range of durations, in one unit: ``2–4 min``, ``1–3 h``."""
    for unit, name in ((DAY, "d"), (HOUR, "h"), (MINUTE, "min")):
        if high >= 1.5 * unit:
            least, most = max(round(low / unit), 1 if low >= unit / 2 else 0), round(high / unit)
            return f"{most} {name}" if least >= most else f"{least or '<1'}–{most} {name}" if least else f"up to {most} {name}"
    return f"{span(high)}" if round(low) >= round(high) else f"{round(low)}–{span(high)}"


def left(eta: float | None, low: float | None, high: float | None) -> str:
    """How long something will still take, as far as that can be told; ``""``: not at all."""
    if low is not None and high is not None:
        return between(low, high)
    return span(eta) if eta is not None else ""


def until(moment: datetime, now: datetime) -> str:
    """When something is tried next."""
    seconds = (moment - now).total_seconds()
    return f"in {span(seconds)}" if seconds >= 1 else "now"


def local(moment: datetime) -> str:
    """A moment in the time of this place."""
    return moment.astimezone().strftime("%Y-%m-%d %H:%M:%S")


def percent(fraction: float) -> str:
    """``42 %``; whole only when it is."""
    return f"{int(fraction * 100)} %"


def size(count: int) -> str:
    """Bytes as ``512 MiB``."""
    value = float(count)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if value < 1024:
            return f"{value:.0f} {unit}" if unit in ("B", "KiB", "MiB") else f"{value:.1f} {unit}"
        value /= 1024
    return f"{value:.1f} TiB"


def many(count: int, one: str, several: str = "") -> str:
    """``1 job``, ``2 jobs``."""
    return f"{count} {one if count == 1 else several or one + 's'}"


def columns(rows: Sequence[Sequence[str]], width: int | None = None) -> list[str]:
    """Lines with their columns below each other, by the width that a terminal gives each character; cut to ``width``."""
    from rich.cells import cell_len, set_cell_size

    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(set_cell_size(cell, wide) for cell, wide in zip(row, widths, strict=True)).rstrip() for row in rows]
    return [line if width is None or cell_len(line) <= width else set_cell_size(line, width - 1) + "…" for line in lines]
