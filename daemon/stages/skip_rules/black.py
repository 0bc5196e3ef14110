"""Black without a sound at the film's beginning and end."""

from collections.abc import Iterator

from daemon.contract.evidence import Skip, Span
from daemon.stages.skip_rules.film import TOUCH, Film


def black_ends(film: Film) -> Iterator[Skip]:
    """At most one at either end."""
    both = [Span(start=max(dark.start, quiet.start), end=min(dark.end, quiet.end)) for dark in film.analysis.black for quiet in film.quiet]
    for span in both:
        if span.start <= TOUCH < span.end:
            yield Skip(start=0, end=span.end, reason="black")
        elif span.start < film.duration - TOUCH <= span.end:
            yield Skip(start=span.start, end=film.duration, reason="black")
