"""The installer on a machine with a real systemd: what a new user types, an upgrade in the middle of a film, and away with it.

The machine has no network. What the installer would fetch is there: the packages, a mirror of the speech model, an Ollama.
"""

import json
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.anna import CONFIG, INBOX, Anna
from tests.faults.booted import booted
from tests.faults.layer import BORROWED, SOURCE

pytestmark = [pytest.mark.faults, pytest.mark.needs("systemd-boot", "make", "tar")]

PROXY = "/run/reelscribe-ollama-anna/ollama.sock"
CHECKOUT = "/srv/checkout"
PYTHON = f"/{BORROWED}/python/bin/python3.{sys.version_info.minor}"
MODEL = "/srv/hub/Systran/faster-whisper-small/resolve/main"
OLLAMA = f"""[Service]
Environment=PYTHONPATH=/{BORROWED}/packages:/{BORROWED}/source
WorkingDirectory=/{BORROWED}/source
ExecStart={PYTHON} -m tests.fakes.ollama --host {{host}} --port 11434 {{models}}
"""
SMALL = """import os

_told = os.sysconf
_pages = {"SC_PHYS_PAGES": 16 << 18, "SC_AVPHYS_PAGES": 14 << 18}  # of 4 KiB
os.sysconf = lambda name: _pages.get(name) or _told(name)
"""
BORROWING = {"PYTHONPATH": f"/opt/small:/{BORROWED}/packages", "LD_LIBRARY_PATH": f"/{BORROWED}/python/lib"}
FETCHING = {"PIP_NO_BUILD_ISOLATION": "false", "PIP_NO_INDEX": "1", "HF_ENDPOINT": "http://127.0.0.1:8000"}


class Newcomer(Anna):
    """Anna before anything is installed, with a checkout of Reelscribe on a machine of 16 GiB."""

    def make(self, *words: str) -> str:
        """What root types in the checkout."""
        return self.run("env", *_pairs(BORROWING | FETCHING), "make", "--silent", "-C", CHECKOUT, f"PYTHON={PYTHON}", *words)

    def has_ollama(self, *models: str, unit: str = "ollama.service", host: str = "127.0.0.1") -> None:
        """A service like the one that Ollama's own installer makes."""
        self.write(f"/etc/systemd/system/{unit}", OLLAMA.format(host=host, models=" ".join(f"--model {name}" for name in models)))
        self.run("systemctl", "daemon-reload")
        self.run("systemctl", "start", unit)

    def does(self, *words: str, check: bool = True) -> str:
        """What anna types in a shell."""
        return super().does("env", *_pairs(BORROWING), *words, check=check)

    def complaints(self) -> list[str]:
        """What the service logged that is worse than information."""
        return [str(entry["MESSAGE"]) for entry in self.journal("--priority=warning")]


def _pairs(variables: dict[str, str]) -> list[str]:
    return [f"{name}={value}" for name, value in variables.items()]


@pytest.fixture
def newcomer() -> Iterator[Newcomer]:
    with booted("--private-network", f"--bind-ro={SOURCE}/tests:/{BORROWED}/source/tests") as machine:
        machine.run("sh", "-c", "rm -r /opt/reelscribe /etc/systemd/system/reelscribe*")
        _furnish(Newcomer(machine))
        yield Newcomer(machine)


def _furnish(newcomer: Newcomer) -> None:
    left_out = shutil.ignore_patterns(".git", ".venv", "__pycache__", "*.egg-info", ".*_cache", "tests")
    shutil.copytree(SOURCE, newcomer.path(CHECKOUT), ignore=left_out)
    shutil.copytree(SOURCE / "daemon/demo/asr", newcomer.path(MODEL))
    newcomer.write("/opt/small/sitecustomize.py", SMALL)
    newcomer.run("systemctl", "set-environment", *_pairs(BORROWING))
    newcomer.run("systemd-run", "--quiet", PYTHON, "-m", "http.server", "8000", "--bind", "127.0.0.1", "--directory", "/srv/hub")
    meminfo = newcomer.path("/proc/meminfo").read_text()
    for name, gib in (("MemTotal", 16), ("MemFree", 14), ("MemAvailable", 15)):
        meminfo = re.sub(rf"^{name}:.*$", f"{name}: {gib << 20} kB", meminfo, flags=re.MULTILINE)
    newcomer.write("/opt/small/meminfo", meminfo)
    newcomer.run("mount", "--bind", "/opt/small/meminfo", "/proc/meminfo")


def test_a_new_user_gets_a_script_with_the_commands_of_the_readme_alone(newcomer: Newcomer, short_film: Path) -> None:
    """Films are written up by an 8B model on a machine of 16 GiB; the 70B model that is there too would never fit."""
    newcomer.has_ollama("llama3.1:8b", "llama3.1:70b")
    newcomer.make("install-service", "FOR=anna")
    assert "LLAMA_ARG_CACHE_RAM=512" in newcomer.machine.property("ollama.service", "Environment")
    newcomer.drop(short_film)
    newcomer.until(newcomer.finished)
    assert "Reelscribe with llama3.1:8b" in newcomer.path(f"{INBOX}/film.fountain").read_text()
    assert newcomer.complaints() == []
    assert newcomer.logged("llama3.1:8b is the best that fits: it needs 6.1 GiB of 12.8 GiB; llama3.1:70b would need 42.6 GiB")
    assert json.loads(newcomer.command("config", "show", "--json"))["ollama"]["url"] == [f"unix:{PROXY}"]
    assert "small" in newcomer.command("models", "list")
    assert "film" in newcomer.command("jobs")
    _goes_and_leaves_everything(newcomer)


def _goes_and_leaves_everything(newcomer: Newcomer) -> None:
    settings = newcomer.path(CONFIG).read_text()
    newcomer.make("uninstall-service")
    assert newcomer.run("systemctl", "list-units", "--all", "--no-legend", "reelscribe*") == ""
    assert newcomer.run("find", "/opt/reelscribe", "/etc/systemd", "-name", "*reelscribe*", check=False) == ""
    assert newcomer.files() == ["film.fountain", "film.md", "film.mp4"]
    assert newcomer.path(CONFIG).read_text() == settings
    assert newcomer.path("/var/lib/reelscribe-anna/reelscribe.db").stat().st_size
    assert newcomer.path("/var/cache/reelscribe-anna/models/small/model.bin").exists()


def test_an_ollama_elsewhere_writes_on_while_the_program_is_exchanged(newcomer: Newcomer, short_film: Path) -> None:
    """Its models need nothing of this machine's memory. Another person's installation is an upgrade of everybody's program."""
    newcomer.write("/etc/hosts", "127.0.0.1 localhost\n127.0.0.2 gpu.lan\n")
    newcomer.has_ollama("llama3.1:8b", "llama3.1:70b", unit="gpu.service", host="127.0.0.2")
    newcomer.make("install-service", "FOR=anna", "OLLAMA=gpu.lan")
    before = newcomer.said("MainPID")
    newcomer.drop(short_film)
    newcomer.until(lambda: newcomer.works_on("analyse"))
    newcomer.run("useradd", "--create-home", "bob")
    newcomer.make("install-service", "FOR=bob")
    assert newcomer.said("MainPID") != before
    newcomer.until(newcomer.finished)
    assert "Reelscribe with llama3.1:70b" in newcomer.path(f"{INBOX}/film.fountain").read_text()
    assert newcomer.said("NRestarts") == "0"
    assert newcomer.complaints() == []
    newcomer.make("uninstall-service", "FOR=bob")
    assert newcomer.said("ActiveState") == "active"
