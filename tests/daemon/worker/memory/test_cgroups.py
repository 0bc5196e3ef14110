"""The service's own limit, as control groups of every kind say it: laid out as files."""

from pathlib import Path

import pytest

from daemon.worker.memory.cgroups import Bound, killed, own

GIB = 1 << 30
SERVICE = "system.slice/reelscribe.service"


def lay(root: Path, group: str, **files: object) -> None:
    """A group's files; dots in their names are written as ``__``."""
    folder = root / "sys/fs/cgroup" / group
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name.replace("__", ".")).write_text(f"{content}\n")


def belongs(root: Path, *lines: str) -> None:
    (root / "proc/self").mkdir(parents=True)
    (root / "proc/self/cgroup").write_text("\n".join(lines) + "\n")


def test_version_2(tmp_path: Path) -> None:
    belongs(tmp_path, f"0::/{SERVICE}")
    lay(tmp_path, SERVICE, memory__max=8 * GIB, memory__high="max", memory__current=3 * GIB, memory__stat=f"anon 5\ninactive_file {GIB}")
    assert own(tmp_path) == Bound(8 * GIB, 6 * GIB)


def test_version_2_what_is_slowed_down_counts_as_a_limit(tmp_path: Path) -> None:
    belongs(tmp_path, f"0::/{SERVICE}")
    lay(tmp_path, SERVICE, memory__max=8 * GIB, memory__high=6 * GIB, memory__current=GIB)
    assert own(tmp_path) == Bound(6 * GIB, 5 * GIB)


def test_the_groups_above_count_too(tmp_path: Path) -> None:
    belongs(tmp_path, f"0::/{SERVICE}")
    lay(tmp_path, SERVICE, memory__max=8 * GIB, memory__current=GIB)
    lay(tmp_path, "system.slice", memory__max=10 * GIB, memory__current=9 * GIB)
    assert own(tmp_path) == Bound(8 * GIB, GIB), "its neighbours have taken the rest"


def test_version_1(tmp_path: Path) -> None:
    belongs(tmp_path, "11:cpu,cpuacct:/x", f"5:memory:/{SERVICE}", f"0::/{SERVICE}")
    files = {"memory__limit_in_bytes": 4 * GIB, "memory__usage_in_bytes": 2 * GIB, "memory__stat": f"total_inactive_file {GIB}"}
    lay(tmp_path, f"memory/{SERVICE}", **files)
    lay(tmp_path, "memory", memory__limit_in_bytes=9223372036854771712, memory__usage_in_bytes=20 * GIB)
    assert own(tmp_path) == Bound(4 * GIB, 3 * GIB)


def test_a_container_sees_its_own_group_as_the_top(tmp_path: Path) -> None:
    belongs(tmp_path, "5:memory:/docker/4f0c")
    lay(tmp_path, "memory", memory__limit_in_bytes=2 * GIB, memory__usage_in_bytes=GIB)
    assert own(tmp_path) == Bound(2 * GIB, GIB)


def test_both_versions_side_by_side(tmp_path: Path) -> None:
    belongs(tmp_path, f"5:memory:/{SERVICE}", f"0::/{SERVICE}")
    lay(tmp_path, f"memory/{SERVICE}", memory__limit_in_bytes=4 * GIB, memory__usage_in_bytes=0)
    lay(tmp_path, f"unified/{SERVICE}", cgroup__procs=1)
    assert own(tmp_path) == Bound(4 * GIB, 4 * GIB)


def test_more_taken_than_allowed_leaves_nothing(tmp_path: Path) -> None:
    belongs(tmp_path, "0::/")
    lay(tmp_path, "", memory__max=GIB, memory__current=2 * GIB)
    assert own(tmp_path) == Bound(GIB, 0)


@pytest.mark.parametrize("files", [{"memory__max": "max"}, {"memory__max": "?"}, {}])
def test_no_limit(tmp_path: Path, files: dict[str, object]) -> None:
    belongs(tmp_path, f"0::/{SERVICE}", "no line of ours")
    lay(tmp_path, SERVICE, **files)
    assert own(tmp_path) is None


def test_no_groups_at_all(tmp_path: Path) -> None:
    assert own(tmp_path) is None


def test_what_the_kernel_ended_is_counted(tmp_path: Path) -> None:
    assert killed(tmp_path) == 0
    belongs(tmp_path, f"5:memory:/{SERVICE}", f"0::/{SERVICE}")
    lay(tmp_path, SERVICE, memory__events="low 0\noom 3\noom_kill 2")
    assert killed(tmp_path) == 2
    lay(tmp_path, f"memory/{SERVICE}", memory__oom_control="oom_kill_disable 0\nunder_oom 0\noom_kill 5")
    assert killed(tmp_path) == 5
