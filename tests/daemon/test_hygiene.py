"""What the daemon's process does not carry: heavy libraries, another's package of our name, files for children to inherit."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

import daemon
from tests.daemon.worker.conftest import PREPARED
from tests.end_to_end.running import Running

HEAVY = {"cv2", "numpy", "av", "ctranslate2", "faster_whisper", "onnxruntime", "torch", "jinja2", "opentimelineio", "pysubs2", "reportlab"}
ROOT = Path(__file__).parents[2]


class Observed(Running):
    """Leaves a list of the modules that the daemon had loaded at its end."""

    @property
    def modules(self) -> Path:
        return self.folder / "modules"

    @property
    def command(self) -> list[str]:
        told = f"import atexit, sys; atexit.register(lambda: open({str(self.modules)!r}, 'w').write(' '.join(sys.modules)))"
        begin = f"{told}; from daemon.__main__ import main; sys.exit(main(sys.argv[1:]))"
        _, _, _, _, *arguments = super().command
        return [sys.executable, "-P", "-c", begin, *arguments]


def imported(code: str) -> set[str]:
    """The modules of a clean interpreter after it ran some code."""
    told = f"{code}\nimport sys\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-P", "-c", told], capture_output=True, text=True, check=True, timeout=60)
    return set(done.stdout.split())


@pytest.mark.parametrize("module", ["daemon.service", "daemon.oneshot", "daemon.__main__"])
def test_nothing_heavy_is_imported(module: str) -> None:
    modules = imported(f"import {module}")
    assert module in modules
    assert modules & HEAVY == set()


def test_where_no_model_is_asked_nothing_that_asks_one_is_imported() -> None:
    modules = imported("import daemon.stages.look, daemon.stages.write")
    assert modules & {"httpx", "jinja2", "daemon.llm.client", "config.rendering"} == set()


def test_nothing_heavy_is_loaded_by_a_daemon_that_has_done_a_film(tmp_path: Path, short_film: Path, short_results: Path) -> None:
    running = Observed(tmp_path, results=short_results)
    with running:
        shutil.copy(short_film, running.inbox / "another.mp4")  # what was measured is there, what is written is not
        running.until_state("another.mp4", "completed")
    modules = set(running.modules.read_text().split())
    assert "daemon.service" in modules
    assert modules & HEAVY == set()


def test_daemon_is_our_package_wherever_one_stands(tmp_path: Path) -> None:
    assert Path(daemon.__file__).is_relative_to(ROOT / "daemon")
    (tmp_path / "daemon.py").write_text("raise SystemExit('somebody else')")
    told = subprocess.run(
        [sys.executable, "-P", "-m", "daemon", "--help"], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60
    )
    assert "serve" in told.stdout


def test_a_stages_process_inherits_no_file_of_the_daemon(tmp_path: Path, short_film: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "first").mkdir()
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    hangs = f"if STAGE == 'probe': open({str(gate)!r}, 'w').close(), signal.pause()\n"
    (tmp_path / "first" / "sitecustomize.py").write_text(PREPARED + hangs)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "first"))
    with Running(tmp_path) as running:
        shutil.copy(short_film, running.inbox / "film.mp4")
        running.until(lambda: (job := running.job("film.mp4")) and job["stage"] == "probe")
        gate.read_bytes()  # now it stands still
        (child,) = psutil.Process(running.process.pid).children()
        own, inherited = files(running.process.pid), files(child.pid)
    assert own >= {str(running.state / name) for name in ("lock", "reelscribe.db", "reelscribe.db-wal")}
    assert inherited & own <= {"/dev/null"}


def files(pid: int) -> set[str]:
    """The files that a process has open, beside the interpreter's own."""
    links = [_target(link) for link in Path(f"/proc/{pid}/fd").iterdir()]
    return {link for link in links if link.startswith("/") and not link.endswith((".py", ".pyc", ".so", ".log"))}


def _target(link: Path) -> str:
    try:
        return str(link.readlink())
    except FileNotFoundError:  # closed meanwhile
        return ""
