"""Text subtitles as cues: which track says what is heard, and what of it is spoken. Pure."""

import re
from collections.abc import Sequence

from daemon.contract.evidence import Cue, Span
from daemon.media.container import THREE_LETTERS, same_language
from daemon.media.subtitles import Line, Subtitles, Track

COVERED = 0.5  # share of all speech that has a subtitle; below it the track is of something else: signs, songs, another cut

_MARKS = re.compile(r"\{[^}]*\}|</?[a-zA-Z][^>]*>")
_SOUNDS = re.compile(r"\[[^\]]*\]|\([^)]*\)|（[^）]*）|【[^】]*】|\*[^*]+\*")
_SUNG = re.compile(r"^\s*[♪♫#].*$|^.*[♪♫]\s*$")
_SPEAKER = re.compile(r"^(?:>>+\s*)?(-?\s*)(?:[^\W\d_a-zß-ÿ][^\Wa-zß-ÿ]*[ .'’#-]*){1,4}(?:\d+)?:\s+")
_ARROWS = re.compile(r"^>>+\s*")


def fitting(subtitles: Subtitles, language: str | None) -> Track | None:
    """The track in ``language`` (of the sound, ISO 639) that tells all that is said: none that is forced, rather not one with sounds."""
    tracks = [
        track for track in subtitles.tracks if language and same_language(track.language, language) and track.lines and not track.forced
    ]
    return min(tracks, key=lambda track: (track.sdh, not track.default, track.index), default=None)


def code(language: str) -> str:
    """A track's language as the speech model names it: ``en`` for ``eng``."""
    return THREE_LETTERS.get(language.lower(), language.lower())


def cues(lines: Sequence[Line], duration: float) -> tuple[Cue, ...]:
    """What is spoken, ``c1`` on; without word times, since a subtitle does not tell them."""
    said = [(line, spoken(line.text)) for line in lines if line.start < duration and line.end > line.start]
    kept = [(line, text) for line, text in said if text]
    return tuple(
        Cue(id=f"c{number}", start=line.start, end=min(line.end, duration), text=text) for number, (line, text) in enumerate(kept, 1)
    )


def spoken(text: str) -> str:
    """One subtitle without what nobody says: marks, sounds in brackets, songs, and names before a colon."""
    lines = [_line(line) for line in _MARKS.sub("", text.replace("\\N", "\n").replace("\\h", " ")).split("\n")]
    return " ".join(line for line in lines if re.search(r"\w", line))


def _line(line: str) -> str:
    if _SUNG.match(line):
        return ""
    line = _SPEAKER.sub(r"\1", _SOUNDS.sub("", line).strip())
    return " ".join(_ARROWS.sub("", line).split())


def several_voices(cue: Cue) -> bool:
    """Whether a subtitle holds what two people say, as its dashes tell."""
    return len(re.findall(r"(?:^|\s)[-–—]\s?(?=\w)", cue.text)) > 1


def covered(cues: Sequence[Cue], speech: Sequence[Span]) -> float:
    """Of all speech, the share that has a subtitle, 0–1; 1 where nobody speaks."""
    total = sum(stretch.length for stretch in speech)
    shown = sum(max(0.0, min(stretch.end, cue.end) - max(stretch.start, cue.start)) for stretch in speech for cue in cues)
    return min(1.0, shown / total) if total else 1.0
