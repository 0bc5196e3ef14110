"""End credits: text that rolls, or cards on a plain ground, from somewhere in the film's second half to its end.

A scene after them is kept, and so is one between two parts of them. Black alone is never taken for credits, however it came about.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from daemon.contract.evidence import Credits, Skip, Span
from daemon.stages.skip_rules.film import Film, covered, joined, snapped

LATEST_START = 0.5  # of the film: credits may be half of a very short one
JOINS = 4.0  # seconds without text inside credits: black between two cards, a picture that ends a card
ROLL, CARDS = 6.0, 6.0  # seconds of text at least; a card that says where we are stands for three to five
BODY = (0.1, 0.5)  # the part of the film in which there are neither logos nor end credits
USUAL = 0.1  # the share of it that is text, from which on text is how this film is told: intertitles, slides
AFTER = (300.0, 0.25)  # seconds, and share of the film, that a scene after the credits lasts at most
REST = 3.0  # seconds of picture at the very end that are no scene: a rating, a logo's last frames
NEAR = 2.5  # seconds to the picture's own edge: text is looked for every quarter of a second, and a roll takes its time to come in


@dataclass(frozen=True)
class _Run:
    """Text without a long gap. ``roll`` and ``cards``: seconds of each."""

    span: Span
    roll: float
    cards: float


def end_credits(film: Film) -> Iterator[Skip]:
    """Each stretch of them; what lies between two is a scene."""
    runs = [run for run in _runs(film) if run.roll >= ROLL or _closes(film, run)]
    runs = _at_the_end(film, runs)
    for run in runs:
        sure = run.roll >= ROLL or any(other.roll >= ROLL for other in runs)
        start, end = _edges(film, run)
        yield Skip(start=start, end=end, reason="credits", confidence=0.9 if sure else 0.75, note="end credits")


def _runs(film: Film) -> list[_Run]:
    texts = [text for text in film.analysis.credits if text.start >= LATEST_START * film.duration]
    if _is_usual(film):
        texts = [text for text in texts if text.kind == "roll"]
    return [_run(span, texts) for span in joined(texts, JOINS)]


def _run(span: Span, texts: list[Credits]) -> _Run:
    roll, cards = (covered(span, [text for text in texts if text.kind == kind]) for kind in ("roll", "cards"))
    return _Run(span, roll, cards)


def _is_usual(film: Film) -> bool:
    body = Span(start=BODY[0] * film.duration, end=BODY[1] * film.duration)
    return covered(body, film.analysis.credits) > USUAL * body.length


def _closes(film: Film, run: _Run) -> bool:
    """Cards alone are credits where nothing follows them, or where they go over into a roll that is too short by itself."""
    return run.cards + run.roll >= CARDS and _picture_after(film, run.span.end) <= REST


def _at_the_end(film: Film, runs: list[_Run]) -> list[_Run]:
    """From the last run backwards, as long as what lies behind each is short enough for a scene after the credits."""
    found: list[_Run] = []
    begin = film.duration
    for run in reversed(runs):
        if begin - run.span.end > min(AFTER[0], max(AFTER[1] * film.duration, REST)):
            break
        found.insert(0, run)
        begin = run.span.start
    return found


def _edges(film: Film, run: _Run) -> tuple[float, float]:
    start = snapped(run.span.start, film.edges(), NEAR)
    dark = next((dark for dark in film.analysis.black if dark.start < start <= dark.end + NEAR), None)
    end = snapped(run.span.end, film.edges(), NEAR)
    if _picture_after(film, run.span.end) <= REST:
        end = film.duration
    return (dark.start if dark else start), end


def _picture_after(film: Film, time: float) -> float:
    """Seconds from ``time`` to the film's end that are neither black nor text."""
    rest = Span(start=time, end=film.duration)
    return rest.length - covered(rest, [*film.analysis.black, *film.analysis.credits])
