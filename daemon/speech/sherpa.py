"""Who speaks when, by sherpa-onnx's diarisation: pyannote finds the turns, an embedding tells the voices. Only children import this."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from daemon.contract.errors import CannotGoOn
from daemon.speech import speakers
from daemon.speech.pieces import RATE, Samples, sound
from daemon.speech.turns import Turn

THRESHOLD = 0.7  # cosine distance at which two voices are two; that of pyannote's own pipeline (3.1) for the same embedding
SHORTEST, JOINS = 0.3, 0.5  # seconds of a turn, and of the gap within one: the library's defaults
MOST_THREADS = 4
PULL = "`reelscribe models pull speakers` fetches them (33 MB); speakers.engine: builtin does without."


def turns(samples: Samples, models_dir: Path, count: int | None, on_progress: Callable[[float, float], None]) -> list[Turn]:
    """Who speaks when in the whole film, in order; ``on_progress`` hears pieces done and pieces in all.

    Raises CannotGoOn where the library or its models are missing or of no use.
    """
    diarisation = _loaded(models_dir / speakers.NAME, count)

    def progress(done: int, total: int) -> int:
        on_progress(done, total)
        return 0  # anything else would end it

    found = diarisation.process(sound(samples, 0, len(samples) / RATE), callback=progress).sort_by_start_time()
    return [_turn(one) for one in found]


def _turn(segment: Any) -> Turn:
    """One of its segments. A confidence of -2 means that it was not measured."""
    confidence = getattr(segment, "confidence", -2.0)
    return Turn(start=segment.start, end=segment.end, voice=segment.speaker, confidence=1.0 if confidence < -1 else confidence)


def _loaded(folder: Path, count: int | None) -> Any:
    try:
        import sherpa_onnx
    except ImportError as problem:
        advice = "Install Reelscribe with its extra: reelscribe[speakers]; or set speakers.engine: builtin."
        raise CannotGoOn("Speakers cannot be told by sherpa-onnx, which is not installed.", advice) from problem
    if missing := [name for name in speakers.FILES if not (folder / name).is_file()]:
        raise CannotGoOn(f"The models that tell speakers are not here: {', '.join(missing)}.", PULL)
    settings = _settings(sherpa_onnx, folder, count)
    try:
        return sherpa_onnx.OfflineSpeakerDiarization(settings)
    except (RuntimeError, ValueError) as problem:
        raise CannotGoOn(f"The models that tell speakers, in {folder}, cannot be loaded.", PULL, str(problem)) from problem


def _settings(library: Any, folder: Path, count: int | None) -> Any:
    threads = min(MOST_THREADS, len(os.sched_getaffinity(0)))
    pyannote = library.OfflineSpeakerSegmentationPyannoteModelConfig(model=str(folder / "segmentation.onnx"))
    return library.OfflineSpeakerDiarizationConfig(
        segmentation=library.OfflineSpeakerSegmentationModelConfig(pyannote=pyannote, num_threads=threads),
        embedding=library.SpeakerEmbeddingExtractorConfig(model=str(folder / "embedding.onnx"), num_threads=threads),
        clustering=library.FastClusteringConfig(num_clusters=count or -1, threshold=THRESHOLD, compute_confidence=True),
        min_duration_on=SHORTEST,
        min_duration_off=JOINS,
    )
