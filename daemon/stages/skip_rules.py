"""Which ranges are left out: a person's choices, then what small rules propose, then one merge of both.

A rule is a function from what is known of a film to ranges that it would leave out. It decides nothing: the merge does.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from daemon.contract.evidence import Analysis, Chapter, Cue, Skip, Span
from daemon.screenplay.kept import without

SHORTEST = 0.5  # seconds: a shorter automatic skip is not worth a cut
TOUCH = 0.1  # seconds by which a range may miss the film's end and still lie at it
CONFIDENT = 0.5  # a cue's confidence from which on no rule may skip it


@dataclass(frozen=True)
class Film:
    """What the rules may look at."""

    analysis: Analysis
    cues: tuple[Cue, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    skips: tuple[Skip, ...] = ()  # by hand
    keep: tuple[Span, ...] = field(default=())  # by hand: protected from every rule

    @property
    def duration(self) -> float:
        """Seconds."""
        return self.analysis.duration


Rule = Callable[[Film], Iterable[Skip]]


def black_ends(film: Film) -> Iterator[Skip]:
    """Black without a sound at the film's beginning and end."""
    silence = film.analysis.silence if film.analysis.has_audio else (Span(start=0, end=film.duration),)
    both = [Span(start=max(dark.start, quiet.start), end=min(dark.end, quiet.end)) for dark in film.analysis.black for quiet in silence]
    for span in both:
        if span.start <= TOUCH < span.end:
            yield Skip(start=0, end=span.end, reason="black")
        elif span.start < film.duration - TOUCH <= span.end:
            yield Skip(start=span.start, end=film.duration, reason="black")


RULES: tuple[Rule, ...] = (black_ends,)
"""The automatic ones, the surer first: where two propose the same, the first gives the reason."""


def plan(film: Film, rules: Iterable[Rule] = RULES) -> tuple[Skip, ...]:
    """The skips, in order and without overlap.

    Manual beats automatic; nothing automatic touches what is kept by hand, or speech that was surely heard.
    """
    chosen = _apart(film.skips)
    spoken = [cue for cue in film.cues if cue.confidence >= CONFIDENT]
    for proposed in (skip for rule in rules for skip in rule(film)):
        pieces = without(proposed, [*film.keep, *spoken, *chosen])
        chosen += [proposed.model_copy(update=piece.model_dump()) for piece in pieces if piece.length >= SHORTEST]
    return tuple(sorted(chosen, key=lambda skip: skip.start))


def _apart(skips: Iterable[Skip]) -> list[Skip]:
    """Without overlaps: the later of two begins where the earlier ends."""
    apart: list[Skip] = []
    for skip in sorted(skips, key=lambda skip: (skip.start, -skip.end)):
        start = max(skip.start, apart[-1].end if apart else 0.0)
        if skip.end > start:
            apart.append(skip.model_copy(update={"start": start}))
    return apart
