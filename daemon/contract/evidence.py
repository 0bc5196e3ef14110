"""What was measured in a film. Times are presentation times: float seconds from the film's first picture.

Every later stage refers to these by ``id`` and adds no time, no word and no camera movement of its own.
"""

from typing import Literal

from daemon.contract.values import Frozen


class Span(Frozen):
    """A stretch of the film: ``start`` ≤ t < ``end``, float seconds."""

    start: float
    end: float

    @property
    def length(self) -> float:
        """Seconds."""
        return self.end - self.start

    @property
    def middle(self) -> float:
        """The time in whose chunk the whole stretch belongs."""
        return (self.start + self.end) / 2


class VideoStream(Frozen):
    """The stream that is looked at. ``rotation`` in degrees clockwise, as it must be shown."""

    index: int
    codec: str
    width: int
    height: int
    frame_rate: float  # average, frames a second
    variable_rate: bool = False
    rotation: int = 0
    start: float = 0.0


class AudioStream(Frozen):
    """One sound track; ``start`` is relative to the film's first picture."""

    index: int
    codec: str
    channels: int
    sample_rate: int
    language: str | None = None
    start: float = 0.0


class Chapter(Span):
    """A chapter that the file names."""

    title: str


class Probe(Frozen):
    """What the file says of itself. ``digest`` is of its content (BLAKE2b-256, hex), so a copy has the same."""

    digest: str
    size: int
    container: str
    duration: float
    video: VideoStream
    audio: tuple[AudioStream, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    subtitles: tuple[str, ...] = ()  # languages of embedded subtitle tracks
    start_timecode: str = ""  # of the first picture: "01:00:00:00", or "01:00:00;00" where it drops frame numbers


class Motion(Frozen):
    """Camera movement, measured. ``speed`` in picture widths (pan), heights (tilt) or scale (zoom) a second."""

    kind: Literal["static", "pan left", "pan right", "tilt up", "tilt down", "zoom in", "zoom out", "handheld", "unknown"]
    confidence: float  # 0–1
    speed: float = 0.0


class Light(Frozen):
    """Brightness and saturation, 0–1, and what they hint at; ``""`` where they hint at nothing."""

    brightness: float
    saturation: float = 0.0
    time: Literal["day", "night", ""] = ""
    place: Literal["inside", "outside", ""] = ""


class Transition(Span):
    """A gradual one, with its length. ``confidence`` 0–1: how well it fits."""

    kind: Literal["fade in", "fade out", "dissolve"]
    confidence: float = 1.0


class Credits(Span):
    """Text that fills the picture: a roll that moves up, or cards that stand (a logo's name is one too)."""

    kind: Literal["roll", "cards"]
    confidence: float


class Loudness(Frozen):
    """EBU R 128, LUFS: of the whole track, and the loudest momentary value of every ``step`` seconds from film time 0."""

    integrated: float
    momentary: tuple[float, ...] = ()
    step: float = 1.0


class Shot(Span):
    """One uninterrupted take. ``keyframes`` are file names in the analysis artefact, sharpest first."""

    id: str  # "S14"
    starts_with: Literal["cut", "fade", "dissolve", "start"] = "cut"
    brightness: float  # mean luma, 0–1
    motion: Motion | None = None
    keyframes: tuple[str, ...] = ()
    light: Light | None = None


class Analysis(Frozen):
    """All that one decode gives. The sound lies beside it as ``audio.s16`` (16 kHz mono, signed 16 bit, film time 0)."""

    duration: float
    shots: tuple[Shot, ...]
    black: tuple[Span, ...] = ()
    silence: tuple[Span, ...] = ()
    has_audio: bool
    transitions: tuple[Transition, ...] = ()
    frozen: tuple[Span, ...] = ()  # the picture does not change at all
    credits: tuple[Credits, ...] = ()  # text that fills the picture; whether it is credits, its place in the film says
    loudness: Loudness | None = None
    fingerprint: str = ""  # file in the artefact: Chromaprint of the sound, uint32 little endian, one every ``fingerprint_step``
    fingerprint_step: float = 1365 / 11025  # seconds
    audio_track: int | None = None  # index of the stream that ``audio.s16`` was made of
    mode: Literal["exact", "fast"] = "exact"
    notes: tuple[str, ...] = ()  # what a person should know: a corrupt stretch passed over, say
    lacks: tuple[str, ...] = ()  # of those, what says that the film is not whole


class Word(Span):
    """One spoken word with its confidence, 0–1."""

    text: str
    confidence: float


class Cue(Span):
    """One stretch of speech, verbatim. ``voice`` is ``""`` where it is not clear who speaks."""

    id: str  # "c31"
    text: str
    words: tuple[Word, ...] = ()
    voice: str = ""
    confidence: float = 1.0
    language: str = ""  # where it is another one than the film's


class Sound(Span):
    """A stretch in which something else than speech is heard, or nothing."""

    id: str  # "n4"
    kind: Literal["music", "silence"]
    confidence: float = 1.0


class Transcript(Frozen):
    """The speech of the whole film.

    ``language`` is the one that most of it is in; ``unclear`` names the cues whose voice nobody can tell.
    """

    language: str | None
    model: str
    cues: tuple[Cue, ...]
    sounds: tuple[Sound, ...] = ()
    unclear: tuple[str, ...] = ()


class Caption(Frozen):
    """What a keyframe shows, in a vision model's words. ``keyframe`` is its file name in the analysis artefact."""

    id: str  # "k14": of shot S14; "k14b" for its second keyframe
    shot: str
    keyframe: str
    text: str


class Captions(Frozen):
    """What was seen of a film. ``model`` is ``""`` where nobody looked."""

    model: str = ""
    captions: tuple[Caption, ...] = ()


SkipReason = Literal["manual", "chapter", "black", "silence", "logo", "credits", "advert", "repeat", "learned"]


class Skip(Span):
    """A range that is left out of the script, and why."""

    reason: SkipReason
    confidence: float = 1.0
    note: str = ""


class Elsewhere(Frozen):
    """What this film's sound tells of one that was analysed before it: suggestions, in that film's own time."""

    analysis: str  # the key of that film's analysis
    suggestions: tuple[Skip, ...]


class SkipPlan(Frozen):
    """What is left out, in order and without overlap."""

    skips: tuple[Skip, ...] = ()
    suggestions: tuple[Skip, ...] = ()  # what a person may want to leave out, and no rule does
    elsewhere: tuple[Elsewhere, ...] = ()
