"""One stage in a process of its own: started, listened to, stopped. Its memory is back when it has ended."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter

from daemon.contract.errors import CannotGoOn, MustWait, ReelscribeError, TryAgain
from daemon.contract.states import HoldCause, Stage
from daemon.contract.task import Finished, Refused, Report, Request
from daemon.llm.choice import gib
from daemon.worker.memory import cgroups, weighing

Answer = TypeVar("Answer")

TAIL = 4096  # bytes of a tool's own output that are kept for a person to read
LINE = 1 << 20  # bytes; a longer line is no report
GRACE = 1.0  # seconds between asking a child to stop and killing it
WEIGHED_EVERY = 1.0  # seconds
LEAVES_WITHIN = 10.0  # seconds that a child which has said all may take to give its memory back

_REPORT: TypeAdapter[Report] = TypeAdapter(Report)


class Crashed(TryAgain):
    """The child ended without a word: killed, out of memory, or by a fault in a library."""


class Stalled(TryAgain):
    """The child was silent for too long, and was killed."""


class TooBig(ReelscribeError):
    """The child took more memory than it may, and was killed. The same again would end the same way."""


async def run(request: Request, on_report: Callable[[Report], None], stall: float, most: int | None = None) -> Finished:
    """Runs one stage; ``on_report`` hears its progress and notes. ``stall`` is in seconds, ``most`` the bytes that it may take.

    Must be called on the main thread, since the child asks to die with the thread that started it. When cancelled, it
    ends the child first. Raises what the child refused with; ``Crashed``, ``Stalled`` and ``TooBig`` otherwise.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", "daemon.stages", request.stage,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        limit=LINE, start_new_session=True, env=_environment(request.out),
    )  # fmt: skip
    tail = bytearray()
    killed = cgroups.killed()
    complaints = asyncio.create_task(_keep_tail(process, tail))
    try:
        last = await _weighed(process.pid, request.stage, _converse(process, request, on_report, stall), most)
        await _gone(process, LEAVES_WITHIN)
    finally:
        await _to_the_end(_end(process, complaints))
    said = tail.decode(errors="replace").strip()
    if last is None and process.returncode == -signal.SIGKILL and cgroups.killed() > killed:
        raise TooBig(
            f"the kernel ended {request.stage}, which took more memory than the service may use", "Raise MemoryMax= of its unit.", said
        )
    return _verdict(request.stage, process.returncode, last, said)


def _environment(scratch: Path) -> dict[str, str]:
    # Whatever a library writes "somewhere temporary" lands in the artefact's own folder, and goes with it.
    return {**os.environ, "TMPDIR": str(scratch), "ORT_DISABLE_TELEMETRY": "1", "PYTHONUNBUFFERED": "1"}


async def _converse(
    process: asyncio.subprocess.Process, request: Request, on_report: Callable[[Report], None], stall: float
) -> Finished | Refused | None:
    """Hands over the request and listens until the child has said how it ended, or has ended (None)."""
    questions, answers = process.stdin, process.stdout
    assert questions is not None  # noqa: S101 - asked for above
    assert answers is not None  # noqa: S101
    questions.write(request.model_dump_json().encode())  # a child that ends before it has read this tells so by its exit code
    questions.write_eof()
    try:
        while report := await _within(stall, _heard(answers)):
            if isinstance(report, Finished | Refused):
                return report
            on_report(report)
    except TimeoutError:
        raise Stalled(f"{request.stage} said nothing for {stall:.0f} s", "It is tried again.") from None
    return None


async def _weighed(
    pid: int, stage: Stage, talk: Coroutine[Any, Any, Finished | Refused | None], most: int | None
) -> Finished | Refused | None:
    """What ``talk`` gives, as long as the child stays within the memory that it may take."""
    talking = asyncio.create_task(talk)
    try:
        while not (await asyncio.wait([talking], timeout=WEIGHED_EVERY if most else None))[0]:
            if most and (size := weighing.of(pid)) > most:
                raise TooBig(f"{stage} took {gib(size)} of memory, and {gib(most)} may be used", "Raise memory.limit.")
        return talking.result()
    finally:
        talking.cancel()


async def _heard(answers: asyncio.StreamReader) -> Report | None:
    """The next report; None where the child has ended, in the middle of a line perhaps, or says what is no report."""
    try:
        line = await answers.readline()
        return _REPORT.validate_json(line) if line else None
    except ValueError:
        return None


async def _keep_tail(process: asyncio.subprocess.Process, tail: bytearray) -> None:
    """Keeps in ``tail`` the end of what the child complains about, until it has ended."""
    assert process.stderr is not None  # noqa: S101 - asked for above
    while chunk := await process.stderr.read(1 << 16):
        tail += chunk
        del tail[:-TAIL]


async def _end(process: asyncio.subprocess.Process, complaints: "asyncio.Task[None]") -> None:
    """Ends the child and all that it started."""
    if process.returncode is None:
        _signal(process.pid, signal.SIGTERM)
        await _gone(process, GRACE)
    _signal(process.pid, signal.SIGKILL)
    await _gone(process, LEAVES_WITHIN)
    await asyncio.wait([complaints], timeout=GRACE)  # whatever the child left behind may hold its stderr open
    complaints.cancel()
    process._transport.close()  # type: ignore[attr-defined]  # its pipes, for which asyncio has no public word


async def _to_the_end(work: Coroutine[Any, Any, None]) -> None:
    """Does what must be done also where it is cancelled meanwhile, and is cancelled then."""
    task = asyncio.create_task(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled:
        raise cancelled


async def _gone(process: asyncio.subprocess.Process, within: float) -> None:
    """Returns once the child has ended, or after ``within`` seconds."""
    with contextlib.suppress(TimeoutError):
        await _within(within, process.wait())


async def _within(seconds: float, work: Awaitable[Answer]) -> Answer:
    """The same within a time, or TimeoutError. ``asyncio.wait_for`` in Python 3.11 may miss that it is cancelled meanwhile."""
    async with asyncio.timeout(seconds):
        return await work


def _signal(group: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, number)


def _verdict(stage: Stage, code: int | None, last: Finished | Refused | None, tail: str) -> Finished:
    if isinstance(last, Finished):
        return last
    if isinstance(last, Refused):
        raise _error(last, tail)
    raise Crashed(f"{stage} ended without a result ({_ending(code)})", "It is tried again; after three times the job fails.", tail)


def _error(refused: Refused, tail: str) -> ReelscribeError:
    detail = refused.detail or tail
    if refused.outcome == "held":
        return MustWait(refused.cause or HoldCause.FOLDER, refused.message, refused.advice, detail)
    kind = TryAgain if refused.outcome == "again" else CannotGoOn
    return kind(refused.message, refused.advice, detail)


def _ending(code: int | None) -> str:
    if code is not None and code < 0:
        hint = ", often a lack of memory" if code == -signal.SIGKILL else ""
        return f"killed by {signal.Signals(-code).name}{hint}"
    return f"exit code {code}"
