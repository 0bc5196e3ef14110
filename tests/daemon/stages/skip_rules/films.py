"""What was measured in films, put together by hand."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from daemon.contract.evidence import Analysis, Chapter, Credits, Cue, Loudness, Shot, Span
from daemon.stages.skip_rules import Film, plan

Times = tuple[float, float]
Found = list[tuple[float, float, str]]


def spans(*times: Times) -> tuple[Span, ...]:
    return tuple(Span(start=start, end=end) for start, end in times)


def text(kind: str, *times: Times) -> tuple[Credits, ...]:
    return tuple(Credits.model_validate({"start": start, "end": end, "kind": kind, "confidence": 0.9}) for start, end in times)


def talk(*times: Times, confidence: float = 0.9) -> tuple[Cue, ...]:
    return tuple(Cue(id=f"c{n}", start=start, end=end, text="words", confidence=confidence) for n, (start, end) in enumerate(times, 1))


def shots(cuts: Iterable[float], duration: float) -> tuple[Shot, ...]:
    edges = [0.0, *sorted(cuts), duration]
    return tuple(Shot(id=f"S{n}", start=one, end=two, brightness=0.4) for n, (one, two) in enumerate(pairwise(edges), 1))


def chapter(title: str, start: float, end: float) -> Chapter:
    return Chapter(title=title, start=start, end=end)


def loudness(duration: float, *loud: Times, film: float = -24.0, other: float = -17.0) -> Loudness:
    """``film`` LUFS throughout but for ``other`` in the stretches that are ``loud``."""
    values = [other if any(one <= second + 0.5 < two for one, two in loud) else film for second in range(int(duration))]
    return Loudness(integrated=film, momentary=tuple(values))


def film(duration: float, cuts: Sequence[float] = (), cues: tuple[Cue, ...] = (), chapters: tuple[Chapter, ...] = (), **more: Any) -> Film:
    every = cuts or [float(second) for second in range(4, int(duration), 4)]
    return Film(Analysis(**{"duration": duration, "shots": shots(every, duration), "has_audio": True} | more), cues, chapters)


def left_out(made: Film) -> Found:
    return [(skip.start, skip.end, skip.reason) for skip in plan(made).skips]


def suggested(made: Film) -> Found:
    return [(skip.start, skip.end, skip.reason) for skip in plan(made).suggestions]
