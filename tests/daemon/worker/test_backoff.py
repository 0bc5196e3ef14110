import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.contract.states import HoldCause
from daemon.worker import backoff


def test_doubles_from_the_first_delay() -> None:
    assert [backoff.delay(tries, 0.5) for tries in range(4)] == [15, 30, 60, 120]


@given(st.integers(0, 10_000), st.floats(0, 1, exclude_max=True))
def test_stays_within_its_bounds(tries: int, chance: float) -> None:
    assert 0.9 * backoff.FIRST <= backoff.delay(tries, chance) <= 1.1 * backoff.LONGEST


def test_chance_spreads_the_tries() -> None:
    assert backoff.delay(3, 0.0) < backoff.delay(3, 0.5) < backoff.delay(3, 0.99)


@pytest.mark.parametrize("cause", HoldCause)
def test_every_cause_has_its_next_look(cause: HoldCause) -> None:
    assert backoff.HOLD[cause] > 0
