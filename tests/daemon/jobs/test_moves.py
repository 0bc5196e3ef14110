from itertools import pairwise, product
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.contract.states import JobState
from daemon.jobs import moves
from daemon.jobs.store import IllegalMove, Store
from tests.daemon.jobs.conftest import Films

PROMISED = {
    "arriving": "pending, ignored, cancelled",
    "pending": "processing, held, paused, cancelled",
    "processing": "pending, held, paused, completed, failed, cancelled",
    "held": "pending, paused, failed, cancelled",
    "paused": "pending, cancelled",
    "completed": "pending",
    "failed": "pending",
    "cancelled": "pending",
    "ignored": "pending",
}
LEGAL = {(JobState(state), JobState(to)) for state, becomes in PROMISED.items() for to in becomes.split(", ")}
EVERY = sorted(product(JobState, JobState))


def test_the_table_is_the_promised_one() -> None:
    assert {(state, to) for state, targets in moves.MOVES.items() for to in targets} == LEGAL


def test_the_docstring_draws_the_table() -> None:
    assert moves.__doc__ is not None
    rows = dict(line.split("``", 2)[1:] for line in moves.__doc__.splitlines() if line.startswith("``"))
    drawn = {state: row.strip().split("  ")[0] for state, row in rows.items()}
    assert drawn == PROMISED


@pytest.mark.parametrize(("state", "to"), EVERY)
def test_the_store_makes_every_legal_move_and_no_other(store: Store, films: Films, state: JobState, to: JobState) -> None:
    job = films.job(state=state)
    if (state, to) in LEGAL:
        assert store.move(job.id, to).state is to
    else:
        with pytest.raises(IllegalMove, match=f"that is {state} cannot become {to}"):
            store.move(job.id, to)
        assert store.job(job.id) == job


@given(st.lists(st.sampled_from(JobState), max_size=30))
@settings(max_examples=40, deadline=None)
def test_no_wish_leads_off_the_table(wishes: list[JobState]) -> None:
    with TemporaryDirectory() as folder:
        store = Store.open(Path(folder) / "jobs.db")
        seen: list[JobState] = []
        store.on_event(lambda event: seen.append(JobState(event.data["state"])))
        job = Films(store).job(state=JobState.ARRIVING)
        for wish in wishes:
            if moves.may(seen[-1], wish):
                store.move(job.id, wish)
            else:
                with pytest.raises(IllegalMove):
                    store.move(job.id, wish)
        assert set(pairwise(seen)) <= LEGAL
        assert {state: count for state, count in store.counts().items() if count} == {seen[-1]: 1}
        store.close()


def test_a_replaced_file_begins_anew_unless_it_runs_or_is_paused() -> None:
    stay = {JobState.PROCESSING, JobState.PAUSED}
    assert {state for state in JobState if moves.after_change(state) is state} == {*stay, JobState.ARRIVING}
    assert {moves.after_change(state) for state in set(JobState) - stay} == {JobState.ARRIVING}
