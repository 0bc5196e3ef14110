"""Stages in real processes: those that do their work, and those that die, hang, lie or will not leave."""

import asyncio
import os
import shutil
import signal
from pathlib import Path
from typing import Any

import psutil
import pytest

from daemon.contract.errors import CannotGoOn, MustWait
from daemon.contract.evidence import Probe
from daemon.contract.states import HoldCause, Stage
from daemon.contract.task import Finished, Note, Report, Request
from daemon.stages.task import RESULT
from daemon.worker import child
from daemon.worker.child import Crashed, Stalled, TooBig
from daemon.worker.memory import cgroups
from tests.daemon.inbox.conftest import reached
from tests.daemon.worker.conftest import BeginWith
from tests.daemon.worker.films import ignored

PATIENT = 60.0  # seconds; no child of a test is silent for so long
HANGS = "signal.pause()\n"
STARTS_ANOTHER = "other = subprocess.Popen(['sleep', '1000'])\nsay(kind='note', text=str(other.pid))\n"


def request(folder: Path, source: Path, stage: Stage = Stage.PROBE, **more: Any) -> Request:
    out = folder / "out"
    out.mkdir()
    return Request(stage=stage, source=source, out=out, inputs={}, cache=folder, settings={}, **more)


class Heard:
    """Keeps what a child says, and lets a test wait for its first word."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self._first = asyncio.Event()

    def __call__(self, report: Report) -> None:
        if isinstance(report, Note):
            self.notes.append(report.text)
            self._first.set()

    async def first(self) -> str:
        async with asyncio.timeout(PATIENT):
            await self._first.wait()
        return self.notes[0]


async def started(ask: Request, heard: Heard, stall: float = PATIENT) -> "asyncio.Task[Finished]":
    """A child that has said its first word."""
    task = asyncio.create_task(child.run(ask, heard, stall))
    await heard.first()
    return task


def the_child() -> psutil.Process:
    """The one that runs."""
    (only,) = psutil.Process().children()
    return only


def is_gone(pid: int) -> bool:
    """Whether a process has ended; one whose parent has not yet asked how counts as well."""
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


async def test_a_stage_leaves_its_result_and_tells_its_numbers(tmp_path: Path, short_film: Path) -> None:
    ask = request(tmp_path, short_film)
    finished = await child.run(ask, ignored, PATIENT)
    assert Probe.model_validate_json((ask.out / RESULT).read_bytes()).duration == pytest.approx(6, abs=0.2)
    assert finished.record["peak_memory"] > 1 << 20


@pytest.mark.parametrize("name", [b"a b'\".mp4", b"two\nlines.mp4", b"latin \xe9\xff.mp4", b"-i.mp4", b"100%s x%03d.mp4"])
async def test_a_film_may_have_any_name(tmp_path: Path, short_film: Path, name: bytes) -> None:
    film = tmp_path / os.fsdecode(name)
    shutil.copy(short_film, film)
    ask = request(tmp_path, film)
    await child.run(ask, ignored, PATIENT)
    assert (ask.out / RESULT).exists()


async def test_what_a_stage_refuses_is_told_with_reason_and_advice(tmp_path: Path, text_film: Path) -> None:
    with pytest.raises(CannotGoOn) as refused:
        await child.run(request(tmp_path, text_film), ignored, PATIENT)
    assert not isinstance(refused.value, Crashed)
    assert refused.value.message
    assert refused.value.advice


async def test_a_film_that_is_not_there_is_waited_for(tmp_path: Path) -> None:
    with pytest.raises(MustWait) as held:
        await child.run(request(tmp_path, tmp_path / "gone.mp4"), ignored, PATIENT)
    assert held.value.cause is HoldCause.FOLDER


async def test_one_that_is_killed_has_crashed(tmp_path: Path, short_film: Path, begin_with: BeginWith) -> None:
    begin_with("say(kind='note', text='here')\n" + HANGS)
    task = await started(request(tmp_path, short_film), Heard())
    the_child().kill()
    with pytest.raises(Crashed, match="killed by SIGKILL, often a lack of memory"):
        await task


@pytest.mark.parametrize(
    ("end", "said"),
    [("os.kill(os.getpid(), signal.SIGSEGV)", "killed by SIGSEGV"), ("os._exit(0)", "exit code 0")],
    ids=["a fault in a library", "as if all were well"],
)
async def test_one_that_ends_without_a_word_has_crashed(
    tmp_path: Path, short_film: Path, begin_with: BeginWith, end: str, said: str
) -> None:
    begin_with(f"import resource\nresource.setrlimit(resource.RLIMIT_CORE, (0, 0))\n{end}\n")
    with pytest.raises(Crashed, match=said):
        await child.run(request(tmp_path, short_film), ignored, PATIENT)


async def test_one_that_says_nothing_any_more_has_stalled(tmp_path: Path, short_film: Path, begin_with: BeginWith) -> None:
    begin_with("say(kind='note', text='here')\n" + HANGS)
    task = await started(request(tmp_path, short_film), Heard(), stall=2)
    stopped = the_child()
    stopped.suspend()
    with pytest.raises(Stalled, match="said nothing for 2 s"):
        await task
    assert is_gone(stopped.pid)


async def test_when_cancelled_the_child_and_all_that_it_started_end_at_once(
    tmp_path: Path, short_film: Path, begin_with: BeginWith, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, "GRACE", 2 * PATIENT)  # nobody is killed meanwhile
    begin_with(STARTS_ANOTHER + HANGS)
    heard = Heard()
    task = await started(request(tmp_path, short_film), heard)
    pids = [the_child().pid, int(heard.notes[0])]
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        async with asyncio.timeout(PATIENT):
            await task
    await reached(lambda: all(map(is_gone, pids)))


@pytest.mark.parametrize("times", [1, 2])
async def test_one_that_does_not_listen_is_killed_however_often_it_is_cancelled(
    tmp_path: Path, short_film: Path, begin_with: BeginWith, times: int
) -> None:
    begin_with("signal.signal(signal.SIGTERM, lambda *_: say(kind='note', text='no'))\n" + STARTS_ANOTHER + "while True: signal.pause()\n")
    heard = Heard()
    task = await started(request(tmp_path, short_film), heard)
    process, other = the_child(), int(heard.notes[0])
    for _ in range(times):
        task.cancel()
        await asyncio.wait([task], timeout=0.05)
    with pytest.raises(asyncio.CancelledError):
        await task
    await reached(lambda: is_gone(process.pid) and is_gone(other))


async def test_the_end_of_what_it_complains_about_is_kept(tmp_path: Path, short_film: Path, begin_with: BeginWith) -> None:
    begin_with("sys.stderr.write('x' * 200_000 + '\\nlast words\\n')\nsys.stderr.flush()\nos._exit(7)\n")
    with pytest.raises(Crashed, match="exit code 7") as crashed:
        await child.run(request(tmp_path, short_film), ignored, PATIENT)
    assert crashed.value.detail.endswith("\nlast words")
    assert len(crashed.value.detail) <= child.TAIL


@pytest.mark.parametrize(
    "words",
    ['{"kind": "prog', "no report\\n", '{"kind": "strange"}\\n', "\\xff\\n", "x" * 100 + "\\n"],
    ids=["cut short", "no JSON", "another shape", "no UTF-8", "too long"],
)
async def test_one_that_talks_nonsense_has_crashed(
    tmp_path: Path, short_film: Path, begin_with: BeginWith, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, "LINE", 40)
    begin_with(f"sys.stdout.buffer.write(b'{words}')\nsys.stdout.flush()\nos._exit(0)\n")
    with pytest.raises(Crashed, match="exit code 0"):
        await child.run(request(tmp_path, short_film), ignored, PATIENT)


async def test_one_that_ends_before_it_reads_a_long_request_has_crashed(tmp_path: Path, short_film: Path, begin_with: BeginWith) -> None:
    begin_with("os._exit(3)\n")
    with pytest.raises(Crashed, match="exit code 3"):
        await child.run(request(tmp_path, short_film, facts={"long": "x" * 4_000_000}), ignored, PATIENT)


async def test_one_that_has_done_its_work_and_does_not_leave_is_ended(
    tmp_path: Path, short_film: Path, begin_with: BeginWith, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, "LEAVES_WITHIN", 0.2)
    begin_with("say(kind='finished', record={'tokens_in': 1})\n" + HANGS)
    assert (await child.run(request(tmp_path, short_film), ignored, PATIENT)).record == {"tokens_in": 1}


async def test_libraries_scratch_files_go_with_the_result(tmp_path: Path, short_film: Path, begin_with: BeginWith) -> None:
    begin_with("import tempfile\nsay(kind='note', text=tempfile.gettempdir())\nsay(kind='finished')\nos._exit(0)\n")
    heard, ask = Heard(), request(tmp_path, short_film)
    await child.run(ask, heard, PATIENT)
    assert heard.notes == [str(ask.out)]


async def test_nobody_waits_for_what_a_child_left_behind(
    tmp_path: Path, short_film: Path, begin_with: BeginWith, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, "GRACE", 0.2)
    monkeypatch.setattr(child, "LEAVES_WITHIN", 0.5)
    begin_with(
        "other = subprocess.Popen(['sleep', '1000'], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True)\n"
        "say(kind='note', text=str(other.pid))\n"
        "sys.stderr.write('last words')\n"
        "sys.stderr.flush()\n"
        "os._exit(1)\n"
    )
    heard = Heard()
    with pytest.raises(Crashed) as crashed:
        async with asyncio.timeout(PATIENT):
            await child.run(request(tmp_path, short_film), heard, PATIENT)
    os.kill(int(heard.notes[0]), signal.SIGKILL)
    assert crashed.value.detail == "last words"


async def test_its_memory_is_its_own_and_not_that_of_who_started_it(tmp_path: Path, short_film: Path) -> None:
    held = bytearray(b"x" * (200 << 20))
    finished = await child.run(request(tmp_path, short_film), ignored, PATIENT)
    assert 10 << 20 < finished.record["peak_memory"] < len(held)


async def test_a_child_that_the_kernel_ended_for_want_of_memory_is_told_from_other_deaths(
    tmp_path: Path, short_film: Path, begin_with: BeginWith, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin_with("if STAGE: os.kill(os.getpid(), signal.SIGKILL)\n")
    counts = iter([3, 4])
    monkeypatch.setattr(cgroups, "killed", lambda: next(counts))
    with pytest.raises(TooBig, match="took more memory than the service may use") as ended:
        await child.run(request(tmp_path, short_film), ignored, PATIENT)
    assert "MemoryMax" in ended.value.advice


async def test_a_child_and_what_it_started_are_weighed_together(
    tmp_path: Path, short_film: Path, begin_with: BeginWith, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, "WEIGHED_EVERY", 0.02)
    code = "import time; ballast = b'x' * (120 << 20); time.sleep(1000)"
    begin_with(f"if STAGE:\n    subprocess.Popen([sys.executable, '-S', '-c', {code!r}])\n    signal.pause()\n")
    with pytest.raises(TooBig, match=r"probe took 0\.\d GiB of memory, and 0\.1 GiB may be used"):
        await child.run(request(tmp_path, short_film), ignored, PATIENT, most=110 << 20)
