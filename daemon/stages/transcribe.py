"""What is said in the film, word for word, once for the whole film; by whom, as far as the voices tell; and what else is heard."""

import time

from config.settings import Speakers, Whisper
from daemon.contract.evidence import Analysis, Transcript
from daemon.contract.states import Stage
from daemon.contract.values import unpacked
from daemon.media.subtitle_cues import several_voices
from daemon.speech import sherpa, speakers, turns, voices
from daemon.speech.pieces import Recording
from daemon.speech.sounds import sounds
from daemon.speech.turns import Labels
from daemon.stages.listener import Listener, Said, name
from daemon.stages.task import Task


def run(task: Task) -> Transcript:
    """Hears the sound track that the analysis kept; empty where there is none, or nobody speaks.

    Raises CannotGoOn (no such model, or it cannot be loaded), MustWait and TryAgain (it is not here and cannot be fetched).
    """
    began = time.monotonic()
    choice = Whisper.model_validate({key: value for key, value in task.settings.items() if key != "speakers"})
    analysis, path = task.read(Stage.ANALYSE, Analysis), task.artefact(Stage.ANALYSE) / "audio.s16"
    if not path.exists():
        task.note("The film has no sound track: its script will have no dialogue.")
        return Transcript(language=None, model=name(choice), cues=())
    said = Listener(task, choice, analysis, path).said()
    said, unclear = _with_voices(task, said, Recording(path))
    found = sounds(Recording(path), said.speech, analysis.silence)
    task.progress(analysis.duration, analysis.duration)
    task.record["seconds"] = round(time.monotonic() - began, 1)
    return Transcript(language=said.language, model=said.model, cues=said.cues, sounds=found, unclear=unclear)


def _with_voices(task: Task, said: Said, sound: Recording) -> tuple[Said, tuple[str, ...]]:
    """The cues parted where the voice changes, each with its voice, and those whose voice is unclear."""
    wanted = Speakers.model_validate(task.settings.get("speakers", {}))
    engine = speakers.chosen(wanted.engine, unpacked(task.facts["models_dir"]))
    task.record["speakers"] = engine
    if engine == "off" or not said.cues:
        return said, ()
    labels = _by_sherpa(task, said, sound, wanted.count) if engine == "sherpa" else voices.tell(said.cues, sound, wanted.count)
    named, unclear = turns.told(said.cues, _of_one_each(said, labels))
    task.record |= {"cues": len(named), "voices": len({cue.voice for cue in named if cue.voice}), "unclear": len(unclear)}
    return said._replace(cues=named), unclear


def _by_sherpa(task: Task, said: Said, sound: Recording, count: int | None) -> Labels:
    found = sherpa.turns(sound, unpacked(task.facts["models_dir"]), count, lambda done, total: task.progress(done, total, "pieces"))
    return turns.by_words(said.cues, found)


def _of_one_each(said: Said, labels: Labels) -> Labels:
    """No voice for a subtitle that holds what two people say."""
    return [[None] if not cue.words and several_voices(cue) else own for cue, own in zip(said.cues, labels, strict=True)]
