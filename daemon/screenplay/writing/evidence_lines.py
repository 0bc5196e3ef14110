"""The evidence as a model is shown it: one line a fact, with its id.

Whatever comes from the film (speech, captions, names, the title) is quoted as JSON quotes it, so that nothing in it can end its line or
its quotation, and what a model's template would take for the end of a turn is broken up.
"""

import json
import re
from collections.abc import Iterable, Iterator

from daemon.contract.evidence import Cue, Shot, Sound
from daemon.screenplay.camera import SURE, measured
from daemon.screenplay.writing.chunks import Chunk
from daemon.screenplay.writing.openings import DARK

BRIGHT = 0.6  # mean luma
HARD_TO_HEAR = 0.4  # confidence of a cue

_PLAIN_VOICE = re.compile(r"[A-Z][A-Z0-9 ]*")
_TURNS = re.compile(r"<(?=[|/\w])|\[(?=/?[A-Z_]+\])")  # how templates write the borders of a turn: <|eot_id|>, </s>, [INST]
_BEGINS = {"fade": "begins with a fade", "dissolve": "begins with a dissolve", "cut": "cut in"}


def quoted(text: str) -> str:
    """``text`` as JSON text on one line."""
    return json.dumps(_TURNS.sub(lambda mark: "‹" if mark[0] == "<" else "⟦", " ".join(text.split())), ensure_ascii=False)


def clock(seconds: float) -> str:
    """``00:01:12.3``."""
    tenths = round(max(0.0, seconds) * 10)
    return f"{tenths // 36000:02}:{tenths // 600 % 60:02}:{tenths // 10 % 60:02}.{tenths % 10}"


def evidence(chunk: Chunk) -> list[str]:
    """Every fact of the chunk in the order of the film: shots with their captions, sounds, cues, and what is left out."""
    facts = [(shot.start, 0, line) for shot in chunk.shots_in_sight for line in _shot(shot, chunk)]
    facts += [(sound.start, 1, _sound(sound, chunk)) for sound in heard(chunk)]
    facts += [(skip.start, 2, f"–  {clock(skip.start)}–{clock(skip.end)}  left out of the script") for skip in chunk.skipped]
    facts += [(cue.start, 3, f"{cue.id}  {clock(cue.start)}  {said(cue)}") for cue in chunk.cues]
    return [line for _, _, line in sorted(facts, key=lambda fact: fact[:2])]


def before(chunk: Chunk) -> list[str]:
    """What is said just before it."""
    return [said(cue) for cue in chunk.around_cues if cue.middle < chunk.start]


def after(chunk: Chunk) -> list[str]:
    """What is said just after it."""
    return [said(cue) for cue in chunk.around_cues if cue.middle >= chunk.end]


def said(cue: Cue) -> str:
    """The voice and its words."""
    remarks = [cue.language, "hard to hear" if cue.confidence < HARD_TO_HEAR else ""]
    remark = ", ".join(filter(None, remarks))
    return " ".join(filter(None, (_voice(cue.voice), quoted(cue.text), f"({remark})" if remark else "")))


def heard(chunk: Chunk) -> tuple[Sound, ...]:
    """The sounds that are certain enough to be spoken of."""
    return tuple(sound for sound in chunk.sounds if sound.confidence >= SURE)


def _voice(voice: str) -> str:
    return voice if not voice or _PLAIN_VOICE.fullmatch(voice) else quoted(voice)


def _shot(shot: Shot, chunk: Chunk) -> Iterator[str]:
    begins = [measured(shot.motion), _BEGINS.get(shot.starts_with, ""), "scene may begin" if shot.id in chunk.opens else ""]
    facts = [_light(shot), *(begins if shot in chunk.beginning else ["goes on from the part before"])]
    yield f"{shot.id}  {clock(shot.start)}–{clock(shot.end)}  {_joined(facts)}"
    yield from (f"  {caption.id} sees: {quoted(caption.text)}" for caption in chunk.captions if caption.shot == shot.id)


def _light(shot: Shot) -> str:
    level = "dark" if shot.brightness < DARK else "bright" if shot.brightness > BRIGHT else "medium brightness"
    hints = [hint for hint in (shot.light.place, shot.light.time) if hint] if shot.light else []
    return f"{level}, perhaps {' and '.join(hints)}" if hints else level


def _sound(sound: Sound, chunk: Chunk) -> str:
    return f"{sound.id}  {clock(max(sound.start, chunk.start))}–{clock(min(sound.end, chunk.end))}  {sound.kind}"


def _joined(facts: Iterable[str]) -> str:
    return ", ".join(filter(None, facts))
