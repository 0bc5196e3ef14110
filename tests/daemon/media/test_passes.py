"""The pass through a film: what is left out in the fast mode, and how cuts are made exact again."""

from itertools import pairwise
from pathlib import Path

import pytest

from daemon.contract.evidence import Probe
from daemon.media.decode import Pass, Watchers
from daemon.media.facts import read_facts
from daemon.media.pace import Mode
from daemon.media.refine import placed_keys, refined
from daemon.media.shots import Cut
from tests.daemon.media.films import ffmpeg, three


@pytest.fixture(scope="module", name="film")
def _film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return three(tmp_path_factory.mktemp("film") / "three.mp4", "-c:v", "libx264", "-g", 250, "-bf", 3, "-sc_threshold", 0)


def passed(film: Path, mode: Mode) -> tuple[Pass, list[float], list[float]]:
    pictures: list[float] = []
    sounds: list[float] = []
    run = Pass(film, read_facts(film, ""), mode)
    run.run(Watchers(lambda _, time: pictures.append(time), lambda _, time: sounds.append(time), lambda _: None))
    return run, pictures, sounds


def test_exact_sees_every_picture(film: Path) -> None:
    run, pictures, sounds = passed(film, "exact")
    assert pictures == pytest.approx([number / 24 for number in range(108)], abs=1e-5)
    assert sounds == sorted(sounds)
    assert run.duration == pytest.approx(4.5, abs=1e-4)
    assert run.damaged == ()


def test_fast_sees_fewer_but_never_too_few(film: Path) -> None:
    _, pictures, _ = passed(film, "fast")
    assert len(pictures) < 70
    assert max(later - earlier for earlier, later in pairwise(pictures)) < 0.35


def test_a_film_of_nearly_only_b_pictures_is_seen_in_full_after_a_while(tmp_path: Path) -> None:
    path = tmp_path / "b.mp4"
    ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "testsrc2=s=320x180:r=24:d=12",
        "-c:v",
        "libx264",
        "-bf",
        16,
        "-b_strategy",
        0,
        "-x264-params",
        "b-adapt=0",
        path,
    )
    _, pictures, _ = passed(path, "fast")
    late = [time for time in pictures if time > 8]
    assert len(late) / (pictures[-1] - 8) > 8  # pictures a second


def test_a_cut_seen_from_afar_is_made_exact(film: Path) -> None:
    facts: Probe = read_facts(film, "")
    found = refined(film, facts, (Cut(0.875, 1.125, 60),), [0.0])
    assert [cut.time for cut in found] == pytest.approx([1.0], abs=1e-5)


def test_a_cut_that_is_none_is_dropped(film: Path) -> None:
    assert refined(film, read_facts(film, ""), (Cut(1.6, 1.75, 60),), [0.0]) == ()


def test_a_cut_on_a_key_picture_of_its_own_is_taken_as_it_is(tmp_path: Path, film: Path) -> None:
    cut = Cut(1.7, 1.74, 60)
    assert refined(tmp_path / "not opened", read_facts(film, ""), (cut,), [0.0, 1.74, 4.0]) == (cut,)


@pytest.mark.parametrize(
    ("keys", "placed"),
    [([0, 2, 4, 6], set()), ([0, 2, 2.7, 4.7], {2.7}), ([0, 3.1, 4.4, 9.0], {3.1, 4.4, 9.0}), ([0], set()), ([], set())],
)
def test_keys_out_of_the_rhythm_were_placed_for_a_scene(keys: list[float], placed: set[float]) -> None:
    assert placed_keys(keys) == placed
