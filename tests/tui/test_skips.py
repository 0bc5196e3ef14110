"""`reelscribe skips`, as a person types it."""

import json

from daemon.contract.evidence import Skip
from daemon.contract.states import JobState
from tests.daemon.api.served import Elsewhere, Served
from tests.tui.test_cli import typed


def planned(daemon: Served) -> None:
    job = daemon.film("a.mp4", JobState.COMPLETED)
    daemon.store.skips_planned(job.id, [Skip(start=10, end=25.5, reason="manual", note="sponsor\x1b[31m")])
    daemon.store.suggest(job.id, [Skip(start=30, end=50, reason="repeat", confidence=0.8)], "b.mp4")


def test_list_shows_what_is_left_out_and_how_to_take_a_suggestion(elsewhere: Elsewhere) -> None:
    elsewhere.call(planned)
    assert typed("skips", "list", "1", socket=elsewhere.socket).output.splitlines() == [
        "left out   0:00:10.000–0:00:25.500  manual: sponsor\\x1b[31m",
        "suggested  0:00:30.000–0:00:50.000  1: repeat, 80 % sure (found by b.mp4)",
        "`reelscribe skips accept VIDEO NUMBER` leaves a suggested range out",
    ]
    found = json.loads(typed("skips", "list", "/films/inbox/a.mp4", "--json", socket=elsewhere.socket).stdout)
    assert (len(found["skips"]), len(found["suggestions"])) == (1, 1)


def test_nothing_is_left_out(elsewhere: Elsewhere) -> None:
    elsewhere.call(lambda daemon: daemon.film("a.mp4"))
    assert typed("skips", "list", "1", socket=elsewhere.socket).output == "nothing is left out\n"


def test_learn_list_and_forget(elsewhere: Elsewhere) -> None:
    elsewhere.call(planned)
    assert "skips learn VIDEO" in typed("skips", "list", socket=elsewhere.socket).output
    said = "learned range 1: 0:00:10.000–0:00:25.500 of a.mp4: sponsor\\x1b[31m\n"
    assert typed("skips", "learn", "1", socket=elsewhere.socket).output == said
    assert typed("skips", "list", socket=elsewhere.socket).output == said
    assert typed("skips", "forget", "1", socket=elsewhere.socket).output == "learned range 1 is forgotten\n"
    again = typed("skips", "forget", "1", socket=elsewhere.socket)
    assert (again.exit_code, again.stderr.splitlines()[0]) == (1, "reelscribe: There is no learned range 1.")


def test_a_video_of_which_nothing_was_left_out(elsewhere: Elsewhere) -> None:
    elsewhere.call(lambda daemon: daemon.film("a.mp4"))
    assert typed("skips", "learn", "1", socket=elsewhere.socket).exit_code == 1
