"""The draft writer: a valid screenplay from the evidence alone, with no model.

It knows when somebody speaks, what the camera does and how bright it is, where music begins, and what a vision model saw; it says no
more than that.
"""

from collections.abc import Iterator, Sequence

from daemon.contract.evidence import Cue, Shot
from daemon.screenplay.camera import SURE, movement
from daemon.screenplay.headings import unknown
from daemon.screenplay.writing.chunks import Chunk
from daemon.screenplay.writing.drafts import DRAFT, Beat, Draft
from daemon.screenplay.writing.openings import time_of_day
from daemon.screenplay.writing.prose import told

TRANSITIONS = {"fade": "FADE IN:", "dissolve": "DISSOLVE TO:"}

LANGUAGE = "en"  # of its own words


def drafted(chunk: Chunk, fallback: str = "") -> Draft:
    """The chunk by the draft writer; ``fallback`` says why, where a model was meant to write it."""
    return Draft(chunk=chunk.id, start=chunk.start, end=chunk.end, engine=DRAFT, beats=draft(chunk), fallback=fallback)


def draft(chunk: Chunk) -> tuple[Beat, ...]:
    """The chunk's beats in order of time: every cue, a heading where a scene may begin, each measured movement."""
    beats = [*_pictures(chunk), *_music(chunk), *(dialogue(cue, chunk) for cue in chunk.cues)]
    return tuple(sorted(beats, key=lambda beat: (beat.start, beat.kind == "dialogue")))


def dialogue(cue: Cue, chunk: Chunk) -> Beat:
    """A cue as it is written: its own words, its own voice, the shot in which it begins."""
    shot = next((shot.id for shot in chunk.shots_in_sight if shot.start <= cue.start < shot.end), "")
    return Beat(kind="dialogue", text=" ".join(cue.text.split()), who=cue.voice, shot=shot, cue=cue.id, start=cue.start)


def opening(shot: Shot, scene: Sequence[Shot]) -> Iterator[Beat]:
    """How a scene begins at ``shot``: the measured transition, and a heading for what ``scene`` shows."""
    if shot.starts_with in TRANSITIONS:
        yield Beat(kind="transition", text=TRANSITIONS[shot.starts_with], shot=shot.id, start=shot.start)
    yield Beat(kind="heading", text=str(unknown(time_of_day(scene))), shot=shot.id, start=shot.start)


def _pictures(chunk: Chunk) -> Iterator[Beat]:
    last = ""
    for number, shot in enumerate(chunk.beginning):
        if shot.id in chunk.opens:
            yield from opening(shot, list(_scene(chunk, number)))
            last = ""
        yield from _sights(shot, chunk)
        phrase = movement(shot)
        if phrase and phrase != last:
            yield Beat(kind="camera", text=phrase, shot=shot.id, start=shot.start)
        last = phrase


def _scene(chunk: Chunk, first: int) -> Iterator[Shot]:
    yield chunk.beginning[first]
    for shot in chunk.beginning[first + 1 :]:
        if shot.id in chunk.opens:
            return
        yield shot


def _sights(shot: Shot, chunk: Chunk) -> Iterator[Beat]:
    """What was seen in a shot, as far as it is fit for a script."""
    for caption in chunk.captions:
        text = told(caption.text) if caption.shot == shot.id else ""
        if text:
            yield Beat(kind="action", text=text, shot=shot.id, sees=(caption.id,), start=shot.start)


def _music(chunk: Chunk) -> Iterator[Beat]:
    for sound in chunk.sounds:
        shot = next((shot for shot in chunk.shots_in_sight if shot.start <= sound.start < shot.end), None)
        if sound.kind == "music" and sound.confidence >= SURE and shot and chunk.start <= sound.start < chunk.end:
            yield Beat(kind="action", text="Music.", shot=shot.id, sees=(sound.id,), start=sound.start)
