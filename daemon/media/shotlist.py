"""From cuts, gradual transitions and black to one list of shots without gaps. A pure rule."""

from typing import Literal, NamedTuple

from daemon.contract.evidence import Span, Transition

SHORTEST = 0.25  # seconds of a shot
LEEWAY = 0.12  # seconds at the ends of a gradual transition, whose cuts are their own: a fade may begin right after one
DARK_BETWEEN = 6.0  # seconds of black between a fade out and a fade in that still belong together


class Boundary(NamedTuple):
    """Where a shot begins, film seconds, and how."""

    time: float
    how: Literal["start", "cut", "fade", "dissolve"]


def boundaries(cuts: list[float], gradual: list[Transition], black: list[Span], duration: float) -> list[Boundary]:
    """The beginnings of all shots, the first at 0.

    A dissolve parts two shots in its middle, a fade out and in at the middle of the black between; black that nothing
    else explains parts them too.
    """
    found = [Boundary(time, "cut") for time in cuts if not any(span.start + LEEWAY < time < span.end - LEEWAY for span in gradual)]
    found += [Boundary(span.middle, "dissolve") for span in gradual if span.kind == "dissolve"]
    found += _fades(gradual, [boundary.time for boundary in found])
    for span in black:
        if span.start > SHORTEST and span.end < duration - SHORTEST and not any(_near(span, one.time) for one in found):
            found.append(Boundary(span.middle, "cut"))
    return _apart(sorted(found), duration)


def _fades(gradual: list[Transition], known: list[float]) -> list[Boundary]:
    fades = [span for span in gradual if span.kind != "dissolve"]
    found = []
    for index, span in enumerate(fades):
        before = fades[index - 1] if index else None
        if span.kind == "fade in" and before and before.kind == "fade out" and span.start - before.end <= DARK_BETWEEN:
            found.append(Boundary((before.end + span.start) / 2, "fade"))
        elif span.kind == "fade in" and span.start > SHORTEST and not any(span.start - DARK_BETWEEN <= time <= span.end for time in known):
            found.append(Boundary(span.start, "fade"))
    return found


def _near(span: Span, time: float) -> bool:
    return span.start - SHORTEST <= time <= span.end + SHORTEST


def _apart(found: list[Boundary], duration: float) -> list[Boundary]:
    kept = [Boundary(0.0, "start")]
    for boundary in found:
        if boundary.time - kept[-1].time >= SHORTEST and duration - boundary.time >= SHORTEST / 2:
            kept.append(boundary)
    return kept
