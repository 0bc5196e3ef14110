import pytest

from daemon.contract.states import Stage
from daemon.worker.history import History, Range, told

STAGES = (Stage.ANALYSE, Stage.WRITE)


def test_before_any_film_a_wide_range_is_better_than_a_number() -> None:
    low, high = History().left(STAGES, 600.0)
    assert 0 < low < high / 10


def test_what_this_machine_took_is_what_it_will_take() -> None:
    history = History((stage, seconds, 100.0) for stage, seconds in [(Stage.ANALYSE, 5.0), (Stage.WRITE, 60.0)] * 10)
    low, high = history.left(STAGES, 200.0)
    assert low < 130.0 < high < 1.5 * low + 50


def test_one_odd_run_among_many_moves_nothing() -> None:
    usual = [(Stage.WRITE, 50.0, 100.0)] * 20
    assert History([*usual, (Stage.WRITE, 9000.0, 100.0)]).rate(Stage.WRITE) == History(usual).rate(Stage.WRITE)


def test_a_stage_under_way_is_measured_by_itself() -> None:
    history = History([(Stage.WRITE, 1000.0, 100.0)] * 10)
    low, high = history.left((Stage.WRITE,), 100.0, fraction=0.5, spent=10.0)
    assert low < 10.0 < high < 20.0


def test_a_queue_takes_as_many_times_as_there_are_films() -> None:
    history = History([(Stage.PROBE, 0.1, 100.0), (Stage.WRITE, 60.0, 100.0)] * 10)
    one, ten = history.queue((Stage.WRITE,), 1), history.queue((Stage.WRITE,), 10)
    assert ten == pytest.approx(one * 10)
    assert one.low < 60.0 < one.high


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (Range(1, 20), "1 minute"),
        (Range(70, 400), "1–7 minutes"),
        (Range(3000, 9000), "1–2 hours"),
        (Range(2 * 86400, 5 * 86400), "2–5 days"),
    ],
)
def test_ranges_are_told_in_the_unit_that_suits_them(seconds: Range, said: str) -> None:
    assert told(seconds) == said
