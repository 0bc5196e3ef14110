"""Versions of scripts in the table: numbers, the current one, what is said of them, and nothing lost."""

from pathlib import Path

import pytest

from daemon.contract.states import JobState
from daemon.jobs.editions import Editions
from daemon.jobs.errors import EditionGone, NoSuchJob, NoSuchVersion, Overtaken
from daemon.jobs.rows import JobRow, NewLine, NewVersion
from daemon.jobs.store import Store
from tests.daemon.jobs.conftest import Clock, Films


def new(parent: int | None, text: str = "one", **more: object) -> NewVersion:
    documents = {"screenplay": text, "written": f"{text} written", "evidence": "measured"}
    return NewVersion.model_validate({"parent": parent, "why": "written", "author": "machine", **documents, **more})


def line(text: str, start: float = 1.0) -> NewLine:
    return NewLine(scene="scene-S1", number="1", heading="INT. TRAIN - NIGHT", kind="dialogue", who="ANNA", start=start, text=text)


@pytest.fixture
def job(films: Films) -> JobRow:
    return films.job("a.mp4", JobState.COMPLETED)


def test_versions_are_numbered_and_the_newest_is_current(store: Store, job: JobRow, clock: Clock) -> None:
    assert store.current_version(job.id) is None
    clock.now = 5.0
    assert store.keep_version(job.id, new(None, style="hollywood", warnings=("long",), pages={"pages": 3.5}), []) == 1
    assert store.keep_version(job.id, new(1, "two", tokens_in=7, seconds=1.5, record={"invented": 0}), []) == 2
    current = store.current_version(job.id)
    assert current is not None
    assert (current.number, current.parent, current.screenplay, current.tokens_in, current.seconds) == (2, 1, "two", 7, 1.5)
    assert current.record == {"invented": 0}
    first = store.version(job.id, 1)
    assert (first.style, first.warnings, first.pages, first.created, first.status) == ("hollywood", ("long",), {"pages": 3.5}, 5.0, "draft")


def test_a_number_is_given_once_and_never_that_of_a_published_file(store: Store, job: JobRow) -> None:
    store.published(job.id, 4, [(b"/in/a.fountain", "fountain", "abc")])
    assert store.keep_version(job.id, new(None), []) == 5
    store.delete_versions(job.id, 5, hard=True)
    assert store.current_version(job.id) is None
    assert store.keep_version(job.id, new(None), []) == 6


def test_who_was_slower_is_told_and_nothing_is_written(store: Store, job: JobRow) -> None:
    store.keep_version(job.id, new(None), [])
    for parent in (None, 2):
        with pytest.raises(Overtaken):
            store.keep_version(job.id, new(parent), [])
    assert [row.number for row in store.versions(job.id).items] == [1]


def test_versions_page_newest_first(store: Store, job: JobRow) -> None:
    for parent in (None, 1, 2, 3):
        store.keep_version(job.id, new(parent), [])
    page = store.versions(job.id, limit=3)
    assert ([row.number for row in page.items], page.next) == ([4, 3, 2], 2)
    page = store.versions(job.id, after=2, limit=3)
    assert ([row.number for row in page.items], page.next) == ([1], None)


def test_a_version_that_is_not_there_is_said(store: Store, job: JobRow) -> None:
    with pytest.raises(NoSuchVersion):
        store.version(job.id, 1)
    with pytest.raises(NoSuchJob):
        store.version(99, 1)


def test_rolling_back_is_a_new_version_with_the_old_text_that_the_machine_does_not_contradict(store: Store, job: JobRow) -> None:
    store.keep_version(job.id, new(None, "one", style="documentary", tokens_in=9), [])
    store.keep_version(job.id, new(1, "two"), [])
    assert store.roll_back(job.id, 1, [line("We leave tonight.")]) == 3
    row = store.version(job.id, 3)
    assert (row.parent, row.screenplay, row.written, row.style, row.author) == (1, "one", "two written", "documentary", "person")
    assert row.tokens_in == 0
    assert store.search("tonight")[0][0].version == 3


