"""What the terminal can draw. It is asked first of all and heard last, so that its way there and back costs nothing, over SSH too.

Every terminal answers the last question, of which kind it is (DA1); by then the others are answered or never will be. The sequences are
those of XTerm Control Sequences (``CSI 16 t``, ``CSI c``) and of kitty's graphics protocol (``a=q``).
"""

import os
import re
import select
import termios
import time
import tty
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

CELL = "\x1b[16t"
KITTY = "\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\"
KIND = "\x1b[c"
TITLED = ("screen", "tmux")  # terminals that would take kitty's question for a title
SIXEL = "4"  # among the attributes that a terminal names as its kind
PATIENCE = 0.3  # seconds for all answers; while they come everything else is loaded

Answer = Callable[[], "Graphics"]


@dataclass(frozen=True)
class Graphics:
    """How pictures are drawn, and how many pixels a cell has; None: nobody knows."""

    by: Literal["sixel", "kitty", "blocks"] = "blocks"
    cell: tuple[int, int] | None = None


BLOCKS = Graphics()


@contextmanager
def asked(keys: int = 0, screen: int = 1, environ: Mapping[str, str] = os.environ) -> Iterator[Answer]:
    """Asks on these file descriptors, and gives a function that waits for the answer. What is no terminal is asked nothing."""
    if not (os.isatty(keys) and os.isatty(screen)):
        yield lambda: BLOCKS
        return
    before = termios.tcgetattr(keys)
    try:
        tty.setcbreak(keys, termios.TCSANOW)  # answers come like keys that are pressed: at once, and not to be seen
        os.write(screen, f"{CELL}{'' if environ.get('TERM', '').startswith(TITLED) else KITTY}{KIND}".encode())
        until = time.monotonic() + PATIENCE
        yield lambda: understood(_heard(keys, until))
    finally:
        termios.tcsetattr(keys, termios.TCSANOW, before)


def understood(said: bytes) -> Graphics:
    """What a terminal answered, as far as it did."""
    kind = re.search(rb"\x1b\[\?([\d;]*)c", said)
    cell = re.search(rb"\x1b\[6;(\d+);(\d+)t", said)
    size = (int(cell[2]), int(cell[1])) if cell else None
    if kind and SIXEL in kind[1].decode().split(";"):  # before kitty's: some that know both draw only this one well
        return Graphics("sixel", size)
    return Graphics("kitty" if re.search(rb"\x1b_G[^\x1b]*;OK\x1b\\", said) else "blocks", size)


def _heard(keys: int, until: float) -> bytes:
    said = b""
    while not re.search(rb"\x1b\[\?[\d;]*c", said):
        if not select.select([keys], [], [], max(0.0, until - time.monotonic()))[0]:
            break
        said += os.read(keys, 1024)
    return said
