"""Quiet hours: heavy work begins between two times of day, and at no other. Pure; the moment comes in."""

from datetime import datetime, time, timedelta

from daemon.contract.errors import MustWait
from daemon.contract.states import HoldCause


class OutOfHours(MustWait):
    """Heavy work may not begin at this time of day. ``until``: the moment at which it may, in unix seconds."""

    def __init__(self, opening: datetime) -> None:
        message = f"heavy work begins at {opening:%H:%M}, by worker.hours"
        super().__init__(HoldCause.HOURS, message, "It goes on by itself then; `worker.hours: null` lets it begin at any time.")
        self.until = opening.timestamp()


def opening(hours: str, now: datetime) -> datetime | None:
    """When ``hours`` (``"22:00-07:00"``, also across midnight) begin next, on the clock of ``now``; None: it is time."""
    begin, end = map(time.fromisoformat, hours.split("-"))
    at = now.time()
    if (begin <= at < end) if begin < end else (at >= begin or at < end):
        return None
    day = now.date() if at < begin else now.date() + timedelta(days=1)
    return datetime.combine(day, begin, now.tzinfo).replace(fold=now.fold)  # an hour that the clock shows twice is not over with its first


def check(hours: str | None, now: float) -> None:
    """Raises OutOfHours. ``now`` in unix seconds; the hours are those of this machine's clock on the wall."""
    if hours and (begins := opening(hours, datetime.fromtimestamp(now))):  # without a zone: the wall's clock decides
        raise OutOfHours(begins)
