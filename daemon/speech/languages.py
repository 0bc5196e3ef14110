"""Which language a film is in, by what is heard in several places of it, and which stretches are in another one. Pure."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from daemon.contract.evidence import Span

PLACES = 7
WINDOW = 30.0  # seconds: what Whisper hears at once
OTHERS = 0.8  # probability with which one place must be in another language for the film to be in several
CHANGES = 0.7  # probability with which a stretch of such a film is in another language than most of it

Probabilities = Mapping[str, float]


class Spoken(NamedTuple):
    """The language that most of a film is in, None where nobody speaks, and whether there are others."""

    language: str | None
    several: bool


def places(speech: Sequence[Span], count: int = PLACES) -> list[float]:
    """Film seconds at which to listen: the middles of ``count`` equal parts of all that is spoken, so that silence counts for nothing.

    Where little is said there are fewer.
    """
    total = sum(stretch.length for stretch in speech)
    count = min(count, max(1, round(total / WINDOW))) if total else 0
    return [_at(speech, total * (number + 0.5) / count) for number in range(count)]


def _at(speech: Sequence[Span], seconds: float) -> float:
    """Where in the film ``seconds`` of speech are over."""
    for stretch in speech:
        if seconds <= stretch.length:
            return stretch.start + seconds
        seconds -= stretch.length
    return speech[-1].end


def spoken(heard: Sequence[tuple[float, Probabilities]]) -> Spoken:
    """The language of a film by what was heard at some times in it: the one whose probabilities are most together."""
    totals: dict[str, float] = {}
    for _, probabilities in heard:
        for language, probability in probabilities.items():
            totals[language] = totals.get(language, 0.0) + probability
    if not totals:
        return Spoken(None, False)
    language = max(totals, key=lambda name: (totals[name], name))
    tops = [max(probabilities.items(), key=lambda pair: pair[1]) for _, probabilities in heard if probabilities]
    return Spoken(language, any(name != language and probability >= OTHERS for name, probability in tops))


def of_stretch(probabilities: Probabilities, film: str) -> str:
    """The language of one stretch: the film's, unless it is clearly another."""
    language, probability = max(probabilities.items(), key=lambda pair: pair[1], default=(film, 0.0))
    return language if probability >= CHANGES else film
