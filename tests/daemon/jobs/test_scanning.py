"""What a scan is told of the films that it finds."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from daemon.contract.states import JobState
from daemon.jobs import scanning
from daemon.jobs.store import Facts, Store
from tests.daemon.jobs.conftest import INBOX, Films, facts


def test_a_path_is_known_with_what_a_scan_compares(store: Store, films: Films) -> None:
    job = films.job(state=JobState.PROCESSING)
    films.job("elsewhere", inbox=b"/in2")
    store.complete(job.id, "stamp")
    known = store.known_at([job.path, b"/in/b.mp4", b"/in2/elsewhere"], INBOX)
    assert set(known) == {job.path}
    found = known[job.path]
    assert (found.job_id, found.video_id, found.state, found.facts, found.overrides, found.gone) == (
        job.id, job.video_id, JobState.COMPLETED, facts(), "stamp", False,
    )  # fmt: skip
    assert store.known_at([], INBOX) == {}


def test_what_is_known_below_a_folder_comes_in_pages(store: Store, films: Films, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "PAGE", 2)
    for name in ("a/b.mp4", "a.mp4", "a/c/\udcff.mp4", "a0.mp4", "b.mp4", "a/"):
        store.arrive(os.fsencode(f"/in/{name}"), INBOX, facts(), "screenplay")
    store.arrive(b"/in/a/inner/x.mp4", b"/in/a/inner", facts(), "screenplay")
    first = store.known_below(b"/in/a", INBOX)
    assert [one.path for one in first] == [b"/in/a/b.mp4", b"/in/a/c/\xff.mp4"]
    assert store.known_below(b"/in/a", INBOX, first[-1].path) == ()
    assert store.known_below(INBOX, INBOX, b"/in/a/c")[0].path == b"/in/a/c/\xff.mp4"
    assert len(store.known_below(b"/", INBOX)) == 2


def test_a_file_is_known_by_its_number_in_every_inbox(store: Store, films: Films) -> None:
    job, other = films.job("a.mp4"), films.job("b.mp4", inbox=b"/in2")
    store.resting(other.id, facts(inode=7))
    assert [one.path for one in store.known_as({7, 8})] == [other.path]
    assert {one.job_id for one in store.known_as({2, 7})} == {job.id, other.id}
    assert store.known_as(()) == ()


def test_no_question_of_a_scan_reads_the_whole_table(store: Store, films: Films) -> None:
    """As SQLite plans them: a table of a million films costs a scan no more than one of ten."""
    plans: list[str] = []
    real = store._read

    def explained(query: object) -> list[tuple[object, ...]]:
        sql, values = query.sql()  # type: ignore[attr-defined]
        plans.extend(row[3] for row in store._db.execute_sql(f"EXPLAIN QUERY PLAN {sql}", values))  # type: ignore[no-untyped-call]
        return real(query)

    store._read = explained  # type: ignore[method-assign]
    store.known_at([b"/in/a.mp4", b"/in/b.mp4"], INBOX)
    store.known_below(b"/in/a", INBOX, b"/in/a/c")
    store.known_as([1, 2, 3])
    store.removed_at([(b"/in/a.mp4", facts())])
    store.newest_job()
    store.arriving_in(INBOX)
    assert plans
    assert not [line for line in plans if line.startswith("SCAN") and "USING" not in line and "CONSTANT" not in line], plans
    assert not [line for line in plans if "video_inbox" in line], plans  # nor a whole inbox


def test_what_arrives_in_an_inbox_is_told_alone(store: Store, films: Films) -> None:
    job = films.job("a.mp4", JobState.ARRIVING)
    films.job("b.mp4", JobState.PAUSED)
    films.job("c.mp4", JobState.ARRIVING, b"/in2")
    assert [one.job_id for one in store.arriving_in(INBOX)] == [job.id]
    assert store.newest_job() == 3


def test_an_inbox_is_new_while_all_its_films_arrive_or_were_paused(store: Store, films: Films) -> None:
    assert store.paused_at_first(INBOX) is None
    films.job("a.mp4", JobState.ARRIVING)
    assert store.paused_at_first(INBOX) == 0
    films.job("b.mp4", JobState.PAUSED)
    films.job("c.mp4", JobState.PENDING, b"/in2")
    assert store.paused_at_first(INBOX) == 1
    films.job("d.mp4", JobState.PENDING)
    assert store.paused_at_first(INBOX) is None


@pytest.mark.parametrize(
    ("path", "found", "removed"),
    [
        ("a.mp4", facts(), True),
        ("b.mp4", facts(), True),  # renamed
        ("a.mp4", replace(facts(), device=9, inode=9), True),  # its disk was mounted again
        ("b.mp4", replace(facts(), inode=9), False),
        ("a.mp4", replace(facts(), size=11), False),
        ("a.mp4", replace(facts(), mtime_ns=11), False),
    ],
)
def test_a_film_whose_job_was_deleted_is_known_until_it_changes(store: Store, films: Films, path: str, found: Facts, removed: bool) -> None:
    store.delete(films.job("a.mp4").id)
    raw = os.fsencode(Path("/in", path))
    assert store.removed_at([(raw, found), (b"/in/other.mp4", facts(inode=5))]) == ({raw} if removed else set())
    assert store.removed_at([]) == frozenset()


def test_a_film_that_is_asked_for_again_or_was_gone_when_its_job_was_deleted_is_not_left_alone(store: Store, films: Films) -> None:
    job = films.job("a.mp4")
    store.delete(job.id)
    store.arrive(job.path, INBOX, facts(), "screenplay")
    assert store.removed_at([(job.path, facts())]) == frozenset()
    gone = films.job("b.mp4")
    store.gone(gone.id, "not there")
    store.delete(gone.id)
    assert store.removed_at([(gone.path, facts())]) == frozenset()
