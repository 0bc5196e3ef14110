"""The plug is pulled at random moments: nothing that was acknowledged is lost. ``REELSCRIBE_CUTS`` asks for more."""

import json
import os
import random
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from daemon.contract.states import JobState
from daemon.jobs.store import Store
from tests.faults.plug import Disk, disk
from tests.faults.sufferer import script

ROOT = Path(__file__).parents[2]
CUTS = int(os.environ.get("REELSCRIBE_CUTS", "50"))  # half of them on each file system
LONGEST = 400  # lines that are acknowledged before a cut
ORDER = list(JobState)


@pytest.mark.faults
@pytest.mark.parametrize("cut", range(CUTS // 2))
@pytest.mark.parametrize("kind", [pytest.param(kind, marks=pytest.mark.needs("mount", f"mkfs.{kind}")) for kind in ("ext4", "xfs")])
def test_what_was_acknowledged_outlives_a_power_cut(tmp_path: Path, kind: str, cut: int) -> None:
    with disk(tmp_path, kind) as made:
        acknowledged = _until_the_cut(made, random.Random(f"{kind} {cut}").randrange(1, LONGEST))
        made.unplug()
        made.plug_in()
        _assert_all_there(made.at, acknowledged)


def _until_the_cut(made: Disk, lines: int) -> list[dict[str, Any]]:
    """What was said by a process that lost its disk after so many lines, up to the cut."""
    command = [sys.executable, "-m", "tests.faults.sufferer", str(made.at)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as sufferer:
        assert sufferer.stdout
        said = [json.loads(sufferer.stdout.readline()) for _ in range(lines)]
        made.pull()
        sufferer.kill()
    return said


def _assert_all_there(at: Path, acknowledged: list[dict[str, Any]]) -> None:
    last = {said["job"]: said for said in acknowledged}
    with closing(Store.open(at / "state" / "reelscribe.db")) as store:
        assert (store.opened.created, store.opened.quarantined) == (False, None)
        assert store._db.pragma("integrity_check") == "ok"
        for number, said in last.items():
            job = store.job(number)
            assert job is not None
            assert ORDER.index(job.state) >= ORDER.index(JobState(said["state"]))
            if "key" in said:
                assert (at / "state/artefacts/probe" / said["key"] / "result.json").read_bytes() == script(said["number"])
            if said["state"] == "completed":
                assert (at / f"inbox/{said['number']}.fountain").read_bytes() == script(said["number"])
                assert store.latest_version(number) == 1
        for path in (at / "inbox").glob("*.fountain"):
            assert path.read_bytes() == script(int(path.stem)), "half a script"
