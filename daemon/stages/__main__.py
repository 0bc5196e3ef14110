"""The one entry of every stage: ``python -m daemon.stages NAME``, with a ``Request`` on stdin and reports on stdout.

Whatever a stage prints goes to stderr: stdout belongs to the reports.
"""

import importlib
import os
import resource
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from daemon.contract.errors import MustWait, ReelscribeError, TryAgain, from_os
from daemon.contract.task import Finished, Refused, Request
from daemon.stages import box
from daemon.stages.task import RESULT, Task, say


def main() -> None:
    """Does the one stage that the request names; exits 0 once it has said how that ended."""
    request = Request.model_validate_json(sys.stdin.buffer.read())
    _keep_stdout_for_reports()
    box.enter(request)
    try:
        say(Finished(record=_run(request)))
    except (ReelscribeError, OSError) as error:
        say(_refusal(error))


def _run(request: Request) -> dict[str, Any]:
    task = Task(request)
    result = importlib.import_module(f"daemon.stages.{request.stage}").run(task)
    with (request.out / RESULT).open("wb") as file:
        file.write(result.model_dump_json().encode())
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return task.record | {"peak_memory": _peak_memory(), "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 3)}


def _peak_memory() -> int:
    """Bytes that were resident at most. ``ru_maxrss`` would begin with what the daemon held when it started this process."""
    with suppress(OSError), Path("/proc/self/status").open() as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:")) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _refusal(error: ReelscribeError | OSError) -> Refused:
    if isinstance(error, OSError):
        return _refusal(from_os(error))
    outcome = "held" if isinstance(error, MustWait) else "again" if isinstance(error, TryAgain) else "failed"
    cause = error.cause if isinstance(error, MustWait) else None
    return Refused(outcome=outcome, message=error.message, advice=error.advice, detail=error.detail, cause=cause)


def _keep_stdout_for_reports() -> None:
    reports = os.dup(1)
    os.dup2(2, 1)
    sys.stdout = os.fdopen(reports, "w", encoding="utf-8")


if __name__ == "__main__":
    main()
