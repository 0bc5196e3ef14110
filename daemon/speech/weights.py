"""How much memory the speech model takes, and settings with which it takes less. Pure; nothing is loaded.

The figures are those that faster-whisper's README has for ``small`` and ``large-v2`` (beam 5): beside its weights a model takes 1.2 to
1.4 GB, and each further stretch of a batch 0.2 to 0.3 GB. With a film's length that grows by 50 MB an hour (measured here, 5 and 30
minutes through the stage, voices told by the built-in way): the sound is read some minutes at a time. sherpa-onnx reads all of it at once.
"""

from pathlib import Path

from config.settings import Whisper
from daemon.speech import models

BESIDE = 1_100_000_000  # bytes: the program, the libraries, the search
SHARE_BESIDE = 0.1  # of the weights: what the decoder keeps
STRETCH = 300_000_000  # bytes each further stretch of a batch takes
NARROW = ("int8", "int8_float32", "int8_float16", "int8_bfloat16", "auto")  # auto takes the quickest, which on a processor is int8_float32
WIDTH = {"int16": 1.0, "float16": 2.0, "bfloat16": 2.0, "float32": 2.0, "default": 2.0}  # a processor computes with 32 bits
WHOLE = 170_000  # bytes sherpa-onnx takes for a second of film: its samples twice in 32 bits, and who speaks in each of its windows
WINDOWS = 2  # of one voice each, for a second of film: windows of ten seconds begin each second, and are compared each with each
SUGGESTED = ("large-v3", "turbo", "medium", "small", "base", "tiny")


def load(choice: Whisper, voices: int = 0) -> str:
    """What decides how much memory it takes, as runs are filed under it; ``voices``: what ``telling`` gives, where that is so."""
    return f"{choice.model} {choice.compute_type} {_batch(choice)}" + (f" voices {voices >> 29}" if voices else "")


def need(choice: Whisper, models_dir: Path, *, on_card: bool = False) -> int:
    """Bytes that listening takes, about. ``on_card``: the weights lie in a graphics card."""
    return BESIDE if on_card else _need(_weights(choice.model, models_dir), choice)


def telling(seconds: float) -> int:
    """Bytes that it takes, about, to tell the voices of so long a film by sherpa-onnx, once the speech model is gone."""
    return BESIDE + int(WHOLE * seconds + 8 * (WINDOWS * seconds) ** 2 / 2)


def fitting(choice: Whisper, limit: int) -> str:
    """The best smaller size that fits ``limit`` bytes with the same settings; ``""`` where none does."""
    own = models.SIZES.get(choice.model)
    sizes = (size for size in SUGGESTED if own is None or models.SIZES[size].bytes < own.bytes)
    return next((size for size in sizes if _need(models.SIZES[size].bytes, choice) <= limit), "")


def easier(choice: Whisper) -> Whisper | None:
    """The next smaller settings: first the batch, then the kind of numbers. None: there are none."""
    if _batch(choice) > 1:
        return choice.model_copy(update={"batch": max(1, _batch(choice) // 4)})
    if choice.compute_type in NARROW:
        return None
    return choice.model_copy(update={"compute_type": "int8"})


def _batch(choice: Whisper) -> int:
    return 1 if choice.batch == "auto" else choice.batch


def _need(weights: int, choice: Whisper) -> int:
    """``weights`` are bytes as the file has them, 16 bits a number."""
    width = 0.5 if choice.compute_type in NARROW else WIDTH[choice.compute_type]
    return int(weights * (width + SHARE_BESIDE)) + BESIDE + (_batch(choice) - 1) * STRETCH


def _weights(model: str, models_dir: Path) -> int:
    """A size's, or those of a model in a folder of its own; the stage itself says what is wrong with one that is not there."""
    if model in models.SIZES:
        return models.SIZES[model].bytes
    file = Path(model).expanduser() / "model.bin"
    return file.stat().st_size if file.is_file() else 0
