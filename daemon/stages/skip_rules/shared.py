"""Stretches whose sound is known: from other films, or from a range that a person marked once."""

from collections.abc import Iterator

from daemon.contract.evidence import Skip
from daemon.stages.skip_rules.film import Film, Shared, snapped

NEAR = 1.5  # seconds to the picture's own edge: the fingerprint's window is 2.6 s long and blurs where a stretch begins and ends


def repeats(film: Film) -> Iterator[Skip]:
    """Intros and outros that other films have too."""
    for one in film.shared:
        if one.reason == "repeat":
            many = "another film begins or ends" if one.films == 1 else f"{one.films} other films begin or end"
            yield _skip(film, one, f"{many} with this")


def learned(film: Film) -> Iterator[Skip]:
    """What a person marked in another film, found again."""
    for one in film.shared:
        if one.reason == "learned":
            yield _skip(film, one, one.note)


def _skip(film: Film, one: Shared, note: str) -> Skip:
    start, end = (snapped(time, film.edges(), NEAR) for time in (one.start, one.end))
    if end <= start:
        start, end = one.start, one.end
    return Skip(start=start, end=end, reason=one.reason, confidence=one.confidence, note=note)
