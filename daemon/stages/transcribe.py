"""What is said in the film, word for word, once for the whole film."""

from pathlib import Path

from config.settings import Whisper
from daemon.contract.evidence import Analysis, Transcript
from daemon.contract.states import Stage
from daemon.contract.values import shown, unpacked
from daemon.speech import cues, guards, models
from daemon.speech.guards import Dropped
from daemon.speech.pieces import Recording
from daemon.speech.whisper import Transcriber
from daemon.stages.task import Task


def run(task: Task) -> Transcript:
    """Listens to the sound track that the analysis kept; empty where there is none, or nobody speaks.

    Raises CannotGoOn (no such model, or it cannot be loaded), MustWait and TryAgain (it is not here and cannot be fetched).
    """
    choice = Whisper.model_validate(task.settings)
    analysis = task.read(Stage.ANALYSE, Analysis)
    sound = _sound(task.artefact(Stage.ANALYSE) / "audio.s16")
    if sound is None:
        task.note("The film has no sound track: its script will have no dialogue.")
        return Transcript(language=None, model=_name(choice), cues=())
    transcriber = Transcriber(_model(task, choice), choice)
    heard = list(transcriber.hear(sound, lambda second: task.progress(min(second, analysis.duration), analysis.duration)))
    kept, dropped = guards.sift(heard, analysis.silence)
    _tell(task, dropped)
    task.progress(analysis.duration, analysis.duration)
    return Transcript(language=transcriber.language if kept else None, model=_name(choice), cues=cues.from_heard(kept))


def _sound(path: Path) -> Recording | None:
    """The film's sound; None where it has none."""
    return Recording(path) if path.exists() else None


def _model(task: Task, choice: Whisper) -> Path:
    """The model's folder; a size that is not there is fetched first."""
    models_dir = unpacked(task.facts["models_dir"])
    folder = models.find(choice.model, models_dir)
    if folder is None:
        from daemon.speech import download  # brings an HTTP client, which nobody needs who has the model

        task.note(f"The speech model {choice.model} is fetched first: {models.weight(choice.model)}, once.")
        folder = download.pull(choice.model, models_dir, lambda done, total: task.progress(done, total, "bytes"))
    return folder


def _name(choice: Whisper) -> str:
    return choice.model if choice.model in models.SIZES else shown(Path(choice.model).name)


def _tell(task: Task, dropped: list[Dropped]) -> None:
    task.record["left_out"] = [{"start": heard.start, "text": heard.text, "reason": reason} for heard, reason in dropped]
    for heard, reason in dropped:
        task.note(f"Left out at {heard.start:.1f} s: “{heard.text}” ({reason}).")
