"""What the sixteen colours of a terminal look like in the monitor, by night and by day.

Each is told from the others, and read on the backgrounds of its theme: at least 4.5 to 1 by WCAG 2.
"""

from rich.terminal_theme import TerminalTheme

NIGHT = TerminalTheme(
    (18, 18, 18),
    (224, 224, 224),
    [(26, 26, 26), (255, 105, 110), (152, 224, 36), (253, 171, 61), (122, 162, 255), (205, 150, 255), (88, 209, 235), (217, 217, 217)],
)
DAY = TerminalTheme(
    (224, 224, 224),
    (18, 18, 18),
    [(18, 18, 18), (158, 28, 28), (30, 100, 20), (120, 76, 0), (30, 70, 170), (116, 40, 150), (0, 88, 128), (247, 247, 247)],
)
