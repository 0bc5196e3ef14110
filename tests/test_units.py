"""The systemd units, as systemd itself reads them."""

import re
import subprocess
from pathlib import Path

import pytest

UNITS = Path(__file__).parents[1] / "systemd"
NAMES = ("reelscribe@.service", "reelscribe-ollama@.service", "reelscribe-ollama@.socket", "reelscribe.service")
pytestmark = pytest.mark.needs("systemd-analyze")


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """Copies whose programs are there: verify asks for them, and they are installed elsewhere."""
    for name in NAMES:
        text = (UNITS / name).read_text()
        (tmp_path / name).write_text(re.sub(r"^(ExecStart=)\S+", r"\1/bin/true", text, flags=re.MULTILINE).replace("file:/opt", "file:/"))
    return tmp_path


def analyze(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("name", NAMES)
def test_systemd_finds_no_fault(units: Path, name: str) -> None:
    instance = units / name.replace("@", "@anna")
    if instance.name != name:
        instance.symlink_to(name)
    done = analyze("verify", "--recursive-errors=no", str(instance))
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_the_service_is_hardened() -> None:
    done = analyze("security", "--offline=true", "--threshold=10", str(UNITS / "reelscribe@.service"))
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_wrong_configuration_is_not_tried_again() -> None:
    from daemon.__main__ import CANNOT_START

    assert all(
        f"RestartPreventExitStatus={CANNOT_START}" in (UNITS / name).read_text() for name in ("reelscribe@.service", "reelscribe.service")
    )
