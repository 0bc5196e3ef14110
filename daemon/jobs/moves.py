"""The legal moves of a job, as a table, and nothing else: pure, and everybody who changes a state asks here.

::

    a file comes ──► arriving ──► pending ◄───► processing ──► completed, failed ──┐
                        │           ▲  │             │                             │
                        ▼           │  ▼             ▼                             │
                     ignored      held, paused ◄─────┘                             │
                        │           │                                              │
                        │           └──► cancelled (from all that have not ended)  │
                        │                    │                                     │
                        └────────────────────┴──► pending ◄────────────────────────┘   another run

==============  ============================================================  ==================================================
a job that is   may become                                                    because
==============  ============================================================  ==================================================
``arriving``    pending, ignored, cancelled                                   it is whole; it is no film of ours; it is gone
``pending``     processing, held, paused, cancelled                           its turn came; a folder is missing; a person
``processing``  pending, held, paused, completed, failed, cancelled           back-off or another's turn; what it needs is missing
``held``        pending, paused, failed, cancelled                            what it waited for is there; or never comes
``paused``      pending, cancelled                                            a person resumes it
``completed``   pending                                                       an override, a hand edit, a new style
``failed``      pending                                                       a person retries it
``cancelled``   pending                                                       a person retries it
``ignored``     pending                                                       a person asks for it
==============  ============================================================  ==================================================

No move leads to ``arriving``: it is where a file begins, not where a job goes. A file whose content is replaced is such a beginning
(``after_change``), and takes the job of its path with it.
"""

from collections.abc import Mapping
from types import MappingProxyType

from daemon.contract.states import JobState
from daemon.jobs.errors import IllegalMove

_S = JobState

MOVES: Mapping[JobState, frozenset[JobState]] = MappingProxyType({
    _S.ARRIVING: frozenset({_S.PENDING, _S.IGNORED, _S.CANCELLED}),
    _S.PENDING: frozenset({_S.PROCESSING, _S.HELD, _S.PAUSED, _S.CANCELLED}),
    _S.PROCESSING: frozenset({_S.PENDING, _S.HELD, _S.PAUSED, _S.COMPLETED, _S.FAILED, _S.CANCELLED}),
    _S.HELD: frozenset({_S.PENDING, _S.PAUSED, _S.FAILED, _S.CANCELLED}),
    _S.PAUSED: frozenset({_S.PENDING, _S.CANCELLED}),
    _S.COMPLETED: frozenset({_S.PENDING}),
    _S.FAILED: frozenset({_S.PENDING}),
    _S.CANCELLED: frozenset({_S.PENDING}),
    _S.IGNORED: frozenset({_S.PENDING}),
})  # fmt: skip

ENDED = frozenset({_S.COMPLETED, _S.FAILED, _S.CANCELLED, _S.IGNORED})
"""States that a job leaves only when somebody asks for another run."""


def may(state: JobState, to: JobState) -> bool:
    """Whether the table has this move."""
    return to in MOVES[state]


def check(state: JobState, to: JobState) -> None:
    """Raises ``IllegalMove`` where the table has no such move."""
    if not may(state, to):
        legal = ", ".join(sorted(MOVES[state]))
        raise IllegalMove(f"A job that is {state} cannot become {to}.", f"It can become: {legal}.")


def after_change(state: JobState) -> JobState:
    """Where a job stands once its file was replaced: at the beginning.

    A running one runs on, and begins again when it stops; one that a person paused stays paused.
    """
    return state if state in {JobState.PROCESSING, JobState.PAUSED} else JobState.ARRIVING
