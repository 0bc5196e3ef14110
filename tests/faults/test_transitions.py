"""SIGKILL right before each step of a film's way that outlives a process: every commit, every file, every name."""

from itertools import count
from pathlib import Path

import pytest

from tests.end_to_end.running import Json
from tests.faults.fuse import Fused, assert_done_once
from tests.faults.storm import assert_calm, called, drop, script_of, until_all

ANALYSING = 3  # a step of a stage after ``probe`` has finished
ONE: Json = {"script": {"formats": ["fountain"]}, "watch": {"first_films": 1000}}


@pytest.mark.faults
@pytest.mark.parametrize(("whom", "first", "every"), [("one", 1, 3), ("one", 2, 3), ("one", 3, 3), ("all", 1, 1)])
def test_killed_right_before_each_step_a_film_gets_one_script(
    tmp_path: Path, wordless_film: Path, whom: str, first: int, every: int
) -> None:
    """Step by step, with a film for each, until one comes to its end."""
    running = Fused(tmp_path, ONE)
    names = ["quiet.mp4"]
    drop(running.inbox / names[0], wordless_film, 0)
    with running:
        until_all(running, 1)
        for steps in count(first, every):
            names.append(f"step {steps:03}.mp4")
            running.light(steps, whom)
            drop(running.inbox / names[-1], wordless_film, steps)
            finished = running.lives_through(names[-1])
            if not running.ended:
                break
            print(steps, running.ended)
            assert_done_once(running, names[-1], finished)
    running.put_out()
    with running:
        pass  # what a stage left half written in the cache goes when the daemon starts
    script = script_of(running, names[0])
    assert_calm(running, {name: called(script, Path(name).stem) for name in names})


def folder(path: Path) -> Path:
    path.mkdir()
    return path


@pytest.mark.faults
@pytest.mark.parametrize("before", ["nothing", "a crash"])
def test_killed_right_before_each_step_of_its_start_it_starts_the_next_time(tmp_path: Path, wordless_film: Path, before: str) -> None:
    """A film lies there already, or was being worked on, until a step comes at which the work has begun."""
    for steps in count(1):
        running = Fused(folder(tmp_path / str(steps)), ONE)
        drop(running.inbox / "film.mp4", wordless_film, 0)
        if before == "a crash":
            running.light(ANALYSING, "all")
            running.dies()
        running.light(steps, "one")
        running.dies()
        with running:
            running.until_state("film.mp4", "completed")
        assert_calm(running, {"film.mp4": script_of(running, "film.mp4")})
        assert not list(running.state.glob("*corrupt*")), running.ended
        if "making" in running.ended:
            break
