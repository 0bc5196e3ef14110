"""Kodi's edit decision list: what the script leaves out is passed over in Kodi too.

Each range is a commercial break (action 3) and not a cut (0): Kodi jumps over it once and lets a viewer go back, and the film's length and
chapters stay what they are. Only lines that Kodi reads: start, end, action (kodi.wiki/view/Edit_decision_list; ``EdlFileParser.cpp``
passes over what begins with ``##``).
"""

from daemon.screenplay.edition import Edition

COMMERCIAL_BREAK = 3


def kodi(edition: Edition) -> bytes:
    """A line a skip, in seconds. Where nothing is skipped, a remark."""
    lines = [f"{skip.start:.3f}\t{skip.end:.3f}\t{COMMERCIAL_BREAK}" for skip in edition.plan.skips]
    return "".join(f"{line}\n" for line in lines or ["## nothing is left out"]).encode()
