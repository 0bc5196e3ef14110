"""What other programs say is to be left out of a film: Kodi's ``.edl`` and Comskip's ``.txt`` beside it. Read as a person's choice.

Kodi's (https://kodi.wiki/view/Edit_decision_list, ``Edl.cpp``): a line is start, end, action; times are seconds, ``h:mm:ss.mmm`` or
``#frame``; actions are 0 cut, 1 mute, 2 scene marker, 3 commercial break; a line of two fields is a marker, one that begins with
``##`` a remark. Comskip's: ``FILE PROCESSING COMPLETE n FRAMES AT rate×100``, a rule, then start and end frame a line. A line that is
neither says nothing, so that an editor's own EDL (CMX 3600) or anybody's notes of that name are no cut lists.
"""

import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from config import files, times
from config.errors import ConfigProblems
from config.settings import Section

ENDINGS = (".edl", ".txt")
LARGEST = 256 * 1024  # bytes; a cut list of a day's recording has some 10 KB
LINES = 2000  # that are looked at

CUT, COMMERCIAL = "0", "3"  # mute and scene marker leave nothing out
NOTES = {CUT: "cut", COMMERCIAL: "commercial break"}
COMSKIP = re.compile(r"FILE PROCESSING COMPLETE(?:\s+\d+\s+FRAMES\s+AT\s+(\d+(?:\.\d+)?))?")

_FRAME = re.compile(r"#\d{1,9}")
_NUMBER = re.compile(r"\d{1,9}(\.\d+)?")
_CLOCK = re.compile(r"\d+:[\d:]*\d(\.\d+)?")
_MARK = re.compile(rb"[^\n]*\breelscribe script, version \d{1,9}, sha256 ([0-9a-f]{64})[^\n]*\n?\Z")


class Cut(Section):
    """From ``start`` to ``end``: seconds, or numbers of pictures. ``rate``: pictures a second as the file says, 0: the film's own."""

    start: float
    end: float
    frames: bool = False
    rate: float = 0.0
    note: str = ""

    def at(self, frame_rate: float) -> tuple[float, float]:
        """In seconds, in a film of so many pictures a second. ``(0, 0)`` where nobody knows how many those are."""
        rate = (self.rate or frame_rate) if self.frames else 1.0
        return (self.start / rate, self.end / rate) if rate > 0 else (0.0, 0.0)


def read(video: Path) -> tuple[Cut, ...]:
    """The cuts of the files beside ``video``."""
    return tuple(cut for path in beside(video) for cut in cuts_in(path))


def cuts_in(path: Path) -> tuple[Cut, ...]:
    """The cuts of one file; none where there is no such file, or what has its name is something else."""
    return tuple(parsed(path.name, content(path)))


def beside(video: Path) -> Iterator[Path]:
    """Where they would lie, there or not."""
    return (video.with_name(video.stem + ending) for ending in ENDINGS)


def content(path: Path) -> bytes:
    """What is in a file; nothing where there is none, where it cannot be a cut list (a link, a pipe, too large), or where it is ours."""
    try:
        data = files.content(path, LARGEST) or b""
    except ConfigProblems:
        return b""
    return b"" if is_ours(data) else data


def is_ours(data: bytes) -> bool:
    """Whether Reelscribe wrote it, and nobody changed it since: what we wrote is never taken as input."""
    mark = _MARK.search(data)
    return mark is not None and sha256(data[: mark.start()].removesuffix(b"\n")).hexdigest() == mark[1].decode()


def parsed(name: str, data: bytes) -> Iterator[Cut]:
    """The cuts in the order in which they stand; ``name`` is the file's."""
    lines = data.decode("utf-8-sig", errors="replace").splitlines()[:LINES]
    header = COMSKIP.match(lines[0].strip()) if lines else None
    if header:
        yield from _of_comskip(lines[1:], float(header[1] or 0) / 100)
    elif name.lower().endswith(".edl"):
        yield from _of_kodi(lines)


def _of_comskip(lines: list[str], rate: float) -> Iterator[Cut]:
    for line in lines:
        fields = line.split()
        if len(fields) >= 2 and all(_NUMBER.fullmatch(field) for field in fields[:2]):
            start, end = map(float, fields[:2])
            if start < end:
                yield Cut(start=start, end=end, frames=True, rate=rate, note="Comskip: commercial break")


def _of_kodi(lines: list[str]) -> Iterator[Cut]:
    for line in lines:
        fields = line.split()
        if len(fields) >= 3 and fields[2] in NOTES:
            yield from _kodi_cut(*fields[:3])


def _kodi_cut(start: str, end: str, action: str) -> Iterator[Cut]:
    frames = bool(_FRAME.fullmatch(start) and _FRAME.fullmatch(end))
    try:
        begin, stop = (float(field[1:]) if frames else _seconds(field) for field in (start, end))
    except ValueError:
        return
    if begin < stop:
        yield Cut(start=begin, end=stop, frames=frames, note=f"Kodi: {NOTES[action]}")


def _seconds(field: str) -> float:
    if _CLOCK.fullmatch(field):
        return times.parse(field).seconds
    if _NUMBER.fullmatch(field):
        return float(field)
    raise ValueError(field)
