import pytest

from daemon.contract.states import Stage
from daemon.worker.history import History
from daemon.worker.pace import Pace

STAGES = [Stage.PROBE, Stage.ANALYSE, Stage.TRANSCRIBE, Stage.WRITE, Stage.PUBLISH]


def test_progress_rises_from_stage_to_stage() -> None:
    pace = Pace(STAGES, started=0)
    seen = [pace.at(stage, fraction, now=1)[0] for stage in STAGES for fraction in (0, 0.5, 1)]
    assert seen == sorted(seen)
    assert seen[0] == 0
    assert seen[-1] == pytest.approx(1)


def test_no_remaining_time_is_guessed_at_the_start() -> None:
    assert Pace(STAGES, started=0).at(Stage.PROBE, 0.1, now=5)[1] is None


def test_remaining_time_follows_from_the_pace_so_far() -> None:
    progress, remaining, *_ = Pace(STAGES, started=100).at(Stage.TRANSCRIBE, 0.5, now=160)
    assert remaining == pytest.approx(60 * (1 - progress) / progress)


def test_a_kept_stage_counts_nothing() -> None:
    pace = Pace([Stage.ANALYSE, Stage.WRITE], started=0)
    pace.keeps(Stage.ANALYSE)
    assert pace.at(Stage.WRITE, 0.5, now=1)[0] == pytest.approx(0.5)


def test_the_first_film_has_a_range_already_that_narrows_as_it_goes() -> None:
    pace = Pace(STAGES, started=0, history=History())
    pace.film = 600.0
    ranges = [pace.at(Stage.WRITE, done, now=60 + 300 * done) for done in (0.0, 0.1, 0.5, 0.9)]
    widths = [(reach.high or 0) - (reach.low or 0) for reach in ranges]
    assert widths == sorted(widths, reverse=True)
    assert all(reach.low <= reach.eta <= reach.high for reach in ranges if reach.low and reach.eta and reach.high)
    assert ranges[2].low < 150 < ranges[2].high  # type: ignore[operator]
