"""SIGKILL right before each step of a film's way that outlives a process: every commit, every file, every name."""

from itertools import count
from pathlib import Path

import pytest

from tests.end_to_end.running import Json
from tests.faults.fuse import Fused, assert_done_once
from tests.faults.storm import assert_calm, called, drop, script_of, until_all

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
    with running:
        pass  # what a stage left half written in the cache goes when the daemon starts
    script = script_of(running, names[0])
    assert_calm(running, {name: called(script, Path(name).stem) for name in names})
