"""A person's ranges over the socket: written into the film's own file, never over somebody else's change."""

from pathlib import Path

import httpx
import pytest

from daemon.jobs.store import Facts
from tests.daemon.api.served import Served


class Film:
    """A film of ten minutes in a real folder, with its job."""

    def __init__(self, daemon: Served, folder: Path) -> None:
        video = folder / "inbox" / "movie.mp4"
        video.parent.mkdir()
        video.write_bytes(b"film")
        self.file = video.with_name("movie.reelscribe.yaml")
        self.job = daemon.store.arrive(bytes(video), bytes(video.parent), Facts.of(video.stat()), "screenplay")
        daemon.store.probed(self.job, "digest", {"duration": 600.0})
        self.url = f"/v1/videos/{self.job}/skips"


@pytest.fixture
def film(daemon: Served, tmp_path: Path) -> Film:
    return Film(daemon, tmp_path)


def ranges(answer: httpx.Response) -> list[tuple[str, float, float, str]]:
    return [(one["id"], one["start"], one["end"], one["note"]) for one in answer.json()["own"]]


async def test_the_life_of_a_range(http: httpx.AsyncClient, daemon: Served, film: Film) -> None:
    added = await http.post(film.url, json={"start": 10, "end": 30.5, "note": "sponsor"})
    assert added.status_code == 201
    assert ranges(added) == [("skip-1", 10, 30.5, "sponsor")]
    assert '{start: "0:10", end: "0:30.5", note: sponsor}' in film.file.read_text()

    assert ranges(await http.patch(f"{film.url}/skip-1", json={"end": 40})) == [("skip-1", 10, 40, "sponsor")]
    halves = await http.post(f"{film.url}/skip-1/split", json={"at": 20})
    assert ranges(halves) == [("skip-1", 10, 20, "sponsor"), ("skip-2", 20, 40, "sponsor")]
    kept = await http.post(film.url, json={"kind": "keep", "start": 100, "end": 120})
    assert ranges(kept)[-1] == ("keep-1", 100, 120, "")
    left = await http.delete(f"{film.url}/skip-1")
    assert ranges(left) == [("skip-1", 20, 40, "sponsor"), ("keep-1", 100, 120, "")]
    assert ranges(await http.get(film.url)) == ranges(left)
    assert daemon.controls.changed == [film.job] * 5, "whoever watches the inbox hears of each change"


async def test_a_change_that_nobody_has_seen_is_not_swept_away(http: httpx.AsyncClient, film: Film) -> None:
    mine = (await http.post(film.url, json={"start": 10, "end": 20})).headers["ETag"]
    theirs = await http.patch(f"{film.url}/skip-1", json={"end": 25}, headers={"If-Match": mine})
    assert theirs.status_code == 200
    late = await http.delete(f"{film.url}/skip-1", headers={"If-Match": mine})
    assert late.status_code == 412
    assert late.headers["Content-Type"] == "application/problem+json"
    assert ranges(await http.get(film.url)) == [("skip-1", 10, 25, "")]
    film.file.write_text(film.file.read_text() + "# by hand\n")
    stale = {"If-Match": theirs.headers["ETag"]}
    assert (await http.post(film.url, json={"start": 50, "end": 60}, headers=stale)).status_code == 412
    assert (await http.delete(f"{film.url}/skip-1", headers={"If-Match": "*"})).status_code == 200


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"start": 20, "end": 10}, "not after its start"),
        ({"start": 590, "end": 700}, "not in the film"),
        ({"start": 55, "end": 65}, "overlaps"),
        ({"kind": "keep", "start": 55, "end": 65}, "overlaps"),
    ],
)
async def test_what_cannot_be_is_refused_and_nothing_is_written(
    http: httpx.AsyncClient, film: Film, asked: dict[str, object], why: str
) -> None:
    await http.post(film.url, json={"start": 50, "end": 60})
    before = film.file.read_text()
    refused = await http.post(film.url, json=asked)
    assert refused.status_code == 422
    assert why in refused.json()["detail"]
    assert film.file.read_text() == before


@pytest.mark.parametrize(
    "asked", [{"start": -1, "end": 2}, {"start": 1}, {"start": "NaN", "end": 2}, {"kind": "cut", "start": 1, "end": 2}]
)
async def test_what_is_no_range_is_refused(http: httpx.AsyncClient, film: Film, asked: dict[str, object]) -> None:
    assert (await http.post(film.url, json=asked)).status_code == 422
    assert not film.file.exists()


async def test_ranges_and_films_that_nobody_has(http: httpx.AsyncClient, film: Film) -> None:
    assert (await http.delete(f"{film.url}/skip-1")).status_code == 404
    assert (await http.post("/v1/videos/99/skips", json={"start": 1, "end": 2})).status_code == 404
    assert (await http.delete(f"{film.url}/everything")).status_code == 422


async def test_a_file_that_cannot_be_read_is_said_and_left_alone(http: httpx.AsyncClient, film: Film) -> None:
    film.file.write_text("skips: [")
    assert "cannot be read as YAML" in (await http.get(film.url)).json()["problem"]
    assert (await http.post(film.url, json={"start": 1, "end": 2})).status_code == 422
    assert film.file.read_text() == "skips: ["


async def test_a_film_whose_length_is_not_known_yet(http: httpx.AsyncClient, daemon: Served, tmp_path: Path) -> None:
    video = tmp_path / "new.mp4"
    video.write_bytes(b"film")
    job = daemon.store.arrive(bytes(video), bytes(tmp_path), Facts.of(video.stat()), "screenplay")
    tmp_path.joinpath("new.reelscribe.yaml").write_text("skips:\n  - {start: -45, end: end}\n")
    assert ranges(await http.get(f"/v1/videos/{job}/skips")) == []
    added = await http.post(f"/v1/videos/{job}/skips", json={"start": 1, "end": 2})
    assert ranges(added) == [("skip-1", 1, 2, "")]
