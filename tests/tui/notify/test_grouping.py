"""What is worth a message, and how many films are in one."""

from typing import Any

from daemon.contract.events import Event
from tui.notify.grouping import AGAIN, GATHER, OVER, Grouping, Notice

HOUR = 3600.0


def changed(job: int, state: str, **data: Any) -> Event:
    return Event(id=job, type="job.changed", data={"id": job, "state": state, "reason": "", "advice": "", "cause": None, **data})


def told(grouping: Grouping, now: float) -> list[Notice]:
    return list(grouping.due(now))


def test_two_thousand_films_that_one_thing_holds_are_one_notice() -> None:
    grouping = Grouping(["held"])
    for job in range(2000):
        grouping.hear(changed(job, "held", cause="ollama", reason="Ollama does not answer.", advice="Start it."), job / 1000)
    assert told(grouping, GATHER - 1) == []
    (notice,) = told(grouping, GATHER)
    assert (len(notice.jobs), notice.cause, notice.reason) == (2000, "ollama", "Ollama does not answer.")


def test_films_that_look_again_and_again_are_no_news_until_it_was_over() -> None:
    grouping, now = Grouping(["held"]), 0.0
    for _ in range(600):  # ten hours
        grouping.hear(changed(1, "held", cause="ollama"), now)
        now += 60
    assert len(told(grouping, now)) == 1
    grouping.hear(changed(2, "held", cause="ollama"), now + OVER - 61)
    assert told(grouping, now + 3 * OVER) == []
    grouping.hear(changed(2, "held", cause="ollama"), now + 3 * OVER)
    assert len(told(grouping, now + 4 * OVER)) == 1


def test_each_cause_is_a_notice_of_its_own() -> None:
    grouping = Grouping(["held"])
    for job, cause in enumerate(("ollama", "disk", "ollama", "folder")):
        grouping.hear(changed(job, "held", cause=cause), 0)
    assert sorted(notice.cause for notice in told(grouping, GATHER)) == ["disk", "folder", "ollama"]


def test_quiet_hours_are_no_news() -> None:
    grouping = Grouping(["held"])
    grouping.hear(changed(1, "held", cause="hours"), 0)
    assert grouping.next_due() is None


def test_films_that_fail_alike_are_told_once_an_hour() -> None:
    grouping = Grouping(["failed"])
    for minute in range(120):
        grouping.hear(changed(minute, "failed", reason="The file is empty."), minute * 60)
        for notice in told(grouping, minute * 60 + 30):
            assert notice.reason == "The file is empty."
            assert minute in (0, 60), minute
    assert grouping.next_due() == 30 + 60 * 60 + AGAIN


def test_what_nobody_wants_to_hear_is_not_told() -> None:
    grouping = Grouping(["completed"])
    grouping.hear(changed(1, "held", cause="disk"), 0)
    grouping.hear(changed(2, "failed"), 0)
    grouping.hear(Event(id=3, type="system.changed", data={"state": "completed"}), 0)
    grouping.hear(changed(4, "completed"), 0)
    assert [list(notice.jobs) for notice in told(grouping, HOUR)] == [[4]]
