"""Works on a job table, keeps artefacts and publishes scripts until the power goes; says each thing once it is for good.

``python -m tests.faults.sufferer FOLDER``: one JSON document a line.
"""

import json
import os
import sys
from itertools import count
from pathlib import Path

from daemon.contract.states import Stage
from daemon.jobs.store import Facts, Store
from daemon.stages.placing import place
from daemon.worker.artefacts import Artefacts

FACTS = Facts(1, 2, 3, 4, 5)
SIZE = 5_000  # bytes of a script


def script(number: int) -> bytes:
    return f"script {number}\n".encode().ljust(SIZE, b"x")


def say(**what: object) -> None:
    print(json.dumps(what), flush=True)


def work(folder: Path) -> None:
    store, artefacts = Store.open(folder / "state" / "reelscribe.db"), Artefacts(folder / "state" / "artefacts")
    inbox = folder / "inbox"
    inbox.mkdir()
    for number in count():
        job = store.arrive(os.fsencode(inbox / f"{number}.mp4"), os.fsencode(inbox), FACTS, "screenplay")
        store.settled(job, FACTS)
        store.claim(0)
        say(job=job, state="processing")
        key = f"key{number}"
        run = store.stage_started(job, Stage.PROBE, key)
        made = artefacts.begin()
        (made / "result.json").write_bytes(script(number))
        artefacts.keep(made, Stage.PROBE, key)
        store.stage_ended(run, "done")
        say(job=job, state="processing", key=key, number=number)
        path = inbox / f"{number}.fountain"
        place(path, script(number), inbox.stat(), replaces=None)
        store.published(job, 1, [(os.fsencode(path), "fountain", "digest")])
        store.complete(job, "stamp")
        say(job=job, state="completed", key=key, number=number)


if __name__ == "__main__":
    work(Path(sys.argv[1]))
