"""Who can tell voices apart here: sherpa-onnx with its models, or the built-in clustering. Nothing here loads either."""

from importlib.util import find_spec
from pathlib import Path
from typing import Literal, NamedTuple

Engine = Literal["sherpa", "builtin", "off"]
NAME = "speakers"
"""What the models are called where they are fetched, and their folder among the speech models."""


class File(NamedTuple):
    """One model: where the hub keeps it, its SHA-256 and its bytes."""

    repository: str
    path: str
    digest: str
    bytes: int


FILES = {
    # pyannote segmentation 3.0 (Plaquet and Bredin, 2023; MIT), as sherpa-onnx's documentation names it
    "segmentation.onnx": File(
        "csukuangfj/sherpa-onnx-pyannote-segmentation-3-0",
        "model.onnx",
        "220ad67ca923bef2fa91f2390c786097bf305bceb5e261d4af67b38e938e1079",
        5_992_913,
    ),
    # WeSpeaker's ResNet34-LM, trained on VoxCeleb (CC BY 4.0)
    "embedding.onnx": File(
        "csukuangfj/speaker-embedding-models",
        "wespeaker_en_voxceleb_resnet34_LM.onnx",
        "e9848563da86f263117134dfd7ad63c92355b37de492b55e325400c9d9c39012",
        26_530_550,
    ),
}
BYTES = sum(file.bytes for file in FILES.values())
WEIGHT = f"{BYTES / 1e6:.0f} MB"
"""How large the download is, for a person."""


def installed(models_dir: Path) -> bool:
    """Whether both models lie in ``models_dir``."""
    return all((models_dir / NAME / name).is_file() for name in FILES)


def chosen(wanted: str, models_dir: Path) -> Engine:
    """The engine that ``speakers.engine`` means on this machine."""
    if wanted == "auto":
        return "sherpa" if find_spec("sherpa_onnx") and installed(models_dir) else "builtin"
    return wanted  # type: ignore[return-value]
