"""The speech models: which sizes there are, which lie in the models folder, and how one gets there.

A model is a folder with CTranslate2's ``model.bin`` beside its tokenizer, as the Hugging Face hub keeps them. Nothing here loads one.
"""

import difflib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from daemon.contract.errors import CannotGoOn

FILES = {"config.json": True, "tokenizer.json": True, "preprocessor_config.json": False, "vocabulary.json": False, "vocabulary.txt": False,
         "model.bin": True}  # fmt: skip
"""What a model is made of, and whether every model has it."""

OnProgress = Callable[[int, int], None]


class Size(NamedTuple):
    """Where a size is kept, and its ``model.bin`` in bytes, rounded."""

    repository: str
    bytes: int


SIZES = {
    "tiny": Size("Systran/faster-whisper-tiny", 76_000_000),
    "tiny.en": Size("Systran/faster-whisper-tiny.en", 76_000_000),
    "base": Size("Systran/faster-whisper-base", 145_000_000),
    "base.en": Size("Systran/faster-whisper-base.en", 145_000_000),
    "small": Size("Systran/faster-whisper-small", 484_000_000),
    "small.en": Size("Systran/faster-whisper-small.en", 484_000_000),
    "distil-small.en": Size("Systran/faster-distil-whisper-small.en", 332_000_000),
    "medium": Size("Systran/faster-whisper-medium", 1_530_000_000),
    "medium.en": Size("Systran/faster-whisper-medium.en", 1_530_000_000),
    "distil-medium.en": Size("Systran/faster-distil-whisper-medium.en", 789_000_000),
    "turbo": Size("mobiuslabsgmbh/faster-whisper-large-v3-turbo", 1_620_000_000),
    "large-v2": Size("Systran/faster-whisper-large-v2", 3_090_000_000),
    "large-v3": Size("Systran/faster-whisper-large-v3", 3_090_000_000),
    "distil-large-v3": Size("Systran/faster-distil-whisper-large-v3", 1_510_000_000),
}


def installed(models_dir: Path) -> tuple[str, ...]:
    """The sizes that lie ready in ``models_dir``."""
    return tuple(size for size in SIZES if is_model(models_dir / size))


def is_model(folder: Path) -> bool:
    """Whether ``folder`` holds a whole model."""
    return all((folder / name).is_file() for name, needed in FILES.items() if needed)


def find(model: str, models_dir: Path) -> Path | None:
    """The folder of ``model``, a size or a folder; None where it is a size that is yet to be fetched. Raises CannotGoOn."""
    if model in SIZES:
        folder = models_dir / model
        return folder if is_model(folder) else None
    folder = Path(model).expanduser()
    if is_model(folder):
        return folder
    raise CannotGoOn(f"whisper.model: {model} is neither a size nor a folder with a speech model.", choices(model))


def choices(model: str) -> str:
    """The sizes there are, the one that was probably meant first."""
    near = difflib.get_close_matches(model, SIZES, n=1)
    meant = f"Did you mean {near[0]}? " if near else ""
    return f"{meant}Sizes: {', '.join(SIZES)}."


def weight(size: str) -> str:
    """How large a download is, for a person: ``484 MB``."""
    amount = SIZES[size].bytes
    return f"{amount / 1e9:.1f} GB" if amount >= 1e9 else f"{amount / 1e6:.0f} MB"
