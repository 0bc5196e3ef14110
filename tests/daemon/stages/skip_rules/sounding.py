"""Made-up sounds, their fingerprints, and the artefacts in which they lie."""

import tempfile
from pathlib import Path

import ffmpeg
import numpy as np

from benchmarks.sounds import RATE, Sound, sound
from daemon.contract.evidence import Analysis
from daemon.media import ffmpeg as tool
from daemon.media.fingerprint import fingerprint
from daemon.stages.skip_rules.matching import Print
from daemon.stages.task import RESULT

INTRO = sound("music", 7, 20)


def talk(seed: int, seconds: float) -> Sound:
    return sound("talk", seed, seconds)


def print_of(samples: Sound, bitrate: str = "") -> Print:
    """Its fingerprint; with a ``bitrate`` after a trip through AAC, as films have it."""
    with tempfile.TemporaryDirectory() as name:
        raw, out = Path(name) / "sound.s16", Path(name) / "print"
        raw.write_bytes((samples * 32767).astype("<i2").tobytes())
        if bitrate:
            _through_aac(raw, bitrate)
        assert fingerprint(raw, out) == ""
        return np.fromfile(out, "<u4").astype(np.uint32)


def _through_aac(raw: Path, bitrate: str) -> None:
    form = {"format": "s16le", "ar": RATE, "ac": 1}
    coded = raw.with_suffix(".mp4")
    source = ffmpeg.input(tool.address(raw), **form)
    tool.run(source.output(tool.address(coded), **{"c:a": "aac", "b:a": bitrate, "ar": 44_100}).overwrite_output())
    tool.run(ffmpeg.input(tool.address(coded)).output(tool.address(raw), **form).overwrite_output())


def artefact(folder: Path, samples: Sound, **more: object) -> Path:
    """The analysis of a film that has this sound."""
    folder.mkdir(parents=True)
    analysis = {"duration": len(samples) / RATE, "shots": (), "has_audio": True, "fingerprint": "audio.chromaprint"} | more
    (folder / RESULT).write_text(Analysis.model_validate(analysis).model_dump_json())
    print_of(samples).astype("<u4").tofile(folder / "audio.chromaprint")
    return folder
