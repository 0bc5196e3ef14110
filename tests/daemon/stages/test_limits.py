"""What a stage may take of the machine, in real processes: one that takes more is killed, and says why where it can."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from daemon.contract.states import Stage
from daemon.contract.task import Request
from daemon.stages import limits

IN_THE_BOX = """
import os, resource, signal, sys, time
from daemon.contract.task import Request
from daemon.stages import box, limits
request = Request.model_validate_json(sys.stdin.readline())
"""


def ended(folder: Path, code: str) -> tuple[int, str]:
    """The exit status of a process that does ``code`` with a request of the analysing stage, and what it printed."""
    film, out, cache = folder / "film.mp4", folder / "out", folder / "cache"
    film.write_bytes(b"film")
    out.mkdir()
    cache.mkdir()
    asked = Request(stage=Stage.ANALYSE, source=film, out=out, inputs={}, cache=cache, settings={})
    done = subprocess.run(
        [sys.executable, "-c", IN_THE_BOX + code], input=asked.model_dump_json() + "\n", capture_output=True, text=True, timeout=60,
        check=False, start_new_session=True, env={**os.environ, "TMPDIR": str(out)},
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout


def test_the_kernels_timer_kills_what_does_not_listen(tmp_path: Path) -> None:
    code = "limits.kill_after(0.3)\n[signal.signal(number, signal.SIG_IGN) for number in (1, 2, 14, 15)]\nwhile True: time.sleep(60)"
    assert ended(tmp_path, code)[0] == -signal.SIGKILL


def test_a_budget_of_processor_seconds_ends_in_a_kill(tmp_path: Path) -> None:
    code = "limits.seconds_for = lambda *_: 1\nos.cpu_count = lambda: 1\nbox.enter(request)\nwhile True: pass"
    assert ended(tmp_path, code + "\n")[0] == -signal.SIGKILL


@pytest.mark.parametrize(
    ("change", "deed", "said"),
    [
        ("limits.SCRATCH = 1 << 20", "[(request.out / name).write_bytes(bytes(600_000)) for name in 'ab']", "written"),
        ("limits.seconds_for = lambda *_: 1", "None", "has taken"),
    ],
    ids=["bytes", "seconds"],
)
def test_who_passes_a_limit_is_told_of_and_killed(tmp_path: Path, change: str, deed: str, said: str) -> None:
    status, printed = ended(tmp_path, f"limits.LOOKS_EVERY = 0.1\n{change}\nbox.enter(request)\n{deed}\nwhile True: time.sleep(60)")
    assert status == -signal.SIGKILL
    report = json.loads(printed)
    assert report["outcome"] == "failed"
    assert said in report["message"]


def test_no_file_may_be_larger_and_no_more_memory_be_had_than_is_given(tmp_path: Path) -> None:
    code = """
limits.SCRATCH = 1 << 20
box.enter(request)
def tried(act):
    try: act()
    except (OSError, MemoryError) as error: return type(error).__name__
    return "done"
def large():
    with (request.out / "a").open("wb") as file: file.truncate(2 << 20)
print(tried(large), tried(lambda: bytearray(200 << 30)), tried(lambda: [os.dup(1) for _ in range(2000)]))
"""
    assert ended(tmp_path, code) == (0, "OSError MemoryError OSError\n")


def test_holes_are_no_bytes_on_the_disk(tmp_path: Path) -> None:
    with (tmp_path / "sound").open("wb") as file:
        file.truncate(1 << 30)
    (tmp_path / "picture").write_bytes(bytes(10_000))
    assert 10_000 <= limits.written(tmp_path) < 1 << 20


def test_a_large_film_may_take_longer_than_a_small_one_and_no_more_than_a_day() -> None:
    small, large, huge = (limits.seconds_for(Stage.ANALYSE, size) for size in (2000, 10**9, 10**12))
    assert limits.HOUR == small < large < huge == limits.DAY
    assert limits.seconds_for(Stage.TRANSCRIBE, 0) == limits.WEEK
