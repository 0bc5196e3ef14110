"""Searching all films' lines, and what the work on them took."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.contract.states import JobState, Stage
from daemon.jobs.searching import matching, unmarked
from daemon.jobs.store import Store
from tests.daemon.jobs.conftest import Clock, Films
from tests.daemon.jobs.test_versions import line, new


@pytest.fixture
def two_films(store: Store, films: Films) -> Store:
    for name, lines in {"a.mp4": ("The night train is late.", "Trains by night."), "b.mp4": ("A Night Train\x1b again, Zoë.",)}.items():
        job = films.job(name, JobState.COMPLETED)
        store.keep_version(job.id, new(None), [line(text, start) for start, text in enumerate(lines)])
    return store


def found(store: Store, words: str) -> list[str]:
    return [row.text for row in store.search(words)[0]]


def test_all_words_are_wanted_in_any_film(two_films: Store) -> None:
    assert found(two_films, "night train") == ["The night train is late.", "A Night Train\x1b again, Zoë."]
    assert found(two_films, "NIGHT late") == ["The night train is late."]
    assert found(two_films, '"by night"') == ["Trains by night."]
    assert found(two_films, "zoe") == ["A Night Train\x1b again, Zoë."]
    assert found(two_films, "nowhere") == []


def test_what_was_found_is_marked_and_says_where_it_stands(two_films: Store) -> None:
    rows, after = two_films.search("night", limit=1)
    (row,) = rows
    assert [row.text[start:end] for start, end in row.marks] == ["night"]
    assert (row.path, row.version, row.number, row.scene, row.start, row.who) == (b"/in/a.mp4", 1, "1", "scene-S1", 0.0, "ANNA")
    assert after == row.id
    rest, after = two_films.search("night", after=row.id)
    assert ([row.text for row in rest], after) == (["Trains by night.", "A Night Train\x1b again, Zoë."], None)


def test_only_the_current_version_is_found(two_films: Store) -> None:
    two_films.keep_version(1, new(1), [line("The day train is early.")])
    assert found(two_films, "train") == ["A Night Train\x1b again, Zoë.", "The day train is early."]


@pytest.mark.parametrize(
    "words", ["", "   ", '"', '"""', "*", "a AND", "NEAR(", "text:", "-", "(night", "night*", "' OR 1=1 --", "\0", "🚂"]
)
def test_whatever_is_typed_is_words(two_films: Store, words: str) -> None:
    assert isinstance(two_films.search(words)[0], tuple)


@given(st.text())
def test_no_query_has_a_command(words: str) -> None:
    assert all(piece.replace(" ", "").isalnum() or "_" in piece for piece in matching(words).split('"')[1::2])


def test_a_line_without_marks_is_as_it_was() -> None:
    assert unmarked("plain") == ("plain", ())


def test_statistics_tell_models_and_stages_apart(store: Store, films: Films, clock: Clock) -> None:
    for name in ("a.mp4", "b.mp4"):
        job = films.job(name, JobState.PROCESSING)
        store.probed(job.id, name, {"duration": 120.0})
        clock.now = 10.0
        run = store.stage_started(job.id, Stage.WRITE, "key")
        clock.now = 40.0
        store.stage_ended(run, "done", record={"model": "llama", "tokens_in": 100, "tokens_out": 50, "fallen_back": 1, "kept": 3})
        store.stage_kept(job.id, Stage.ANALYSE, "key")
        failed = store.stage_started(job.id, Stage.PUBLISH, "key")
        store.stage_ended(failed, "failed")
        store.complete(job.id, "")
    rows = {row.stage: row for row in store.statistics()}
    write = rows[Stage.WRITE]
    assert (write.model, write.runs, write.seconds, write.film, write.tokens_in, write.tokens_out) == ("llama", 2, 60.0, 240.0, 200, 100)
    assert (write.fallbacks, write.failed) == (2, 0)
    assert (rows[Stage.ANALYSE].kept, rows[Stage.ANALYSE].runs, rows[Stage.PUBLISH].failed) == (2, 0, 2)
