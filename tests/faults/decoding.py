"""Does stages for one film after the other, each in a process and a box of its own: ``python -m tests.faults.decoding SECONDS``.

A line of stdin is a film, a line of stdout how its stages ended. The libraries are loaded once and the processes forked, since loading
them takes longer than a short film does; the stage's own entry runs in each, as it does in a child of the daemon.
"""

import io
import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import av  # noqa: F401
import cv2
import numpy as np

from daemon.contract.states import Stage
from daemon.contract.task import Request
from daemon.stages import __main__ as entry
from daemon.stages import analyse, limits, probe  # noqa: F401

TAIL = 2_000  # bytes of what it complains about


def ended(film: Path, home: Path) -> dict[str, Any]:
    """How far ``film`` came: the last report of its last stage (None: without a word), exit status, complaints."""
    told: dict[str, Any] = {}
    inputs: dict[Stage, Path] = {}
    for stage in (Stage.PROBE, Stage.ANALYSE):
        out = home / stage
        (home / "cache").mkdir(parents=True, exist_ok=True)
        out.mkdir()
        asked = Request(stage=stage, source=film, out=out, inputs=dict(inputs), cache=home / "cache", settings={})
        status, report, complaints = _forked(asked, home / "complaints")
        told = {"stage": stage, "status": status, "report": report, "complaints": complaints}
        if not report or report["kind"] != "finished":
            return told
        inputs[stage] = out
    return told | {"result": json.loads((home / Stage.ANALYSE / "result.json").read_bytes())}


def _forked(asked: Request, complaints: Path) -> tuple[int, Any, str]:
    reads, writes = os.pipe()
    child = os.fork()
    if not child:
        os.close(reads)
        _be_a_stage(asked, writes, complaints)
    os.close(writes)
    with os.fdopen(reads, "rb") as pipe:
        lines = pipe.read().splitlines()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    said = [report for report in map(json.loads, lines) if report["kind"] in ("finished", "refused")]
    return status, said[-1] if said else None, complaints.read_bytes()[-TAIL:].decode(errors="replace")


def _be_a_stage(asked: Request, reports: int, complaints: Path) -> None:
    status = 1
    try:
        os.dup2(reports, 1)
        os.dup2(os.open(complaints, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 2)
        sys.stdin = io.TextIOWrapper(io.BytesIO(asked.model_dump_json().encode()))
        os.environ["TMPDIR"] = str(asked.out)
        entry.main()
        status = 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stderr.flush()
        os._exit(status)


def main() -> None:
    """The films that stdin names, until it ends."""
    seconds = int(sys.argv[1])
    limits.LATE = 0
    limits.seconds_for = lambda *_: seconds
    cv2.setNumThreads(1)
    np.zeros(1)
    for line in sys.stdin:
        film = Path(line.rstrip("\n"))
        home = film.with_suffix(".work")
        print(json.dumps(ended(film, home)), flush=True)
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main()
