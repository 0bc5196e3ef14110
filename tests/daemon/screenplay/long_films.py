"""Long films as they come out of the measuring stages, and their scripts: made up, and the same for the same seed."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

from daemon.contract.evidence import Analysis, Cue, Light, Motion, Shot, SkipPlan, Sound, Transcript, Word
from daemon.screenplay.edition import Edition
from daemon.screenplay.model import Element, Evidence, Scene, Screenplay, TitlePage
from tests.daemon.screenplay.editions import PROBE
from tests.daemon.screenplay.films import skips

SHOT, PAUSE = 5.5, 3.0  # seconds on average: a feature has some 1,100 shots and as many lines in 100 minutes
VOICES = ("SPEAKER 1", "SPEAKER 2", "SPEAKER 3", "SPEAKER 4", "")
NAMES = dict(zip(VOICES, ("ANNA", "MARCO", "THE CONDUCTOR", "OLD WOMAN", "VOICE"), strict=True))
PLACES = ("STATION", "TRAIN COMPARTMENT", "BRIDGE", "HOTEL ROOM", "STREET", "KITCHEN", "POLICE OFFICE", "HARBOUR")
SAID = (
    "the train leaves at seven and nobody knows where money went we must not wait here again please open door for me I saw her "
    "yesterday by window it is not what you think tell them that he will come back before night falls over river"
)
WORDS = SAID.split()


def timeline(minutes: float, seed: int = 1) -> tuple[Analysis, Transcript]:
    """Shots of some seconds with camera and light, lines of two to fourteen words with their times, four voices and unclear ones."""
    chance, duration = Random(seed), 60.0 * minutes
    shots, cues = tuple(_shots(chance, duration)), tuple(_cues(chance, duration))
    unclear = tuple(cue.id for cue in cues if not cue.voice)
    sounds = tuple(
        Sound(id=f"n{number}", kind="music", start=at, end=at + 9) for number, at in enumerate(range(50, int(duration) - 10, 200), 1)
    )
    spoken = Transcript(language="en", model="small", cues=cues, sounds=sounds, unclear=unclear)
    return Analysis(duration=duration, shots=shots, has_audio=True), spoken


def script(film: Analysis, spoken: Transcript, scenes: int) -> Screenplay:
    """``scenes`` of equal length: two lines of action, then all that is said."""
    length = film.duration / scenes
    made = (_scene(number, number * length, (number + 1) * length, spoken) for number in range(scenes))
    page = TitlePage(title="Night Train", credit="Written from the film by", author="Reelscribe", notes=("Made up.",))
    return Screenplay(title_page=page, scenes=tuple(made), language="en")


def feature(minutes: float = 100, scenes: int = 120, stills: Path | None = None) -> Edition:
    """A whole film with its script. Two ranges are left out."""
    film, spoken = timeline(minutes)
    probe = PROBE.model_copy(update={"duration": film.duration})
    plan: SkipPlan = skips((0, 20), (film.duration - 60, film.duration))
    return Edition(
        screenplay=script(film, spoken, scenes),
        film="night_train.mp4",
        probe=probe,
        analysis=film,
        transcript=spoken,
        plan=plan,
        stills=stills,
    )


def _shots(chance: Random, duration: float) -> Iterator[Shot]:
    start, number = 0.0, 1
    while start < duration:
        end = min(duration, round(start + chance.uniform(0.3, 2) * SHOT, 3))
        kind = chance.choice(("static", "static", "pan left", "pan right", "zoom in", "handheld"))
        dark = chance.random() < 0.3
        yield Shot(
            id=f"S{number}",
            start=start,
            end=end if duration - end > 1 else duration,
            brightness=0.1 if dark else 0.5,
            starts_with="start" if number == 1 else chance.choice(("cut",) * 9 + ("fade", "dissolve")),
            motion=Motion.model_validate({"kind": kind, "confidence": 0.8}),
            light=Light(brightness=0.1 if dark else 0.5, time="night" if dark else "day"),
            keyframes=(f"S{number}.jpg",),
        )
        start, number = (end, number + 1) if duration - end > 1 else (duration, number)


def _cues(chance: Random, duration: float) -> Iterator[Cue]:
    start, number, voice = chance.uniform(0, 2 * PAUSE), 1, VOICES[0]
    while start < duration - 6:
        words = list(_words(chance, start))
        voice = voice if chance.random() < 0.4 else chance.choice(VOICES)
        text = " ".join(word.text for word in words)
        yield Cue(id=f"c{number}", start=start, end=words[-1].end, text=text, words=tuple(words), voice=voice, confidence=0.9)
        start, number = round(words[-1].end + chance.uniform(0.1, 2 * PAUSE), 3), number + 1


def _words(chance: Random, start: float) -> Iterator[Word]:
    count = chance.randint(2, 14)
    for place in range(count):
        text = chance.choice(WORDS)
        text = text.capitalize() if place == 0 else text
        end = round(start + 0.35, 3)
        yield Word(start=start, end=end, text=text if place < count - 1 else f"{text}{chance.choice('..?!')}", confidence=0.9)
        start = end


def _scene(number: int, start: float, end: float, spoken: Transcript) -> Scene:
    place, side = PLACES[number * 5 % len(PLACES)], ("INT.", "EXT.")[number % 2]
    opening = Evidence(shots=(f"S{number + 1}",), start=start, end=end)
    action = "ANNA crosses the room, looks out into the rain and puts the suitcase down beside the bed. Nobody comes. " * 2
    lines = (element for cue in spoken.cues if start <= cue.middle < end for element in _speech(cue))
    return Scene(
        id=f"scene-S{number + 1}",
        number=str(number + 1),
        heading=Element(kind="heading", text=f"{side} {place} - {('DAY', 'NIGHT')[number % 3 % 2]}", evidence=opening),
        elements=(Element(kind="action", text=action.strip(), evidence=opening), *lines),
        start=start,
        end=end,
    )


def _speech(cue: Cue) -> Iterator[Element]:
    evidence = Evidence(cues=(cue.id,), start=cue.start, end=cue.end)
    yield Element(kind="character", text=NAMES[cue.voice], evidence=evidence, voice=cue.voice)
    yield Element(kind="dialogue", text=cue.text, evidence=evidence)
