"""Whether a script's times can be right: words against the seconds they are said in, pages against the seconds they show."""

import re
from collections.abc import Iterable, Iterator

from config.times import clock
from daemon.contract.evidence import Cue
from daemon.screenplay.edition import Edition
from daemon.screenplay.formats.moments import pieces, placed
from daemon.screenplay.formats.pagination import eighths
from daemon.screenplay.writing.kept import kept

FASTEST = 240  # words a minute; people talk at 120–180, an auctioneer at 250
SLOWEST = 40  # words a minute; below it a cue holds more than its words
FEWEST = 4  # words that say anything about a pace
LONG = 4.0  # seconds from which a cue can be slow
PAGE = 60.0  # seconds that a page is on the screen, by rule of thumb
OFF = 4.0  # times longer or shorter than its pages
MOST_OFF = 60.0  # seconds by which a scene may differ all the same
LISTED = 5  # of one kind

_WORD = re.compile(r"\w+(?:['’]\w+)*")
_HAN = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_THAI = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")


def warnings(edition: Edition) -> tuple[str, ...]:
    """A sentence for each thing that a person should look at; of one kind a handful."""
    cues = kept(edition.analysis, edition.transcript, edition.plan).cues
    return (
        *_listed(_fast(cues), "more lines are said too fast"),
        *_listed(_slow(cues), "more lines are said too slowly"),
        *_listed(_scenes(edition), "more scenes are unlike their pages"),
    )


def words(text: str) -> float:
    """How many there are. Where none are parted by spaces, two characters (Chinese, Japanese) or four (Thai and its like) count as one."""
    han, thai = len(_HAN.findall(text)), len(_THAI.findall(text))
    return len(_WORD.findall(_THAI.sub(" ", _HAN.sub(" ", text)))) + han / 2 + thai / 4


def pace(cue: Cue) -> float:
    """Words a minute."""
    return 60 * words(cue.text) / max(cue.length, 0.001)


def _fast(cues: Iterable[Cue]) -> Iterator[str]:
    for cue in cues:
        if words(cue.text) >= FEWEST and pace(cue) > FASTEST:
            yield f"The line at {clock(cue.start)} ({cue.id}) is said too fast: {pace(cue):.0f} words a minute."


def _slow(cues: Iterable[Cue]) -> Iterator[str]:
    for cue in cues:
        if cue.length >= LONG and pace(cue) < SLOWEST:
            yield f"The line at {clock(cue.start)} ({cue.id}) is said too slowly: {pace(cue):.0f} words a minute over {cue.length:.1f} s."


def _scenes(edition: Edition) -> Iterator[str]:
    for scene in placed(edition.screenplay):
        shown = sum(piece.length for piece in pieces(scene, edition.plan.skips))
        written = PAGE * eighths(scene.scene) / 8
        if abs(shown - written) > MOST_OFF and not 1 / OFF <= shown / written <= OFF:
            longer = "longer" if shown > written else "shorter"
            yield f"Scene {scene.scene.number} is much {longer} than its pages: {shown:.0f} s for {eighths(scene.scene)}/8 of a page."


def _listed(found: Iterator[str], more: str) -> Iterator[str]:
    every = list(found)
    yield from every[:LISTED]
    if len(every) > LISTED:
        yield f"{len(every) - LISTED} {more}."
