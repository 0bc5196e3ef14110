"""Where the words of a film come from: its own subtitles where that is wished, else the speech model; heard once and then kept."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from config.settings import Whisper
from daemon.contract.evidence import Analysis, Cue, Probe, Span
from daemon.contract.states import Stage
from daemon.contract.values import shown, unpacked
from daemon.media import subtitle_cues
from daemon.media.subtitles import FILE, Subtitles
from daemon.speech import cues, guards, hearing, models
from daemon.speech.guards import Dropped
from daemon.speech.hearing import Hearing
from daemon.speech.pieces import Piece, Recording, pieces
from daemon.stages.shelf import Shelf
from daemon.stages.task import Task

SUBTITLES = "subtitles"
"""What stands in the model's place where nobody listened."""


class Said(NamedTuple):
    """What is said, in which language, by which model; and where somebody has a voice."""

    language: str | None
    model: str
    cues: tuple[Cue, ...]
    speech: tuple[Span, ...] = ()


class Listener:
    """Listens to the 16 kHz sound in the file ``sound``.

    Raises CannotGoOn (no such model, or it cannot be loaded), MustWait and TryAgain (it is not here and cannot be fetched).
    """

    def __init__(self, task: Task, choice: Whisper, analysis: Analysis, sound: Path) -> None:
        self._task, self._choice, self._analysis, self._sound = task, choice, analysis, sound
        self._found: list[Piece] = []

    def said(self) -> Said:
        """All that is said in the film."""
        written = self._written() if self._choice.subtitles else None
        return written or self._heard()

    def _written(self) -> Said | None:
        """The subtitles in the sound's own language, where they tell most of what is said."""
        language = self._language()
        track = subtitle_cues.fitting(self._subtitles(), language)
        if track is None:
            self._task.note(f"The film has no text subtitles in the language of its sound ({language or 'which it does not name'}).")
            return None
        found, speech = subtitle_cues.cues(track.lines, self._analysis.duration), _speech(self._pieces())
        share = subtitle_cues.covered(found, speech)
        if not found or share < subtitle_cues.COVERED:
            self._task.note(f"The film's subtitles tell only {share:.0%} of what is said: the speech model listens instead.")
            return None
        self._task.note(f"The film's own subtitles are taken ({shown(language or '')}): nobody listens.")
        return Said(subtitle_cues.code(language or ""), SUBTITLES, found, speech)

    def _subtitles(self) -> Subtitles:
        if not self._task.has(Stage.PROBE) or not (file := self._task.artefact(Stage.PROBE) / FILE).exists():
            return Subtitles()
        return Subtitles.model_validate_json(file.read_bytes())

    def _language(self) -> str | None:
        """That of the sound track that was analysed, else the one that a person set."""
        tracks = self._task.read(Stage.PROBE, Probe).audio if self._task.has(Stage.PROBE) else ()
        named = {track.index: track.language for track in tracks}
        return named.get(-1 if self._analysis.audio_track is None else self._analysis.audio_track) or self._choice.language

    def _heard(self) -> Said:
        """What the speech model heard, now or before, without what it made up."""
        shelf, key = Shelf(self._task.cache), hearing.key(self._sound, self._choice)
        known = shelf.get(key, Hearing)
        self._task.record["heard_before"] = known is not None
        if known is None:
            known = self._listen()
            shelf.put(key, known)
        kept, dropped = guards.sift(known.heard, self._analysis.silence, known.speech)
        _tell(self._task, dropped)
        return Said(known.language if kept else None, name(self._choice), cues.from_heard(kept), known.speech)

    def _listen(self) -> Hearing:
        from daemon.speech.whisper import Transcriber

        duration = self._analysis.duration
        transcriber = Transcriber(_model(self._task, self._choice), self._choice)
        heard = transcriber.hear(
            Recording(self._sound), self._pieces(), lambda second: self._task.progress(min(second, duration), duration)
        )
        segments = tuple(heard)
        return Hearing(language=transcriber.language, speech=_speech(self._pieces()), heard=segments)

    def _pieces(self) -> list[Piece]:
        """Where somebody has a voice, some minutes at a time."""
        if not self._found:
            for piece in pieces(Recording(self._sound)):
                self._found.append(piece)
                self._task.progress(0, self._analysis.duration)  # a sign of life; how far the listening is counts from here
        return self._found


def name(choice: Whisper) -> str:
    """What the speech model is called."""
    return choice.model if choice.model in models.SIZES else shown(Path(choice.model).name)


def _speech(listening: Sequence[Piece]) -> tuple[Span, ...]:
    return tuple(stretch for piece in listening for stretch in piece.speech)


def _model(task: Task, choice: Whisper) -> Path:
    """The model's folder; a size that is not there is fetched first."""
    models_dir = unpacked(task.facts["models_dir"])
    folder = models.find(choice.model, models_dir)
    if folder is None:
        from daemon.speech import download  # brings an HTTP client, which nobody needs who has the model

        task.note(f"The speech model {choice.model} is fetched first: {models.weight(choice.model)}, once.")
        folder = download.pull(choice.model, models_dir, lambda done, total: task.progress(done, total, "bytes"))
    return folder


def _tell(task: Task, dropped: list[Dropped]) -> None:
    task.record["left_out"] = [{"start": heard.start, "text": heard.text, "reason": reason} for heard, reason in dropped]
    for heard, reason in dropped:
        task.note(f"Left out at {heard.start:.1f} s: “{heard.text}” ({reason}).")
