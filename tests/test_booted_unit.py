"""The shipped unit through its whole life, under a real systemd. More of that, at length: ``make faults``."""

from pathlib import Path

import pytest

from tests.faults.anna import UNIT, Anna

pytestmark = pytest.mark.needs("systemd-boot")


def test_it_is_ready_survives_being_killed_reloads_and_stops(anna: Anna, short_film: Path) -> None:
    """With a film in the middle, so that every heavy library runs inside the unit's walls."""
    anna.control("start")
    assert anna.asked("/health")["status"] == "ok"
    anna.drop(short_film)
    anna.until(lambda: anna.works_on("analyse"))
    anna.run("systemctl", "kill", "-s", "KILL", UNIT)
    anna.until(anna.back)
    anna.until(anna.finished)
    assert anna.files() == ["film.fountain", "film.md", "film.mp4"]
    process = anna.said("MainPID")
    anna.configure(settle=9)
    anna.control("reload")
    anna.until(lambda: anna.logged("the settings were read again"))
    assert anna.said("MainPID") == process
    anna.run("timeout", "10", "systemctl", "stop", UNIT)
    assert anna.said("Result") == "success"
