"""Films as they come out of the measuring stages: a small one to read, and random ones."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

from daemon.contract.evidence import Analysis, Caption, Captions, Cue, Motion, Shot, Skip, SkipPlan, Transcript
from daemon.screenplay.writing.chunks import Chunk, divide

LINES = ("Anna opens the door.", "Where is the money?", "The train leaves at seven.", "Please wait at the station.",
         "Marco has your gun tonight.", "We must not wait here.", "I see the police.", "Run to the bridge!")  # fmt: skip


def shot(number: int, start: float, end: float, brightness: float = 0.5, **more: Any) -> Shot:
    return Shot(id=f"S{number}", start=start, end=end, brightness=brightness, **more)


def cue(number: int, start: float, end: float, text: str = "", **more: Any) -> Cue:
    return Cue(id=f"c{number}", start=start, end=end, text=text or LINES[number % len(LINES)], **more)


def pan(kind: str = "pan left", confidence: float = 0.9) -> Motion:
    return Motion.model_validate({"kind": kind, "confidence": confidence})


def analysis(*shots: Shot, **more: Any) -> Analysis:
    return Analysis(**{"duration": shots[-1].end if shots else 10.0, "shots": shots, "has_audio": True} | more)


def transcript(*cues: Cue, **more: Any) -> Transcript:
    return Transcript(language="en", model="small", cues=cues, **more)


def caption(number: int, text: str) -> Caption:
    """Of the shot of this number."""
    return Caption(id=f"k{number}", shot=f"S{number}", keyframe=f"S{number}.jpg", text=text)


def seen(*captions: Caption) -> Captions:
    return Captions(model="llava:7b", captions=captions)


def skips(*ranges: tuple[float, float]) -> SkipPlan:
    return SkipPlan(skips=tuple(Skip(start=start, end=end, reason="manual") for start, end in ranges))


def night_train() -> tuple[Analysis, Transcript]:
    """40 seconds: a bright scene, a dark one behind a fade, a bright one; two voices, and one line that is nobody's."""
    film = analysis(
        shot(1, 0, 6, 0.45, starts_with="start"),
        shot(2, 6, 11, 0.5, motion=pan("pan left")),
        shot(3, 11, 17, 0.1, starts_with="fade"),
        shot(4, 17, 24, 0.12),
        shot(5, 24, 31, 0.7),
        shot(6, 31, 40, 0.65, motion=pan("zoom in")),
    )
    spoken = transcript(
        cue(1, 1, 2.2, "Anna opens the door.", voice="SPEAKER 1"),
        cue(2, 2.6, 4, "Where is the money?", voice="SPEAKER 2"),
        cue(3, 7, 8.3, "The train leaves at seven.", voice="SPEAKER 1"),
        cue(4, 8.8, 10.3, "Please wait at the station.", voice="SPEAKER 1"),
        cue(5, 12, 13.5, "Marco has your gun tonight.", voice="SPEAKER 2"),
        cue(6, 14, 15.6, "We must not wait here.", voice=""),
        cue(7, 27.2, 29, "The window is open.", voice="SPEAKER 1"),
    )
    return film, spoken


def whole(film: Analysis, spoken: Transcript, *captions: Caption) -> Chunk:
    """All of a film as one chunk."""
    (chunk,) = divide(film, spoken, SkipPlan(), film.duration * 2, 5, seen(*captions))
    return chunk


@st.composite
def timelines(draw: st.DrawFn) -> tuple[Analysis, Transcript]:
    """A film of up to ten minutes with any cuts and any speech, cues that overlap included."""
    duration = draw(st.integers(5, 600)) / 1.0
    cuts = sorted(draw(st.sets(st.integers(1, max(1, int(duration * 10) - 1)), max_size=60)))
    edges = [0.0, *(cut / 10 for cut in cuts if cut / 10 < duration), duration]
    shots = tuple(
        shot(number, start, end, draw(st.sampled_from((0.1, 0.5, 0.9)))) for number, (start, end) in enumerate(pairwise(edges), 1)
    )
    return analysis(*shots), transcript(*_cues(draw, duration))


def _cues(draw: st.DrawFn, duration: float) -> Iterator[Cue]:
    starts = sorted(draw(st.lists(st.integers(0, int(duration * 10) - 1), max_size=60)))
    for number, start in enumerate(starts, 1):
        length = draw(st.integers(1, 100)) / 10
        yield cue(number, start / 10, min(duration, start / 10 + length), voice=draw(st.sampled_from(("", "SPEAKER 1", "SPEAKER 2"))))


@st.composite
def ranges(draw: st.DrawFn, longest: float = 600) -> tuple[float, float]:
    start = draw(st.integers(0, int(longest * 10))) / 10
    return start, start + draw(st.integers(1, 600)) / 10
