"""The systemd units, as systemd itself reads them."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

UNITS = Path(__file__).parents[1] / "systemd"
NAMES = tuple(sorted(path.name for path in UNITS.glob("reelscribe*.*")))
SYSTEM = ("reelscribe@.service", "reelscribe-notify@.service", "reelscribe-ollama@.service")
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


def test_the_drop_in_for_a_graphics_card_is_understood_and_opens_little_more(units: Path) -> None:
    drop_ins = units / "reelscribe@.service.d"
    drop_ins.mkdir()
    shutil.copy(UNITS / "graphics-card.conf", drop_ins)
    (units / "reelscribe@anna.service").symlink_to("reelscribe@.service")
    done = analyze("verify", "--recursive-errors=no", str(units / "reelscribe@anna.service"))
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    done = analyze("security", "--offline=true", "--threshold=5", str(units / "reelscribe@anna.service"))
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(("name", "exposure"), [(SYSTEM[0], 5), (SYSTEM[1], 15), (SYSTEM[2], 15)])
def test_it_is_hardened(name: str, exposure: int) -> None:
    """``exposure`` in tenths; what has a network cannot do without one."""
    done = analyze("security", "--offline=true", f"--threshold={exposure}", str(UNITS / name))
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", ["reelscribe@.service", "reelscribe.service"])
def test_one_fault_ends_one_thing(name: str) -> None:
    wanted = {"Type=notify", "WatchdogSec=60", "KillMode=mixed", "OOMPolicy=continue", "ExecReload=/bin/kill -HUP $MAINPID"}
    assert wanted <= set((UNITS / name).read_text().splitlines())


def install(script: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """As somebody who is not root, so that nothing is ever changed."""
    nobody = 65534 if os.geteuid() == 0 else None
    return subprocess.run([UNITS / script, *arguments], capture_output=True, text=True, check=False, user=nobody)


@pytest.mark.parametrize("script", ["install.sh", "uninstall.sh"])
def test_the_installer_is_a_script_that_asks_for_what_it_needs(script: str) -> None:
    assert subprocess.run(["sh", "-n", UNITS / script], check=False).returncode == 0
    done = install(script, "", "")
    assert done.returncode == 1
    assert done.stderr.startswith(script.removesuffix(".sh"))
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["no-such-person"], "there is no user called no-such-person"),
        (["root", "python3", "https://gpu.lan"], "OLLAMA=https://gpu.lan: write it as host:port"),
        (["root", "python3", "http://gpu.lan:11434/"], "it needs root"),
    ],
)
def test_the_installer_says_what_is_wrong_with_its_orders(arguments: list[str], said: str) -> None:
    done = install("install.sh", *arguments)
    assert done.returncode == 1
    assert said in done.stderr


def test_a_wrong_configuration_is_not_tried_again() -> None:
    from daemon.__main__ import CANNOT_START

    assert all(
        f"RestartPreventExitStatus={CANNOT_START}" in (UNITS / name).read_text() for name in ("reelscribe@.service", "reelscribe.service")
    )
