"""Studio logos: short isolated shots between blacks, at the head, before anybody says a word."""

from collections.abc import Iterator

from daemon.contract.evidence import Skip, Span
from daemon.stages.skip_rules.film import TOUCH, Film, covered

# A logo runs from 3 s (an independent company's card) to some 20 s (a studio's fanfare); several make up to two minutes.
SHORTEST, LONGEST = 1.5, 25.0  # seconds of one
HEAD = 120.0  # seconds of the film in which they all lie
SHOTS = 3  # at most, in one: a fanfare may be edited
MOST = 6  # in a row; more is a film that is told between blacks: a trailer, a montage
WRITTEN = 0.3  # the share of a logo in which its name is read
GOES_ON = 60.0  # seconds after the logos in which such a film would show itself
BLACKS = 4  # as many blacks in these seconds


def logos(film: Film) -> Iterator[Skip]:
    """All of them as one range."""
    found = _in_a_row(film)
    if not found or len(found) > MOST:
        return
    end = found[-1].end
    yield Skip(start=0, end=end, reason="logo", confidence=_confidence(film, found), note="studio logos")


def _confidence(film: Film, found: list[Span]) -> float:
    after = Span(start=found[-1].end, end=found[-1].end + GOES_ON)
    if sum(after.start + 1 < dark.start < after.end for dark in film.analysis.black) >= BLACKS:
        return 0.4
    if all(_is_written(film, one) for one in found):
        return 0.85
    return 0.75 if len(found) > 1 else 0.5


def _in_a_row(film: Film) -> list[Span]:
    """Each from where it begins to the end of the black after it."""
    limit = min(film.first_word, HEAD, film.duration / 2)
    found: list[Span] = []
    begin = next((dark.end for dark in film.analysis.black if dark.start <= TOUCH), 0.0)
    while (end := _end_of(film, begin, limit)) is not None:
        found.append(Span(start=begin, end=end))
        begin = end
    return found


def _end_of(film: Film, begin: float, limit: float) -> float | None:
    """Where the logo that begins here ends, its black included; None where none begins."""
    dark = next((dark for dark in film.analysis.black if dark.start > begin + TOUCH), None)
    logo = Span(start=begin, end=dark.start) if dark else None
    if dark and logo and dark.end <= limit and SHORTEST <= logo.length <= LONGEST and len(film.shots_in(logo)) <= SHOTS:
        return dark.end
    first = film.shots_in(Span(start=begin, end=begin + 1))
    return next((shot.end for shot in first if shot.end <= limit and _stands(film, begin, shot)), None)


def _stands(film: Film, begin: float, shot: Span) -> bool:
    """A name on a plain dark ground needs no black after it: a cut ends it."""
    whole = Span(start=begin, end=shot.end)
    return SHORTEST <= whole.length <= LONGEST / 2 and covered(whole, film.analysis.credits) >= 2 * WRITTEN * whole.length


def _is_written(film: Film, logo: Span) -> bool:
    text = (*film.analysis.credits, *film.analysis.frozen)
    return covered(logo, text) >= WRITTEN * logo.length
