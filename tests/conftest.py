"""What every test shares: tools that may be missing are said, and nothing is left behind."""

import importlib.util
import logging
import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Generator, Iterator
from functools import cache

import psutil
import pytest
from hypothesis import HealthCheck, settings

from tests.faults import booted

pytest_plugins = [name for name in ("tests.fakes.fixtures", "tests.media.fixtures", "tests.faults.anna") if importlib.util.find_spec(name)]

LEAVE_NOTHING_OUT = "REELSCRIBE_LEAVE_NOTHING_OUT"
BOOT = "systemd-boot"
FORBIDDEN = pytest.StashKey[bool]()  # of a test that the machine does not allow, whatever is installed

# A machine that runs several tests at once is slow at times; what speed is promised is measured in benchmarks.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """``needs(...)``: left out where a tool is missing, and a failure where nothing may be left out.

    To boot a systemd (``needs("systemd-boot")``) takes rights too, which nobody can install: without them it is left out everywhere.
    """
    wanted = {tool for mark in item.iter_markers("needs") for tool in mark.args}
    tools = wanted - {BOOT} | (set(booted.TOOLS) if BOOT in wanted else set())
    missing = sorted(tool for tool in tools if not usable(tool))
    if missing and os.environ.get(LEAVE_NOTHING_OUT):
        pytest.fail(f"{', '.join(missing)} must be installed here", pytrace=False)
    if missing:
        pytest.skip(f"needs {', '.join(missing)}")
    if BOOT in wanted and booted.forbidden():
        item.stash[FORBIDDEN] = True
        pytest.skip(f"no systemd can be booted on this machine: {booted.forbidden()}")


@cache
def usable(tool: str) -> bool:
    """Whether a tool is there; one that needs rights is tried once, since a container may have the tool and not the rights."""
    if shutil.which(tool) is None:
        return False
    with tempfile.TemporaryDirectory() as folder:
        try_out = {"mount": ["mount", "-t", "tmpfs", "none", folder], "chattr": ["chattr", "+i", folder]}
        undo = {"mount": ["umount", folder], "chattr": ["chattr", "-i", folder]}
        if tool not in try_out:
            return True
        done = subprocess.run(try_out[tool], capture_output=True, check=False).returncode == 0
        if done:
            subprocess.run(undo[tool], capture_output=True, check=True)
        return done


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where nothing may be left out, whatever a test's reason: a skip is a failure, unless the machine forbids what is tested."""
    report = yield
    if report.skipped and os.environ.get(LEAVE_NOTHING_OUT) and not item.stash.get(FORBIDDEN, False):
        report.outcome, report.longrepr = "failed", f"{item.nodeid} was left out: {report.longrepr}"
    return report


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """No thread, no child process and no changed environment outlives its test."""
    environment = dict(os.environ)
    threads = set(threading.enumerate())
    yield
    _assert_no_new_threads(threads)
    children = [child for child in psutil.Process().children() if "resource_tracker" not in " ".join(child.cmdline())]
    assert not children, f"left running: {children}"
    changed = {name for name in environment.keys() | os.environ.keys() if environment.get(name) != os.environ.get(name)}
    assert changed <= {"PYTEST_CURRENT_TEST"}, f"environment changed: {changed}"


def _assert_no_new_threads(before: set[threading.Thread]) -> None:
    for thread in set(threading.enumerate()) - before:
        thread.join(5)
    left = [thread for thread in set(threading.enumerate()) - before if not thread.daemon]
    assert not left, f"left running: {left}"


@pytest.fixture(autouse=True)
def quiet_log(caplog: pytest.LogCaptureFixture, request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that logs an error has found one, unless it says that it means to (``@pytest.mark.logs_errors``)."""
    yield
    if request.node.get_closest_marker("logs_errors"):
        return
    errors = [record for record in caplog.get_records("call") if record.levelno >= logging.ERROR and not _of_anyio(record)]
    assert not errors, f"logged: {[record.getMessage() for record in errors]}"


def _of_anyio(record: logging.LogRecord) -> bool:
    """Whether anyio stumbled over a reader that was cancelled in the very turn in which its Unix socket had something for it."""
    return record.name == "asyncio" and "Exception in callback Future.set_result(None)" in record.getMessage()
