"""What a person writes down for a film on the command line, and looks at there."""

import json
from pathlib import Path

import pytest

from daemon.contract.evidence import Skip, SkipPlan
from daemon.contract.states import Stage
from daemon.jobs.store import Facts
from tests.daemon.api.served import Elsewhere, Served
from tests.daemon.api.test_videos import ANALYSIS, TRANSCRIPT, lay
from tests.tui.test_cli import typed

PLAN = SkipPlan(skips=(Skip(start=0, end=1, reason="black"),))


class Film:
    """A film of a minute in a real folder, with its job."""

    def __init__(self, elsewhere: Elsewhere, folder: Path) -> None:
        self.elsewhere = elsewhere
        self.video = folder / "films" / "movie.mp4"
        self.video.parent.mkdir()
        self.video.write_bytes(b"film")
        self.file = self.video.with_name("movie.reelscribe.yaml")
        elsewhere.call(lambda daemon: self.arrive(daemon, folder))

    def arrive(self, daemon: Served, folder: Path) -> None:
        job = daemon.store.arrive(bytes(self.video), bytes(self.video.parent), Facts.of(self.video.stat()), "screenplay")
        daemon.store.probed(job, "digest", {"duration": 60.0})
        daemon.store.suggest(
            job, [Skip(start=30, end=40, reason="repeat", confidence=0.8), Skip(start=45, end=50, reason="advert")], "b.mp4"
        )
        lay(daemon, folder, job, Stage.ANALYSE, ANALYSIS).joinpath("S1.jpg").write_bytes(b"jpeg")
        lay(daemon, folder, job, Stage.TRANSCRIBE, TRANSCRIPT)
        lay(daemon, folder, job, Stage.SKIPS, PLAN)

    def says(self, *arguments: str) -> list[str]:
        done = typed(*arguments, socket=self.elsewhere.socket)
        assert done.exit_code == 0, done.output
        return done.output.splitlines()

    def refuses(self, *arguments: str) -> str:
        done = typed(*arguments, socket=self.elsewhere.socket)
        assert done.exit_code == 1, done.output
        return done.stderr


@pytest.fixture
def film(elsewhere: Elsewhere, folder: Path) -> Film:
    return Film(elsewhere, folder)


def test_the_life_of_a_range(film: Film) -> None:
    video = str(film.video)
    added = film.says("skips", "add", video, "0:10", "-0:30", "--note", "sponsor")
    assert added == ["yours      0:00:10.000–0:00:30.000  skip-1: sponsor", f"written to {film.file}"]
    assert '{start: "0:10", end: "0:30", note: sponsor}' in film.file.read_text()
    assert film.says("skips", "split", "1", "skip-1", "20")[:2] == [
        "yours      0:00:10.000–0:00:20.000  skip-1: sponsor",
        "yours      0:00:20.000–0:00:30.000  skip-2: sponsor",
    ]
    assert film.says("skips", "keep", "1", "-5", "end")[2] == "yours      0:00:55.000–0:01:00.000  keep-1"
    changed = film.says("skips", "change", "1", "skip-2", "--start", "22", "--note", "")
    assert changed[1] == "yours      0:00:22.000–0:00:30.000  skip-2"
    assert "skip-1" in "\n".join(film.says("skips", "list", "1"))
    left = json.loads("".join(film.says("skips", "remove", "1", "skip-1", "--json")))
    assert [(own["id"], own["start"]) for own in left["own"]] == [("skip-1", 22.0), ("keep-1", 55.0)]
    for name in ("skip-1", "keep-1"):
        last = film.says("skips", "remove", "1", name)
    assert last[-1] == f"written to {film.file}"


def test_a_suggestion_is_accepted_by_its_number(film: Film) -> None:
    assert "suggested  0:00:45.000–0:00:50.000  2: advert, 100 % sure (found by b.mp4)" in film.says("skips", "list", "1")
    assert film.says("skips", "accept", "1", "2")[0] == "yours      0:00:45.000–0:00:50.000  skip-1: advert"
    assert "no suggestion 3" in film.refuses("skips", "accept", "1", "3")
    assert typed("skips", "accept", "1", socket=film.elsewhere.socket).exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "1", "soon", "20"), "'soon' is not a time"),
        (("add", "1", "20", "10"), "not after its start"),
        (("add", "1", "20", "90"), "is not in the film"),
        (("remove", "1", "skip-4"), "there is no range skip-4"),
        (("split", "1", "keep-1", "4"), "there is no range keep-1"),
        (("add", "77", "1", "2"), "no job 77"),
    ],
)
def test_what_cannot_be_is_refused_and_writes_nothing(film: Film, arguments: tuple[str, ...], said: str) -> None:
    assert said in film.refuses("skips", *arguments)
    assert not film.file.exists()


def test_a_change_of_nothing_and_a_slip_of_the_finger_are_the_command_lines(film: Film) -> None:
    for arguments in (("skips", "change", "1", "skip-1"), ("skips", "add", "1", "2")):
        assert typed(*arguments, socket=film.elsewhere.socket).exit_code == 2
    assert "not' is not a time" in film.refuses("skips", "add", "1", "--not", "3")


def test_a_timeline_in_the_terminal(film: Film) -> None:
    film.says("skips", "add", "1", "10", "20")
    rows = film.says("timeline", str(film.video), "--width", "80")
    assert [row.split()[0] for row in rows[1:7]] == ["shots", "loud", "speech", "dark", "skips", "yours"]
    assert all(len(row) <= 80 for row in rows)
    assert rows[6].index("▓") - 8 in (11, 12)  # of 72 cells for 60 seconds
    assert "▏" in rows[1]
    near = film.says("timeline", "1", "--from", "0:10", "--to", "20", "--width", "80")
    assert near[6].count("▓") == 72
    assert json.loads("".join(film.says("timeline", "1", "--json")))["duration"] == 60
    assert "ends before" in film.refuses("timeline", "1", "--from", "20", "--to", "10")


def test_a_timeline_of_nothing(elsewhere: Elsewhere) -> None:
    elsewhere.call(lambda daemon: daemon.film("a.mp4"))
    assert typed("timeline", "1", socket=elsewhere.socket).output == "nothing was measured yet\n"


def test_the_picture_of_a_shot(film: Film, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert film.says("keyframe", "1", "1") == ["movie.shot-1.jpg"]
    assert (tmp_path / "movie.shot-1.jpg").read_bytes() == b"jpeg"
    assert "is there already" in film.refuses("keyframe", "1", "1")
    film.says("keyframe", "1", "1", "--force")
    assert typed("keyframe", "1", "1", "--out", "-", socket=film.elsewhere.socket).stdout_bytes == b"jpeg"
    assert "no picture of shot 2" in film.refuses("keyframe", "1", "2")
