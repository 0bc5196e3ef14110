"""Times as a person writes them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.times import END, LONGEST, Time, clock, parse


@pytest.mark.parametrize(
    ("written", "time"),
    [
        (0, Time(0)),
        (90, Time(90)),
        (90.5, Time(90.5)),
        (1e3, Time(1000)),
        ("90", Time(90)),
        ("90.25", Time(90.25)),
        ("1:30", Time(90)),
        (" 1:30 ", Time(90)),
        ("90:00", Time(5400)),
        ("1:02:03.5", Time(3723.5)),
        ("0:00:00.001", Time(0.001)),
        ("100:00:00", Time(360_000)),
        (-45, Time(45, from_end=True)),
        ("-45", Time(45, from_end=True)),
        ("-1:30", Time(90, from_end=True)),
        (-0.5, Time(0.5, from_end=True)),
        ("end", END),
        ("END", END),
    ],
)
def test_a_time_is_read(written: object, time: Time) -> None:
    assert parse(written) == time


@pytest.mark.parametrize(
    "written",
    ["", "x", "1:3", "1:300", "1:60", "1:60:00", "1:00:60", "1:2:3:4", ":30", "1:", "--5", "+5", "1,5", "1.5:00", "1e3", "½", "٣", "1 30",
     "end-5", "1:30 pm", "9" * 5000, "9" * 5000 + ":00", f"{'9' * 300}:00:00"],
)  # fmt: skip
def test_text_that_is_no_time_is_refused_with_a_sentence(written: str) -> None:
    with pytest.raises(ValueError, match=r"not a time|longer than any film"):
        parse(written)


@pytest.mark.parametrize("written", [None, True, [1], {"a": 1}, float("nan"), float("inf"), 10**400, 3.7e6, "1001:00:00"])
def test_what_cannot_be_a_time_is_refused(written: object) -> None:
    with pytest.raises(ValueError, match=r"should be a time|longer than any film"):
        parse(written)


@settings(deadline=None)
@given(st.floats(0, LONGEST - 1), st.booleans())
def test_what_is_shown_reads_back_to_the_millisecond(seconds: float, from_end: bool) -> None:
    time = Time(seconds, from_end=from_end)
    again = parse(str(time))
    assert again.seconds == pytest.approx(seconds, abs=0.000501)
    assert again.from_end == from_end or again.seconds == 0
    assert parse(str(again)) == again


@settings(deadline=None)
@given(st.floats(-1e7, 1e7, allow_nan=False))
def test_a_clock_has_minutes_and_seconds_below_sixty(seconds: float) -> None:
    _, minutes, rest = clock(seconds).removeprefix("-").split(":")
    assert int(minutes) < 60
    assert float(rest) < 60


def test_the_clock_carries_when_it_rounds() -> None:
    assert clock(3599.9996) == "1:00:00.000"
    assert clock(-45.5) == "-0:00:45.500"
    assert clock(-0.0001) == "0:00:00.000"


def test_a_time_from_the_end_needs_the_length() -> None:
    assert parse("-45").resolve(100) == 55
    assert parse("end").resolve(100) == 100
    assert parse("45").resolve(100) == 45
    assert str(parse("end")) == "end"
