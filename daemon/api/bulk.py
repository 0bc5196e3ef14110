"""The same for many jobs at once."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from daemon.api.controls import Controls
from daemon.contract.errors import ReelscribeError
from daemon.contract.jobs import BulkDone, BulkWish, JobFilter, NotDone
from daemon.jobs.store import Store

MOST_NAMED = 20  # of the jobs with which it could not be done
BREATH = 50  # jobs after which others get their turn on the loop

Act = Callable[[int], Awaitable[None]]


async def done_with_all(asked: BulkWish, store: Store, controls: Controls) -> BulkDone:
    """Does what is asked with each job in turn."""
    return await done_with_each(asked.ids or _left(asked.filter, store), _act(asked, store, controls))


async def done_with_each(jobs: Sequence[int], act: Act) -> BulkDone:
    """Does one thing with each job in turn, however many refuse."""
    count, refused = 0, list[NotDone]()
    for turn, job_id in enumerate(jobs, 1):
        try:
            await act(job_id)
        except ReelscribeError as error:
            refused += [NotDone(id=job_id, reason=error.message)][: MOST_NAMED - len(refused)]
        else:
            count += 1
        if turn % BREATH == 0:
            await asyncio.sleep(0)
    return BulkDone(count=count, refused=tuple(refused))


def _left(wanted: JobFilter | None, store: Store) -> tuple[int, ...]:
    """The jobs that the filter leaves; no filter leaves none, so that an empty question does nothing."""
    if wanted is None:
        return ()
    return store.chosen(wanted.states, None if wanted.inbox is None else bytes(wanted.inbox), wanted.text)


def _act(asked: BulkWish, store: Store, controls: Controls) -> Act:
    async def prioritise(job_id: int) -> None:
        store.prioritise(job_id, asked.priority)

    acts: dict[str, Act] = {
        "retry": controls.retry,
        "cancel": controls.cancel,
        "pause": controls.pause,
        "resume": controls.resume,
        "delete": controls.delete,
        "prioritise": prioritise,
    }
    return acts[asked.action]
