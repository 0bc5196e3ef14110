"""The shipped unit with limits that the kernel enforces: a stage that takes all the memory or all the processes ends alone."""

from pathlib import Path

import pytest

from tests.faults.anna import UNIT, Anna

pytestmark = [pytest.mark.faults, pytest.mark.needs("systemd-boot")]

SWALLOWS = "if STAGE == 'probe': ballast = b'x' * (4 << 30)\n"
FORKS = """
if STAGE == "probe":
    try:
        for _ in range(500):
            if not os.fork():
                break
    except BlockingIOError:
        pass
    signal.pause()
"""


def start(anna: Anna, code: str, limits: str) -> str:
    """The service within ``limits``, with something that happens at the beginning of a stage; gives its process."""
    anna.behaves(code)
    anna.drop_in(f"[Service]\n{limits}\n")
    anna.control("start")
    return anna.said("MainPID")


def well_again(anna: Anna, process: str) -> None:
    """The service never ended, and does the film."""
    anna.behaves("")
    anna.command("retry", "1")
    anna.until(anna.finished)
    assert (anna.said("MainPID"), anna.said("NRestarts")) == (process, "0")


def failed_for(anna: Anna, reason: str) -> bool:
    return any(job["state"] == "failed" and reason in job["reason"] for job in anna.jobs())


def test_a_stage_that_takes_all_the_memory_is_ended_alone_and_says_so(anna: Anna, wordless_film: Path) -> None:
    process = start(anna, SWALLOWS, "MemoryMax=1G")
    anna.drop(wordless_film)
    anna.until(lambda: failed_for(anna, "the kernel ended probe, which took more memory than the service may use"))
    anna.run("systemctl", "set-property", "--runtime", UNIT, "MemoryMax=3G")
    well_again(anna, process)


def test_what_can_never_fit_the_units_memory_fails_with_the_numbers(anna: Anna, wordless_film: Path) -> None:
    process = start(anna, "", "MemoryMax=900M")
    anna.drop(wordless_film)
    anna.until(lambda: failed_for(anna, "of memory, and 0.9 GiB may be used"))
    anna.run("systemctl", "set-property", "--runtime", UNIT, "MemoryMax=3G")
    well_again(anna, process)


def test_a_stage_that_starts_processes_without_end_keeps_nobody_from_answering(anna: Anna, wordless_film: Path) -> None:
    process = start(anna, FORKS, "TasksMax=64")
    anna.drop(wordless_film)
    anna.until(lambda: anna.said("TasksCurrent") == "64")
    assert anna.states() == ["processing"]
    anna.command("cancel", "1")
    anna.until(lambda: int(anna.said("TasksCurrent")) < 32)
    well_again(anna, process)
