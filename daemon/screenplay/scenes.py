"""Cuts a film's beats into scenes at their headings."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from daemon.contract.evidence import Shot
from daemon.screenplay import headings
from daemon.screenplay.camera import movement
from daemon.screenplay.transitions import FADE_IN, FADE_OUT
from daemon.screenplay.writing.drafts import Beat
from daemon.screenplay.writing.openings import time_of_day

SHORTEST = 1.0  # seconds that a scene needs where nothing is said or done in it


@dataclass
class Run:
    """A scene while it is being put together. ``transition`` is how the film comes to it."""

    heading: Beat
    transition: Beat | None = None
    beats: list[Beat] = field(default_factory=list)


def one_spelling(beats: Iterable[Beat]) -> Iterator[Beat]:
    """Each place as it was spelled first."""
    spellings: list[str] = []
    for beat in beats:
        heading = headings.read(beat.text) if beat.kind == "heading" else None
        if heading is None:
            yield beat
            continue
        place = next((known for known in spellings if headings.same_place(known, heading.place)), heading.place)
        spellings += [] if place in spellings else [place]
        yield beat.model_copy(update={"text": str(heading.model_copy(update={"place": place}))})


def movements_once(beats: Iterable[Beat], shots: Sequence[Shot]) -> Iterator[Beat]:
    """A movement of the camera that goes on over cuts is told at its beginning, whichever chunks it runs through."""
    places = {shot.id: number for number, shot in enumerate(shots)}
    last, place = "", 0
    for beat in beats:
        if beat.kind == "heading":
            last = ""
        if beat.kind == "camera":
            here = places.get(beat.shot, place)
            goes_on = beat.text == last and all(movement(shot) == last for shot in shots[place : here + 1])
            last, place = beat.text, here
            if goes_on:
                continue
        yield beat


def runs(beats: Iterable[Beat], shots: Sequence[Shot]) -> list[Run]:
    """Cut at headings. A heading that says what already holds begins nothing, and one under which nothing happens is no scene.

    Of two at one moment that counts which knows the place.
    """
    found: list[Run] = []
    above: list[Beat] = []  # what stands before the first heading
    for beat in beats:
        if beat.kind == "heading" and found and _again(found[-1], beat):
            found[-1].heading = beat if _is_unknown(found[-1].heading) else found[-1].heading
        elif beat.kind == "heading" and not (found and _holds(found[-1], beat)):
            transition = _lifted(found[-1].beats if found else above)
            if found and not found[-1].beats and beat.start - found[-1].heading.start < SHORTEST:
                transition = found.pop().transition or transition
            found.append(Run(beat, transition))
        elif beat.kind != "heading":
            (found[-1].beats if found else above).append(beat)
    if above:
        found.insert(0, Run(_first_heading(shots), beats=above))
    return found


def scene_ids(shots: Iterable[str]) -> Iterator[str]:
    """The id of each scene, by the shot at which it begins: ``scene-S14``, then ``scene-S14b``."""
    seen: dict[str, int] = {}
    for shot in shots:
        seen[shot] = seen.get(shot, 0) + 1
        yield f"scene-{shot}{_letters(seen[shot])}"


def _letters(number: int) -> str:
    """``""``, ``b`` … ``z``, and from the 27th on its number."""
    return "" if number == 1 else chr(ord("a") + number - 1) if number <= 26 else f"-{number}"


def _holds(run: Run, beat: Beat) -> bool:
    """Whether the heading says where and when the script is already.

    Of a place that nothing shows, nothing says that it is the same; and behind a fade it is another time.
    """
    if run.beats and run.beats[-1].kind == "transition" and run.beats[-1].text in (FADE_IN, FADE_OUT):
        return False
    now, then = headings.read(beat.text), headings.read(run.heading.text)
    if now is None or then is None or now.is_unknown:
        return False
    return (now.side, now.place) == (then.side, then.place) and now.time in (then.time, "", "CONTINUOUS", "SAME")


def _again(run: Run, beat: Beat) -> bool:
    """Whether a scene that has just begun is headed a second time, and one of the two does not know where it is."""
    return beat.start == run.heading.start and (_is_unknown(beat) or _is_unknown(run.heading))


def _is_unknown(beat: Beat) -> bool:
    heading = headings.read(beat.text)
    return heading is None or heading.is_unknown


def _lifted(beats: list[Beat]) -> Beat | None:
    """Takes the transition off the end of a scene: it stands above the next heading. A fade out belongs to what it ends."""
    return beats.pop() if beats and beats[-1].kind == "transition" and beats[-1].text != FADE_OUT else None


def _first_heading(shots: Sequence[Shot]) -> Beat:
    start, shot = (shots[0].start, shots[0].id) if shots else (0.0, "")
    return Beat(kind="heading", text=str(headings.unknown(time_of_day(shots[:1]))), shot=shot, start=start)
