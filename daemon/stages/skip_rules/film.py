"""What the rules may look at, and what a rule is.

A rule is a function from what is known of a film to ranges that it would leave out. It decides nothing: the merge does.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from daemon.contract.evidence import Analysis, Chapter, Cue, Shot, Skip, Span

CONFIDENT = 0.5  # a cue's confidence from which on no rule may skip it
TOUCH = 0.1  # seconds by which a range may miss the film's end and still lie at it


class Shared(Span):
    """A stretch whose sound other films have too (``repeat``, in ``films`` of them), or that a person once marked (``learned``)."""

    reason: Literal["repeat", "learned"]
    confidence: float
    films: int = 1
    note: str = ""


@dataclass(frozen=True)
class Film:
    """All evidence, and a person's choices: ``skips`` by hand, and what to ``keep`` whatever a rule says."""

    analysis: Analysis
    cues: tuple[Cue, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    skips: tuple[Skip, ...] = ()
    keep: tuple[Span, ...] = ()
    shared: tuple[Shared, ...] = ()

    @property
    def duration(self) -> float:
        """Seconds."""
        return self.analysis.duration

    @property
    def spoken(self) -> tuple[Cue, ...]:
        """Speech that was surely heard."""
        return tuple(cue for cue in self.cues if cue.confidence >= CONFIDENT)

    @property
    def first_word(self) -> float:
        """When it is heard for the first time; the film's end where it never is."""
        return min((cue.start for cue in self.spoken), default=self.duration)

    @property
    def quiet(self) -> tuple[Span, ...]:
        """Silence; all of the film where it has no sound track."""
        return self.analysis.silence if self.analysis.has_audio else (Span(start=0, end=self.duration),)

    def shots_in(self, span: Span, least: float = 0.3) -> list[Shot]:
        """The shots of which at least so many seconds lie in ``span``."""
        return [shot for shot in self.analysis.shots if common(shot, span) >= least]

    def edges(self) -> Iterator[float]:
        """Where the picture changes at once: shots' and black's ends."""
        for span in (*self.analysis.shots, *self.analysis.black):
            yield from (span.start, span.end)


Rule = Callable[[Film], Iterable[Skip]]


def common(one: Span, other: Span) -> float:
    """Seconds that both have."""
    return max(0.0, min(one.end, other.end) - max(one.start, other.start))


def covered(span: Span, by: Iterable[Span]) -> float:
    """Seconds of ``span`` that lie in any of ``by``."""
    return sum(common(span, one) for one in joined(by))


def joined(spans: Iterable[Span], gap: float = 0.0) -> list[Span]:
    """The same stretches without overlaps, in order; those at most ``gap`` seconds apart are one."""
    whole: list[Span] = []
    for span in sorted(spans, key=lambda one: one.start):
        if whole and span.start - whole[-1].end <= gap:
            whole[-1] = Span(start=whole[-1].start, end=max(whole[-1].end, span.end))
        else:
            whole.append(Span(start=span.start, end=span.end))
    return whole


def snapped(time: float, edges: Iterable[float], within: float) -> float:
    """The nearest of ``edges`` where one lies ``within`` seconds, else ``time`` itself."""
    nearest = min(edges, key=lambda edge: abs(edge - time), default=time)
    return nearest if abs(nearest - time) <= within else time