def test_what_somebody_thinks_of_a_version_is_told(store: Store, job: JobRow, clock: Clock) -> None:
    store.keep_version(job.id, new(None), [])
    clock.now = 8.0
    row = store.judge(job.id, 1, "approved", "Anna", "ship it\0")
    assert (row.status, row.status_by, row.status_at, row.status_note) == ("approved", "Anna", 8.0, "ship it\\x00")
    event = store.events_after(0)[-1]
    assert (event.type, event.data) == ("script.changed", {"id": job.id, "version": 1, "status": "approved"})


def test_a_deleted_version_is_out_of_sight_and_can_be_rolled_back_to(store: Store, job: JobRow) -> None:
    store.keep_version(job.id, new(None, "one"), [line("first")])
    store.keep_version(job.id, new(1, "two"), [line("second")])
    assert store.delete_versions(job.id, 2) == ()
    assert [row.number for row in store.versions(job.id).items] == [1]
    assert [row.number for row in store.versions(job.id, deleted=True).items] == [2, 1]
    assert store.search("second")[0] == ()
    store.roll_back(job.id, 2, [])
    current = store.current_version(job.id)
    assert current is not None
    assert (current.number, current.screenplay, current.deleted) == (3, "two", None)


def test_what_is_destroyed_is_what_no_other_version_of_any_film_needs(store: Store, job: JobRow, films: Films) -> None:
    other = films.job("b.mp4", JobState.COMPLETED)
    store.keep_version(job.id, new(None, "one"), [])
    store.keep_version(job.id, new(1, "two"), [])
    store.keep_version(other.id, new(None, "two"), [])
    assert store.delete_versions(job.id, 1, hard=True) == ("one", "one written")
    assert store.delete_versions(job.id, hard=True) == ()
    assert sorted(store.delete_versions(other.id, hard=True)) == ["measured", "two", "two written"]


def test_the_list_has_the_current_version_of_each_film(store: Store, films: Films, clock: Clock) -> None:
    jobs = [films.job(f"{number}.mp4", JobState.COMPLETED, inbox=b"/in" if number else b"/other") for number in range(3)]
    for at, job in enumerate(jobs):
        clock.now = float(at)
        store.keep_version(job.id, new(None, style="hollywood" if at else "documentary"), [])
    store.keep_version(jobs[0].id, new(1, style="documentary"), [])
    store.judge(jobs[1].id, 1, "approved", "", "")

    def listed(**wanted: object) -> list[tuple[int, int]]:
        return [(job.id, version.number) for job, version in store.scripts_page(**wanted)[0]]  # type: ignore[arg-type]

    first, second, third = (job.id for job in jobs)
    assert listed() == [(first, 2), (third, 1), (second, 1)]
    assert listed(style="documentary") == [(first, 2)]
    assert listed(status="approved") == [(second, 1)]
    assert listed(inbox=Path("/other")) == [(first, 2)]
    assert listed(since=1.0, until=2.0) == [(second, 1)]
    _, after = store.scripts_page(limit=2)
    assert after is not None
    assert listed(after=after) == [(second, 1)]


def test_a_job_that_is_deleted_takes_its_versions_and_lines(store: Store, job: JobRow) -> None:
    store.keep_version(job.id, new(None), [line("gone with it")])
    documents = store.documents(job.id)
    store.delete(job.id)
    assert store.search("gone")[0] == ()
    assert sorted(store.unused(documents)) == ["measured", "one", "one written"]


def test_documents_lie_under_their_digest_once(tmp_path: Path) -> None:
    editions = Editions(tmp_path / "versions")
    digest = editions.put(b"text")
    assert editions.put(b"text") == digest
    assert (editions.get(digest), [path for path in tmp_path.rglob("*") if path.is_file()]) == (b"text", [editions.path(digest)])
    editions.drop(digest)
    editions.drop(digest)
    with pytest.raises(EditionGone):
        editions.get(digest)


def test_a_document_that_was_cut_short_goes_at_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    editions = Editions(tmp_path)
    with monkeypatch.context() as killed:
        killed.setattr(Path, "replace", interrupted)
        killed.setattr(Path, "unlink", lambda *_, **__: None)
        with pytest.raises(KeyboardInterrupt):
            editions.put(b"text")
    assert any(path.is_file() for path in tmp_path.rglob("*"))
    editions.clear_making()
    assert not any(path.is_file() for path in tmp_path.rglob("*"))


def interrupted(_begun: Path, _path: Path) -> None:
    raise KeyboardInterrupt
