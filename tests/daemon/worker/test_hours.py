"""Quiet hours, on a clock that is given."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from daemon.contract.states import HoldCause
from daemon.worker.hours import OutOfHours, check, opening


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-03-{text}")


@pytest.mark.parametrize(
    ("hours", "now", "begins"),
    [
        ("22:00-07:00", "10 22:00", None),
        ("22:00-07:00", "10 23:59:59", None),
        ("22:00-07:00", "11 06:59:59", None),
        ("22:00-07:00", "11 07:00", "11 22:00"),
        ("22:00-07:00", "11 21:59", "11 22:00"),
        ("09:30-17:00", "11 09:30", None),
        ("09:30-17:00", "11 09:29", "11 09:30"),
        ("09:30-17:00", "11 17:00", "12 09:30"),
        ("00:00-06:00", "31 12:00", "32 00:00"),
    ],
)
def test_when_heavy_work_may_begin(hours: str, now: str, begins: str | None) -> None:
    expected = datetime.fromisoformat("2026-04-01 00:00") if begins == "32 00:00" else begins and at(begins)
    assert opening(hours, at(now)) == expected


def test_the_zone_of_the_moment_is_kept() -> None:
    assert opening("22:00-07:00", datetime(2026, 3, 11, 12, tzinfo=UTC)) == datetime(2026, 3, 11, 22, tzinfo=UTC)


def test_out_of_hours_says_when_it_goes_on() -> None:
    noon = datetime(2026, 3, 11, 12).timestamp()
    check(None, noon)
    check("11:00-13:00", noon)
    with pytest.raises(OutOfHours, match="begins at 22:00") as held:
        check("22:00-07:00", noon)
    assert held.value.cause is HoldCause.HOURS
    assert held.value.until == noon + 10 * 3600


@pytest.fixture
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """On the 29th of March 2026 its clocks leave out the hour from 2:00, on the 25th of October they show it twice."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("berlin")
@pytest.mark.parametrize("hours", ["02:30-01:45", "03:00-01:00", "22:00-02:45"])
@pytest.mark.parametrize("midnight", [datetime(2026, 3, 29), datetime(2026, 10, 25)])
def test_where_the_clock_is_changed_they_begin_later_and_never_before(hours: str, midnight: datetime) -> None:
    """A job that were held until a moment that has passed would be looked at again and again."""
    for now in (midnight.timestamp() + 60.0 * minute for minute in range(6 * 60)):
        if begins := opening(hours, datetime.fromtimestamp(now)):
            assert now < begins.timestamp() <= now + 25 * 3600
            check(hours, begins.timestamp())
