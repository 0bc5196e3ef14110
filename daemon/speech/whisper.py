"""A speech model at work: faster-whisper over the samples that the analysis made. Only children import this."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from config.settings import Whisper
from daemon.contract.errors import CannotGoOn
from daemon.contract.evidence import Span, Word
from daemon.speech import quiet
from daemon.speech.heard import Heard, overlap
from daemon.speech.languages import WINDOW, Probabilities, of_stretch, places, spoken
from daemon.speech.pieces import Piece, Samples, shortened, sound

MOST_THREADS = 8  # more do not make one Whisper model quicker
GPU_BATCH = 8


class Transcriber:
    """``folder``'s model, loaded as ``choice`` asks. Raises CannotGoOn where it cannot be.

    ``language`` is what is spoken: as chosen, else as found in several places of the film. None where nobody speaks.
    """

    def __init__(self, folder: Path, choice: Whisper) -> None:
        self.language = choice.language
        self._choice = choice
        self._model, self._transcribe = _loaded(folder, choice)

    def hear(self, samples: Samples, listening: Sequence[Piece], on_progress: Callable[[float], None]) -> Iterator[Heard]:
        """All that is said in ``int16 [n]`` samples at 16 kHz, in those pieces of them; ``on_progress`` hears film seconds."""
        several = self._find_language(samples, listening)
        for piece in (part for whole in listening for part in (shortened(whole, WINDOW) if several else [whole])):
            if piece.speech:
                language = self._language_of(samples, piece) if several else self.language
                yield from self._hear(sound(samples, piece.start, piece.end), piece, language, on_progress)
            on_progress(piece.end)

    def _find_language(self, samples: Samples, listening: Sequence[Piece]) -> bool:
        """Decides on the film's language, and gives whether there are several."""
        if self._choice.language or not self._model.model.is_multilingual:
            self.language = self._choice.language or "en"
            return False
        middles = places([stretch for piece in listening for stretch in piece.speech])
        heard = [(middle, self._probabilities(sound(samples, max(0.0, middle - WINDOW / 2), middle + WINDOW / 2))) for middle in middles]
        self.language, several = spoken(heard)
        return several

    def _language_of(self, samples: Samples, piece: Piece) -> str | None:
        probabilities = self._probabilities(sound(samples, piece.speech[0].start, min(piece.end, piece.speech[0].start + WINDOW)))
        return of_stretch(probabilities, self.language) if self.language else None

    def _probabilities(self, part: NDArray[np.float32]) -> Probabilities:
        return dict(self._model.detect_language(part)[2])

    def _hear(self, part: NDArray[np.float32], piece: Piece, language: str | None, on_progress: Callable[[float], None]) -> Iterator[Heard]:
        segments, _ = self._transcribe(
            part,
            language=language,
            word_timestamps=True,
            vad_filter=True,
            condition_on_previous_text=False,
            hotwords=", ".join(self._choice.vocabulary) or None,
        )
        other = language if language and language != self.language else ""
        for segment in segments:
            on_progress(piece.start + segment.end)
            if words := tuple(_words(segment, piece)):
                yield Heard(words, segment.avg_logprob, segment.no_speech_prob, other)


def _loaded(folder: Path, choice: Whisper) -> tuple[Any, Callable[..., tuple[Iterable[Any], Any]]]:
    """The model, and its ``transcribe`` as the batch asks."""
    with quiet.imports():
        import ctranslate2
        from faster_whisper import BatchedInferencePipeline, WhisperModel

    ctranslate2.set_random_seed(0)  # second tries draw tokens at random, and the same film must give the same words
    threads = min(MOST_THREADS, len(os.sched_getaffinity(0)))
    try:
        model = WhisperModel(str(folder), device=choice.device, compute_type=choice.compute_type, cpu_threads=threads)
    except (RuntimeError, ValueError, OSError) as problem:
        advice = "Check whisper.model, whisper.device and whisper.compute_type; `auto` suits any machine."
        raise CannotGoOn(f"The speech model in {folder} cannot be loaded.", advice, str(problem)) from problem
    batch = (GPU_BATCH if model.model.device == "cuda" else 1) if choice.batch == "auto" else choice.batch
    if batch == 1:
        return model, model.transcribe
    return model, lambda *sound, **options: BatchedInferencePipeline(model).transcribe(*sound, **options, batch_size=batch)


def _words(segment: Any, piece: Piece) -> Iterator[Word]:
    for word in segment.words or ():
        span = within(Span(start=piece.start + float(word.start), end=piece.start + float(word.end)), piece.speech)
        yield Word(start=round(span.start, 3), end=round(span.end, 3), text=word.word, confidence=round(float(word.probability), 3))


def within(word: Span, speech: Sequence[Span]) -> Span:
    """``word`` no longer than the stretch of voice that it lies in.

    Whisper's alignment lets the first word after a pause begin in the pause, up to 0.5 s early.
    """
    voice = max(speech, key=lambda stretch: overlap(word, stretch))
    if not overlap(word, voice):
        return word
    return Span(start=max(word.start, voice.start), end=min(word.end, voice.end))
