import logging

import pytest

from daemon.contract.states import JobState, Stage
from daemon.jobs.store import EventRow, IllegalMove, Store
from tests.daemon.jobs.conftest import Clock, Films, facts


def test_events_are_told_after_the_commit(store: Store, films: Films) -> None:
    heard: list[tuple[EventRow, bool]] = []
    store.on_event(lambda event: heard.append((event, store._db.in_transaction())))
    job = films.job()
    assert [event.type for event, _ in heard] == ["job.created", "job.changed"]
    assert not any(inside for _, inside in heard)
    assert heard[-1][0].data == {
        "id": job.id, "state": "pending", "was": "arriving", "stage": None, "attempt": 1, "reason": "", "advice": "", "cause": None,
    }  # fmt: skip
    assert store.events_after(0) == tuple(event for event, _ in heard)


def _pause_twice(store: Store, job_id: int) -> None:
    store.move(job_id, JobState.PAUSED)
    store.move(job_id, JobState.PAUSED)


def test_nothing_is_told_of_what_was_undone(store: Store, films: Films) -> None:
    job = films.job()
    heard: list[EventRow] = []
    store.on_event(heard.append)
    with pytest.raises(IllegalMove), store.together():
        _pause_twice(store, job.id)
    assert heard == []
    assert store.job(job.id) == job


def test_an_illegal_move_in_a_batch_undoes_only_itself_where_it_is_caught(store: Store, films: Films) -> None:
    job = films.job()
    heard: list[str] = []
    store.on_event(lambda event: heard.append(event.data["state"]))
    with store.together():
        with pytest.raises(IllegalMove):
            store.settled(job.id, facts(size=99))
        store.move(job.id, JobState.PAUSED)
    assert heard == ["paused"]
    found = store.job(job.id)
    assert found is not None
    assert found.facts == job.facts


def _fail(event: EventRow) -> None:
    raise RuntimeError(event.type)


def test_a_listener_that_fails_is_logged_and_the_others_hear_all_the_same(
    store: Store, films: Films, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[str] = []
    store.on_event(_fail)
    store.on_event(lambda event: heard.append(event.type))
    with caplog.at_level(logging.CRITICAL, "daemon.jobs.ledger"):
        job = films.job(state=JobState.ARRIVING)
    assert heard == ["job.created"]
    assert store.job(job.id) == job


def test_a_listener_can_leave(store: Store, films: Films) -> None:
    heard: list[str] = []
    leave = store.on_event(lambda event: heard.append(event.type))
    films.job(state=JobState.ARRIVING)
    leave()
    films.job("b.mp4")
    assert heard == ["job.created"]


def test_a_listener_may_write(store: Store, films: Films) -> None:
    def pause(event: EventRow) -> None:
        if event.data["state"] == "pending":
            store.move(event.data["id"], JobState.PAUSED)

    store.on_event(pause)
    assert films.job().state is JobState.PAUSED


def test_progress_is_told_and_shown_but_not_kept_as_an_event(store: Store, films: Films, clock: Clock) -> None:
    job = films.job(state=JobState.PROCESSING)
    kept = store.last_event()
    heard: list[EventRow] = []
    store.on_event(heard.append)
    store.progress(job.id, Stage.ANALYSE, 0.25, 12.0)
    assert [(event.id, event.type, event.job_id) for event in heard] == [(None, "job.progress", job.id)]
    assert heard[0].data == {"id": job.id, "stage": "analyse", "progress": 0.25, "eta": 12.0, "eta_low": None, "eta_high": None}
    running = store.job(job.id)
    assert running is not None
    assert (running.progress, running.eta) == (0.25, 12.0)
    assert store.last_event() == kept
    assert store.move(job.id, JobState.PAUSED).progress == 0.25


def test_a_reason_may_quote_any_file_name(store: Store, films: Films) -> None:
    job = store.move(films.job().id, JobState.PAUSED, reason="cannot read \udcff\0\x1b.mp4")
    assert job.reason == "cannot read \\udcff\\x00\x1b.mp4"
    assert store.events_after(0)[-1].data["reason"] == job.reason
