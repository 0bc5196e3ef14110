"""The plain service of a person's own, by the README's commands, under her own systemd."""

from pathlib import Path

import pytest

from tests.faults.anna import CONFIG, PROGRAM, Anna
from tests.faults.layer import SOURCE

pytestmark = [pytest.mark.faults, pytest.mark.needs("systemd-boot", "dbus-daemon", "loginctl")]

UNIT = "reelscribe.service"


def test_it_starts_answers_where_her_commands_look_and_outlives_her_session(anna: Anna, text_film: Path) -> None:
    """The machine's own service is not started, so that its socket is not there; its settings are anna's own here."""
    anna.does("mkdir", "-p", "/home/anna/.config/systemd/user", "/home/anna/.config/reelscribe", "/home/anna/.local/bin")
    anna.does("ln", "-s", PROGRAM, "/home/anna/.local/bin/reelscribe")
    anna.run("mv", CONFIG, "/home/anna/.config/reelscribe/config.yaml")
    anna.write(f"/home/anna/.config/systemd/user/{UNIT}", (SOURCE / "systemd" / UNIT).read_text())
    anna.run("loginctl", "enable-linger", "anna")
    user = anna.run("id", "-u", "anna")
    anna.until(lambda: anna.machine.property(f"user@{user}.service", "ActiveState") == "active")
    her_own = f"XDG_RUNTIME_DIR=/run/user/{user}"
    anna.does("env", her_own, "systemctl", "--user", "enable", "--now", UNIT)
    assert anna.path(f"/run/user/{user}/reelscribe.sock").is_socket()
    anna.drop(text_film)
    anna.until(lambda: "failed" in anna.does("env", her_own, PROGRAM, "jobs"))
    anna.does("env", her_own, "timeout", "10", "systemctl", "--user", "stop", UNIT)
    assert anna.does("env", her_own, "systemctl", "--user", "show", UNIT, "--value", "--property=Result") == "success"
    assert not anna.path(f"/run/user/{user}/reelscribe.sock").exists()
