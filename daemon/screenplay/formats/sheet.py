"""The page that scripts are typed on: Courier 12 point, ten columns and six lines to the inch.

Columns are counted from the paper's left edge; the text stands 1.5 inches from it (room for the binding) and an inch from the others.
The places are those of Cole and Haag, The Complete Guide to Standard Script Formats, as screenwriting programs set them.
"""

from typing import Literal

from daemon.contract.values import Frozen

Paper = Literal["letter", "a4"]

COLUMN, LINE = 7.2, 12.0  # points

NUMBER_ENDS = 12  # the scene's number, in the left margin
ACTION = 15
DIALOGUE, DIALOGUE_WIDTH = 25, 35
PARENTHETICAL, PARENTHETICAL_WIDTH = 31, 20
CHARACTER = 37
DUAL, DUAL_WIDTH, DUAL_NAME = (15, 46), 28, 9  # two speeches side by side: where each begins, how wide it is, how far in its name stands


class Sheet(Frozen):
    """One kind of paper. ``width`` and ``height`` in points; ``right`` is the column at which the text ends; ``lines`` without the
    page number's.
    """

    width: float
    height: float
    right: int
    lines: int


SHEETS: dict[Paper, Sheet] = {
    "letter": Sheet(width=612.0, height=792.0, right=75, lines=54),
    "a4": Sheet(width=595.28, height=841.89, right=72, lines=58),
}
"""US Letter: 55 lines with the one of the page number."""
