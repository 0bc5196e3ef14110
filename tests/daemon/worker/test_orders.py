"""What is asked for one film: choices of a person, places, and what was written before."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.places import Places
from config.settings import Settings
from daemon.contract.states import HoldCause, JobState
from daemon.jobs.store import Facts, JobRow, Store
from daemon.worker.orders import BehindLink, Orders, OverrideRefused, is_unchanged, order_for
from tests.daemon.worker.films import drafting


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox" / "season 1"
    folder.mkdir(parents=True)
    return folder.parent


@pytest.fixture
def film(inbox: Path) -> Path:
    path = inbox / "season 1" / "film.mp4"
    path.write_bytes(b"film")
    return path


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(tmp_path / "jobs.db")
    yield store
    store.close()


def job_of(store: Store, film: Path, inbox: bytes) -> JobRow:
    number = store.arrive(os.fsencode(film), inbox, Facts.of(film.stat()), "screenplay")
    return store.move(number, JobState.PENDING)


def test_an_override_that_cannot_be_read_is_refused_with_file_and_line(film: Path, inbox: Path, settings: Settings, places: Places) -> None:
    override = film.with_suffix(".reelscribe.yaml")
    override.write_text("title: A Film\nskipps: []\n")
    with pytest.raises(OverrideRefused) as refused:
        order_for(film, inbox, settings, places)
    assert f"{override}:2" in refused.value.message
    assert "skips" in refused.value.message
    assert refused.value.cause is HoldCause.OVERRIDE


def test_the_script_goes_next_to_the_film(film: Path, inbox: Path, settings: Settings, places: Places) -> None:
    order = order_for(film, inbox, settings, places)
    assert (order.folder, order.stem) == (film.parent, "film")


def test_output_is_a_mirror_of_the_inbox(film: Path, inbox: Path, places: Places) -> None:
    order = order_for(film, inbox, drafting(output="/scripts"), places)
    assert order.folder == Path("/scripts/season 1")


def test_an_override_may_name_another_output(film: Path, inbox: Path, settings: Settings, places: Places) -> None:
    film.with_suffix(".reelscribe.yaml").write_text("output: /elsewhere\n")
    assert order_for(film, inbox, settings, places).folder == Path("/elsewhere/season 1")


@pytest.mark.parametrize(
    ("other", "stem"),
    [("film.mkv", "film.mp4"), ("film.MOV", "film.mp4"), ("film.srt", "film"), ("film 2.mkv", "film"), ("film", "film")],
)
def test_films_that_share_a_stem_keep_their_ending(
    film: Path, inbox: Path, settings: Settings, places: Places, other: str, stem: str
) -> None:
    film.with_name(other).touch()
    assert order_for(film, inbox, settings, places).stem == stem


def test_a_film_that_is_not_there_cannot_be_ordered(film: Path, inbox: Path, settings: Settings, places: Places) -> None:
    film.unlink()
    with pytest.raises(FileNotFoundError):
        order_for(film, inbox, settings, places)


def test_other_content_is_another_film_and_other_rights_are_not(film: Path, inbox: Path, settings: Settings, places: Places) -> None:
    order = order_for(film, inbox, settings, places)
    film.chmod(0o600)
    film.with_suffix(".link").hardlink_to(film)
    assert is_unchanged(order)
    film.write_bytes(b"longer than before")
    assert not is_unchanged(order)


def test_a_film_that_moved_away_is_not_there(film: Path, inbox: Path, settings: Settings, places: Places) -> None:
    order = order_for(film, inbox, settings, places)
    film.rename(film.with_name("moved.mp4"))
    assert not is_unchanged(order)


def test_a_jobs_order_knows_what_was_written_and_which_version_is_next(
    film: Path, inbox: Path, settings: Settings, places: Places, store: Store
) -> None:
    job = job_of(store, film, os.fsencode(inbox))
    script = film.with_suffix(".fountain")
    store.published(job.id, 3, [(os.fsencode(script), "fountain", "abc")])
    order = Orders(store, places, lambda: settings, lambda *_: "stamp")(job)
    assert (order.known, order.version, order.stamp) == ({script: "abc"}, 4, "stamp")


def test_the_overrides_stamp_is_taken_before_they_are_read(
    film: Path, inbox: Path, settings: Settings, places: Places, store: Store
) -> None:
    def stamp(path: bytes, folder: bytes) -> str:
        assert (path, folder) == (os.fsencode(film), os.fsencode(inbox))
        film.with_suffix(".reelscribe.yaml").write_text("title: Written while the stamp was taken\n")
        return "before"

    order = Orders(store, places, lambda: settings, stamp)(job_of(store, film, os.fsencode(inbox)))
    assert (order.stamp, order.choices.title) == ("before", "Written while the stamp was taken")


def test_a_film_that_lies_in_no_inbox_is_ordered_where_it_lies(film: Path, places: Places, store: Store) -> None:
    order = Orders(store, places, lambda: drafting(output="/scripts"), lambda *_: "")(job_of(store, film, b""))
    assert order.folder == Path("/scripts")


@pytest.mark.parametrize("link", ["film.mp4", "season 1"])
def test_a_film_that_was_replaced_by_a_link_to_another_is_not_followed(
    store: Store, film: Path, inbox: Path, tmp_path: Path, places: Places, link: str
) -> None:
    orders = Orders(store, places, drafting, lambda _path, _inbox: "")
    job = job_of(store, film, os.fsencode(inbox))
    assert orders(job).source == film
    replaced = film if link == "film.mp4" else film.parent
    replaced.rename(tmp_path / "elsewhere")
    replaced.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(BehindLink) as refused:
        orders(job)
    assert refused.value.cause is HoldCause.FOLDER
    assert str(replaced) in refused.value.message


def test_an_inbox_may_be_a_link(store: Store, film: Path, inbox: Path, tmp_path: Path, places: Places) -> None:
    link = tmp_path / "link"
    link.symlink_to(inbox)
    job = job_of(store, link / "season 1" / "film.mp4", os.fsencode(link))
    assert Orders(store, places, drafting, lambda _path, _inbox: "")(job).source.exists()
