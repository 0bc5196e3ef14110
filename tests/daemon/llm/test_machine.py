from pathlib import Path

import psutil
import pytest

from daemon.llm.machine import Memory, memory

KIB = 1024


def test_this_machine() -> None:
    found = memory()
    assert found.total == psutil.virtual_memory().total
    assert found.available == pytest.approx(psutil.virtual_memory().available, rel=0.2)


def test_where_proc_shows_processes_alone_the_nodes_tell(tmp_path: Path) -> None:
    for node in (0, 1):
        file = tmp_path / f"sys/devices/system/node/node{node}/meminfo"
        file.parent.mkdir(parents=True)
        file.write_text(f"Node {node} MemTotal: 1000 kB\nNode {node} MemFree: 300 kB\nNode {node} Inactive(file): 20 kB\n")
    assert memory(tmp_path) == Memory(2000 * KIB, 640 * KIB)


def test_where_no_file_tells_the_kernel_is_asked_for_the_size(tmp_path: Path) -> None:
    found = memory(tmp_path)
    assert found.available == found.total == pytest.approx(psutil.virtual_memory().total, rel=0.05)
