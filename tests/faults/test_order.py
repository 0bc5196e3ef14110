"""The order in which things reach the disk: nothing is acknowledged before it is there for good."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.faults.calls import Call, Disk, Traced
from tests.faults.storm import drop

pytestmark = [pytest.mark.faults, pytest.mark.needs("strace")]

COMPLETED = r"\"state\":\"completed\""


@pytest.fixture
def running(tmp_path: Path, wordless_film: Path) -> Traced:
    """One that has done a film, and has stopped."""
    running = Traced(tmp_path, {"script": {"formats": ["fountain"]}})
    with running:
        drop(running.inbox / "film.mp4", wordless_film, 0)
        running.until_state("film.mp4", "completed")
    return running


def first(calls: Sequence[Call], after: int, true: Callable[[Call], bool]) -> int:
    """The place of the first call of which this holds, from ``after`` on."""
    return next(place for place, call in enumerate(calls) if place >= after and true(call))


def test_nothing_is_named_before_it_is_whole_nor_acknowledged_before_its_name_is_kept(running: Traced) -> None:
    table, promised = running.state / "reelscribe.db-wal", (running.inbox, running.state / "versions")
    disk = Disk(aside=(running.state / "artefacts" / "making",))
    renamed = commits = 0
    for call in running.calls():
        disk.follow(call)
        renamed += call.name.startswith("rename")
        if call.name == "fdatasync" and call.file == table:
            commits += 1
            kept = (name for name in disk.names if not name.name.startswith("."))  # by which events are tried out, and what is begun
            assert not [name for name in kept if any(name.is_relative_to(folder) for folder in promised)]
    assert renamed > 10
    assert commits > 30


def test_a_script_is_on_the_disk_before_its_job_is_completed(running: Traced) -> None:
    script, table = running.inbox / "film.fountain", running.state / "reelscribe.db-wal"
    calls = list(running.calls())
    linked = first(calls, 0, lambda call: call.name.startswith("link") and call.paths[1] == script)
    begun = calls[linked].paths[0]
    written = first(calls, 0, lambda call: call.name == "write" and call.file == begun)
    synced = first(calls, written, lambda call: call.name == "fsync" and call.file == begun)
    kept = first(calls, linked, lambda call: call.name == "fsync" and call.file == running.inbox)
    told = first(calls, 0, lambda call: call.name == "pwrite64" and call.file == table and COMPLETED in call.rest)
    acknowledged = first(calls, told, lambda call: call.name == "fdatasync" and call.file == table)
    assert written < synced < linked < kept < told < acknowledged
