"""Finds in a film's sound what other films have too, and what a person once marked. Only for child processes: it works with numpy.

Intros and outros lie in the first or last quarter of a film, or ten minutes, whichever is less, and take 15 s or more: what
Jellyfin's Intro Skipper looks for (its README, "Detection parameters"). Two films that share most of an end are one film twice.
"""

from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np

from daemon.contract.evidence import Analysis, Elsewhere, Skip, Span
from daemon.stages.skip_rules.film import Shared, common, covered
from daemon.stages.skip_rules.lessons import Lesson
from daemon.stages.skip_rules.matching import Match, Print, matches, varied
from daemon.stages.task import RESULT

END, SHARE = 600.0, 0.25  # seconds, and share of the film, in which an intro begins and an outro ends
SHORTEST, LONGEST = 10.0, 300.0  # seconds of an intro or outro
ALONE = 15.0  # seconds that one other film's must have, to be sure by itself
WHOLE = 0.6  # the share of an end that two different films never have in common
SILENT = 0.3  # the share of a stretch that may be silent
SAME = 0.6  # the share of the shorter of two stretches by which they are one
SURE = {1: 0.75, 2: 0.85}  # confidence by the number of other films; more are 0.9
BLUR = (0.1, 1.9)  # seconds from where a match's numbers begin and end to where the sound does: a number looks at 2.6 s (measured)
FOUND = 0.8  # the share of a learned range that must be there
EXACT = 7.0  # differing bits: a learned range goes with the words in it, so it must be this very sound

NOTE = "a later film begins or ends with this"


@dataclass(frozen=True)
class Sound:
    """A film's fingerprint, one number every ``step`` seconds."""

    numbers: Print
    step: float
    duration: float
    quiet: tuple[Span, ...] = ()

    def span(self, start: int, length: int) -> Span:
        """Where the sound lies of which these numbers are."""
        begins = start * self.step + BLUR[0] if start else 0.0
        ends = (start + length) * self.step + BLUR[1] if start + length < len(self.numbers) - 1 else self.duration
        return Span(start=begins, end=max(begins, min(ends, self.duration)))


def sound_of(folder: Path) -> Sound | None:
    """The sound of an analysis artefact; None where it has none, or nothing can be told by it."""
    analysis = Analysis.model_validate_json((folder / RESULT).read_bytes())
    if not analysis.fingerprint:
        return None
    numbers = np.fromfile(folder / analysis.fingerprint, "<u4").astype(np.uint32)
    return Sound(numbers, analysis.fingerprint_step, analysis.duration, analysis.silence) if len(numbers) else None


def shared_with(own: Sound, others: Mapping[str, Sound]) -> tuple[tuple[Shared, ...], tuple[Elsewhere, ...]]:
    """What begins or ends this film and others too; and where it lies in those, by the keys of ``others``."""
    pairs = [(key, mine, theirs) for key, other in others.items() for mine, theirs in in_common(own, other)]
    groups: list[list[tuple[str, Span, Span]]] = []
    for pair in pairs:
        group = next((group for group in groups if _same(group[0][1], pair[1])), None)
        if group is None:
            groups.append([pair])
        else:
            group.append(pair)
    shared = tuple(_shared([mine for _, mine, _ in group], len({key for key, *_ in group})) for group in groups)
    return shared, tuple(_elsewhere(groups, shared))


def in_common(own: Sound, other: Sound) -> Iterator[tuple[Span, Span]]:
    """What both begin with, and what both end with: where in this film, where in the other."""
    for at_end in (False, True):
        mine, theirs = _end(own, at_end), _end(other, at_end)
        found = matches(own.numbers[mine], other.numbers[theirs], int((SHORTEST - 2) / own.step))
        least = min(mine.stop - mine.start, theirs.stop - theirs.start)
        if any(match.length > WHOLE * least for match in found):
            return
        for match in found:
            one, two = own.span(match.start + mine.start, match.length), other.span(match.other + theirs.start, match.length)
            there = _is_there(own, one, at_end) and _is_there(other, two, at_end)
            if there and SHORTEST <= one.length <= LONGEST and covered(one, own.quiet) < SILENT * one.length:
                yield one, two


def learned_in(own: Sound, lessons: Iterable[Lesson]) -> Iterator[Shared]:
    """Each place at which a learned range is heard."""
    for lesson in lessons:
        numbers = np.frombuffer(b64decode(lesson.sound), "<u4").astype(np.uint32)
        if varied(numbers):
            for match in matches(own.numbers, numbers, max(4, int(FOUND * len(numbers)))):
                if match.error <= EXACT:
                    yield _taught(own, lesson, match)


def _taught(own: Sound, lesson: Lesson, match: Match) -> Shared:
    start = max(0.0, (match.start - match.other) * own.step)
    end = min(own.duration, start + lesson.seconds)
    note = f"learned range {lesson.id}" + (f": {lesson.note}" if lesson.note else "")
    return Shared(start=start, end=end, reason="learned", confidence=0.95, note=note)


def _end(sound: Sound, at_end: bool) -> slice:
    """The numbers among which an intro or outro lies whole."""
    count = min(len(sound.numbers) // 2, round((_reach(sound) + LONGEST) / sound.step))
    return slice(len(sound.numbers) - count, len(sound.numbers)) if at_end else slice(0, count)


def _is_there(sound: Sound, span: Span, at_end: bool) -> bool:
    """Whether it begins early enough for an intro, or ends late enough for an outro."""
    return span.end >= sound.duration - _reach(sound) if at_end else span.start <= _reach(sound)


def _reach(sound: Sound) -> float:
    return min(END, SHARE * sound.duration)


def _same(one: Span, other: Span) -> bool:
    return common(one, other) >= SAME * min(one.length, other.length)


def _shared(spans: list[Span], films: int) -> Shared:
    start, end = median(span.start for span in spans), median(span.end for span in spans)
    sure = films > 1 or end - start >= ALONE
    return Shared(start=start, end=end, reason="repeat", confidence=SURE.get(films, 0.9) if sure else 0.5, films=films)


def _elsewhere(groups: list[list[tuple[str, Span, Span]]], shared: Iterable[Shared]) -> Iterator[Elsewhere]:
    suggested: dict[str, list[Skip]] = {}
    for group, one in zip(groups, shared, strict=True):
        for key, _, theirs in group:
            skip = Skip(start=theirs.start, end=theirs.end, reason="repeat", confidence=one.confidence, note=NOTE)
            suggested.setdefault(key, []).append(skip)
    for key, skips in suggested.items():
        yield Elsewhere(analysis=key, suggestions=tuple(skips))
