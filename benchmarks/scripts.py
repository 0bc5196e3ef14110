"""What it costs to write a feature's script: 100 minutes, 120 scenes, once in each format and in all of them together.

Seconds of processor and of wall for what the render stage does, its libraries' loading included; the most memory that its process had.
The last line says what it must be.
"""

import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from benchmarks.measure import Cost, machine

HERE = Path(__file__).parents[1]
MINUTES, SCENES, PICTURE = 100, 120, (960, 400)
SECONDS, MEMORY = 5.0, 300.0  # all formats together: at most


def main() -> None:
    """Each in a process of its own."""
    from daemon.screenplay.formats.listed import FORMATS

    print(machine())
    print(f"{'format':16} {'cpu, s':>8} {'wall, s':>8} {'MB':>6} {'KB out':>8}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(folder)
        for form in FORMATS:
            _report(form, folder, [form])
        whole = _report("all", folder, FORMATS)
    kept = whole.wall <= SECONDS and whole.memory <= MEMORY
    print(f"all of them must take <= {SECONDS:g} s and <= {MEMORY:g} MB: {'kept' if kept else 'NOT KEPT'}")


def make(folder: Path) -> None:
    """The film, its script, and a still of a film's usual size for each shot."""
    from tests.daemon.screenplay.long_films import feature

    edition = feature(MINUTES, SCENES, folder / "stills")
    (folder / "edition.json").write_text(edition.model_dump_json())
    (folder / "stills").mkdir()
    picture = _picture()
    for shot in edition.analysis.shots:
        (folder / "stills" / shot.keyframes[0]).write_bytes(picture)


def cost(folder: Path, formats: Iterable[str]) -> Cost:
    """Of writing what ``make`` laid there."""
    command = [sys.executable, "-m", "benchmarks.scripts", str(folder), *formats]
    return Cost(**json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=HERE).stdout))


def _report(title: str, folder: Path, formats: Iterable[str]) -> Cost:
    spent = cost(folder, formats)
    written = [*folder.glob("script.*")]
    size = sum(path.stat().st_size for path in written) / 1024
    print(f"{title:16} {spent.cpu:8.2f} {spent.wall:8.2f} {spent.memory:6.0f} {size:8.0f}", flush=True)
    for path in written:
        path.unlink()
    return spent


def _picture() -> bytes:
    """A JPEG as a film's keyframes are: some 40 KB."""
    import cv2
    import numpy as np

    rough = np.random.default_rng(1).integers(0, 255, (PICTURE[1] // 8, PICTURE[0] // 8, 3)).astype(np.uint8)
    smooth = cv2.resize(rough, PICTURE, interpolation=cv2.INTER_CUBIC)
    return bytes(cv2.imencode(".jpg", smooth, [cv2.IMWRITE_JPEG_QUALITY, 85])[1])


def _write(folder: Path, formats: list[str]) -> None:
    """In a process of its own: writes, and says what that took."""
    from daemon.screenplay.edition import Edition
    from daemon.stages.render import rendered

    edition = Edition.model_validate_json((folder / "edition.json").read_bytes())
    began, spent = time.monotonic(), time.process_time()
    if notes := rendered(edition, formats, folder).notes:
        sys.exit("\n".join(notes))
    spent, took = time.process_time() - spent, time.monotonic() - began
    print(json.dumps({"cpu": spent, "wall": took, "memory": _most_memory()}))


def _most_memory() -> float:
    """MB, of this process alone; what getrusage says begins with its parent's."""
    status = Path("/proc/self/status").read_text()
    return int(re.findall(r"VmHWM:\s+(\d+)", status)[0]) / 1024


if __name__ == "__main__":
    if sys.argv[1:]:
        _write(Path(sys.argv[1]), sys.argv[2:])
    else:
        main()
