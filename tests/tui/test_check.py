"""``status --check`` as cron and monitoring systems type it: a line for each cause, and an exit code, for what never became a job too."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from daemon.contract.states import JobState
from daemon.contract.status import Inbox
from tests.daemon.api.served import Elsewhere, Served, served_elsewhere, short_folder
from tui.cli import cli

LONG = 3 * 3600.0  # seconds


@pytest.fixture
def since_long() -> Iterator[Elsewhere]:
    """A daemon in whose table everything happened three hours ago."""
    with short_folder() as folder, served_elsewhere(folder, lambda: time.time() - LONG) as elsewhere:
        yield elsewhere


def checked(elsewhere: Elsewhere) -> tuple[int, str]:
    done = CliRunner().invoke(cli, ["status", "--check", "--socket", str(elsewhere.socket)])
    return done.exit_code, done.output


def missing(daemon: Served) -> None:
    away = Inbox(path="/films/usb", path_bytes=Path("/films/usb"), watched="missing", note="/films/usb cannot be read: No such file.")
    daemon.controls.inboxes = (*daemon.controls.inboxes, away)


def arriving(daemon: Served) -> None:
    daemon.film("a.mp4", JobState.ARRIVING)


def waiting(daemon: Served) -> None:
    daemon.film("a.mp4")
    daemon.controls.moved = time.time() - LONG


def running(daemon: Served) -> None:
    waiting(daemon)
    assert daemon.store.claim(time.time())


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (missing, "/films/usb cannot be read: No such file."),
        (arriving, "Files have been arriving for more than 2 hours."),
        (waiting, "Films wait, and nothing has been done for 3 hours."),
        (running, "Job 1 (a.mp4) has not got on for 3 hours, in its start."),
    ],
)
def test_what_keeps_films_from_their_scripts_is_an_exit_code(since_long: Elsewhere, fault: Callable[[Served], None], said: str) -> None:
    assert checked(since_long) == (0, "all is well\n")
    since_long.call(fault)
    code, output = checked(since_long)
    assert code == 1
    assert said in output
    assert len(output.splitlines()) == 1
