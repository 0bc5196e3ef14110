"""Films with versions of scripts, for the tests of the socket and of the commands."""

import json

from daemon.contract.states import JobState
from daemon.jobs.rows import JobRow, NewVersion
from daemon.screenplay.model import Screenplay
from daemon.worker.versions import lines
from tests.daemon.api.served import Served
from tests.daemon.screenplay.editions import edition, night_train_script

SCRIPT = night_train_script()


def changed(script: Screenplay, scene: int, line: int, text: str) -> Screenplay:
    """The script with another text in one line; both are counted from 1."""
    old = script.scenes[scene - 1]
    elements = list(old.elements)
    elements[line - 1] = elements[line - 1].model_copy(update={"text": text})
    scenes = list(script.scenes)
    scenes[scene - 1] = old.model_copy(update={"elements": tuple(elements)})
    return script.model_copy(update={"scenes": tuple(scenes)})


def written(daemon: Served, job: JobRow, script: Screenplay = SCRIPT, **more: object) -> int:
    """Another version of a job's script, as a run keeps it; gives its number."""
    editions = daemon.store.editions
    evidence = edition(script).model_dump(mode="json", exclude={"screenplay"})
    evidence["transcript"]["unclear"] = ["c6"]
    current = daemon.store.current_version(job.id)
    fields = {
        "parent": current.number if current else None,
        "why": "written",
        "author": "machine",
        "style": "hollywood",
        "model": "llama3.1:8b",
        "screenplay": editions.put(script.model_dump_json().encode()),
        "written": editions.put(SCRIPT.model_dump_json().encode()),
        "evidence": editions.put(json.dumps(evidence, sort_keys=True).encode()),
    }
    return daemon.store.keep_version(job.id, NewVersion.model_validate(fields | more), lines(script))


def film(daemon: Served, name: str = "a.mp4", **more: object) -> JobRow:
    """A film whose script is written."""
    job = daemon.film(name, JobState.COMPLETED)
    written(daemon, job, **more)  # type: ignore[arg-type]
    return job
