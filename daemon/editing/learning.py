"""Learning a range: cutting its sound out of its film's fingerprint, so that it is found again in the films that follow."""

import asyncio
from pathlib import Path

from daemon.contract.errors import ReelscribeError
from daemon.contract.evidence import Analysis, Skip
from daemon.contract.states import Stage
from daemon.contract.values import shown
from daemon.jobs.errors import NoSuchJob
from daemon.jobs.rows import JobRow
from daemon.jobs.store import Store
from daemon.stages.skip_rules.lessons import part_of
from daemon.stages.task import RESULT
from daemon.worker.artefacts import Artefacts


class NothingToLearn(ReelscribeError):
    """No range of the film can be learned; the sentence says why."""


async def learn(store: Store, artefacts: Artefacts, job_id: int) -> tuple[int, ...]:
    """Learns every range that a person left out of a job's film; gives their numbers. Raises NothingToLearn and NoSuchJob."""
    job = store.job(job_id)
    if job is None:
        raise NoSuchJob(f"There is no job {job_id}.", "`reelscribe jobs` lists them.")
    marked = [skip for skip in store.skips(job_id) if skip.reason == "manual"]
    if not marked:
        advice = "Write the range under skips: in the film's .reelscribe.yaml and let the job run; then learn it."
        raise NothingToLearn(f"Nobody left a range out of {_name(job)} by hand.", advice)
    analysis = store.analysis_of(job_id)
    if not analysis or not artefacts.has(Stage.ANALYSE, analysis):
        raise NothingToLearn(f"The sound of {_name(job)} is not at hand.", f"`reelscribe retry {job_id}` measures it again.")
    prints = await asyncio.to_thread(_prints, artefacts.folder(Stage.ANALYSE, analysis), marked)
    if not any(prints):
        raise NothingToLearn("What was left out is too short or too quiet to be known again.", "A range needs five seconds of sound.")
    with store.together():
        ranges = [(skip, part) for skip, part in zip(marked, prints, strict=True) if part]
        return tuple(store.learn(job_id, skip.start, skip.end, skip.note, part, _name(job)) for skip, part in ranges)


def _prints(folder: Path, ranges: list[Skip]) -> list[bytes]:
    analysis = Analysis.model_validate_json((folder / RESULT).read_bytes())
    fingerprint = (folder / analysis.fingerprint).read_bytes() if analysis.fingerprint else b""
    return [part_of(fingerprint, analysis.fingerprint_step, one.start, one.end) for one in ranges]


def _name(job: JobRow) -> str:
    return shown(job.path.rpartition(b"/")[2])
