from pathlib import Path

import psutil
import pytest

from daemon.llm.machine import PAGE, Memory, memory

KIB = 1024


def test_this_machine() -> None:
    found = memory()
    assert found.total == psutil.virtual_memory().total
    assert found.available == pytest.approx(psutil.virtual_memory().available, rel=0.2)


def test_where_proc_shows_processes_alone_the_kernel_and_the_nodes_tell(tmp_path: Path) -> None:
    """The nodes know 2 MB of the machine's 4: the others were added while it ran."""
    for node in (0, 1):
        file = tmp_path / f"sys/devices/system/node/node{node}/meminfo"
        file.parent.mkdir(parents=True)
        file.write_text(f"Node {node} MemTotal: 1000 kB\nNode {node} MemFree: 300 kB\nNode {node} Inactive(file): 20 kB\n")
    pages = {"SC_PHYS_PAGES": 1000, "SC_AVPHYS_PAGES": 500}
    assert memory(tmp_path, pages.__getitem__) == Memory(1000 * PAGE, 500 * PAGE + 40 * KIB)


def test_this_machine_is_as_large_without_proc(tmp_path: Path) -> None:
    (tmp_path / "sys").symlink_to("/sys")
    assert memory(tmp_path).total == memory().total


def test_where_no_file_tells_the_kernel_is_asked_for_the_size(tmp_path: Path) -> None:
    found = memory(tmp_path)
    assert found.available == found.total == pytest.approx(psutil.virtual_memory().total, rel=0.05)
