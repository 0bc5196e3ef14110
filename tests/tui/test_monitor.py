"""The monitor as a person uses it, against the real daemon's socket."""

import asyncio
from pathlib import Path

import pytest
from textual.strip import Strip
from textual.widgets import Static

from daemon.contract.events import Event
from daemon.contract.states import HoldCause, JobState, Stage
from tests.daemon.api.served import Served, served
from tests.tui.watched import listed, monitor
from tui.following import Connected, Lost
from tui.messages import DetailRead, Done, Happened, ListRead, NotDone
from tui.screens import jobs as jobs_screen
from tui.widgets.job_table import JobTable


async def test_jobs_are_listed_and_new_ones_appear(daemon: Served) -> None:
    daemon.film("a.mp4")
    async with monitor(daemon.socket) as watched:
        await listed(watched, ["a.mp4"])
        daemon.film(b"b\x1b[31m\xff[bold].mp4")
        await listed(watched, ["b\\x1b[31m\\xff[bold].mp4", "a.mp4"])
        assert "2 jobs: 2 pending" in watched.top


async def test_progress_moves_without_anything_being_read(daemon: Served) -> None:
    daemon.film("a.mp4")
    daemon.store.claim(1.0)
    async with monitor(daemon.socket) as watched:
        await listed(watched, ["a.mp4"])
        daemon.store.progress(1, Stage.TRANSCRIBE, 0.5, 90.0)
        await watched.until(lambda: "transcribe ━━━━━━━━━━────────── " in watched.top)
        assert "50 %  2 min left" in watched.top
        assert watched.cells(0) == ["processing", "a.mp4", "transcribe ━━── 50 % 2 min"]


async def test_wide_terminals_have_a_column_for_everything(daemon: Served) -> None:
    daemon.film("a.mp4", JobState.FAILED, "no film")
    daemon.film("b.mp4")
    daemon.store.claim(1.0)
    daemon.store.stage_started(2, Stage.WRITE, "key")
    daemon.store.progress(2, Stage.WRITE, 0.25, 60.0)
    async with monitor(daemon.socket, (140, 30)) as watched:
        await listed(watched, ["b.mp4", "a.mp4"])
        assert watched.cells(0) == ["processing", "b.mp4", "write", "━─── 25 %", "1 min", ""]
        assert watched.cells(1) == ["failed", "a.mp4", "", "", "", "no film"]
        await watched.pilot.resize_terminal(80, 24)
        await watched.pilot.pause()
        assert watched.cells(1) == ["failed", "a.mp4", "no film"]


async def test_what_is_chosen_is_explained_in_full(daemon: Served) -> None:
    daemon.film("a.mp4", JobState.FAILED, "a reason that no column of eighty has room for", "and what to do")
    daemon.film("b.mp4")
    async with monitor(daemon.socket) as watched:
        await listed(watched, ["b.mp4", "a.mp4"])
        await watched.press("down")
        assert watched.reason == "1  /films/inbox/a.mp4\na reason that no column of eighty has room for\nand what to do"


async def test_what_is_waited_for_is_said_with_its_advice(daemon: Served) -> None:
    film = daemon.film("a.mp4")
    daemon.store.move(film.id, JobState.HELD, reason="Ollama does not answer", advice="ollama serve", cause=HoldCause.OLLAMA)
    async with monitor(daemon.socket) as watched:
        await watched.until(lambda: "‖ 1 job held: Ollama does not answer\n  ollama serve" in watched.top)


@pytest.mark.parametrize(
    ("state", "key", "after"),
    [
        (JobState.FAILED, "r", JobState.PENDING),
        (JobState.PENDING, "c", JobState.CANCELLED),
        (JobState.PENDING, "p", JobState.PAUSED),
        (JobState.PAUSED, "u", JobState.PENDING),
    ],
)
async def test_keys_move_the_chosen_job(daemon: Served, state: JobState, key: str, after: JobState) -> None:
    daemon.film("other.mp4", state)
    film = daemon.film("a.mp4", state)
    async with monitor(daemon.socket) as watched:
        await listed(watched, ["a.mp4", "other.mp4"])
        await watched.press(key)
        await watched.read(Done, lambda done: done.text == f"a.mp4 is {after}")  # type: ignore[attr-defined]
        found = daemon.store.job(film.id)
        assert found is not None
        assert found.state == after


async def test_what_is_refused_says_why(daemon: Served) -> None:
    daemon.film("a.mp4", JobState.COMPLETED)
    async with monitor(daemon.socket) as watched:
        await listed(watched, ["a.mp4"])
        await watched.press("p")
        await watched.read(NotDone, lambda refused: "completed" in refused.error.message)  # type: ignore[attr-defined]


async def test_enter_opens_a_job_and_follows_it(daemon: Served) -> None:
    daemon.film("a.mp4")
    async with monitor(daemon.socket) as watched:
        await listed(watched, ["a.mp4"])
        await watched.press("enter")
        await watched.read(DetailRead)
        await watched.press("p")
        await watched.read(DetailRead, lambda read: read.detail.state == JobState.PAUSED)  # type: ignore[attr-defined]
        assert "state    paused" in str(watched.app.screen.query_one("#detail", Static).content)
        await watched.press("escape")
        assert watched.app.screen is watched.app.screen_stack[0]


async def test_filter_lists_the_jobs_of_one_state(daemon: Served) -> None:
    daemon.film("a.mp4")
    daemon.film("b.mp4", JobState.FAILED, "no film")
    async with monitor(daemon.socket) as watched:
        await listed(watched, ["b.mp4", "a.mp4"])
        await watched.press("f", *["down"] * (list(JobState).index(JobState.FAILED) + 1), "enter")
        await listed(watched, ["b.mp4"])
        assert "only failed" in watched.top
        await watched.press("f", "enter")
        await listed(watched, ["b.mp4", "a.mp4"])
        await watched.press("f", "escape")
        await watched.pilot.pause()
        assert watched.names == ["b.mp4", "a.mp4"]


async def test_past_the_end_lie_older_jobs(daemon: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs_screen, "WINDOW", 3)
    for number in range(5):
        daemon.film(f"{number}.mp4")
    async with monitor(daemon.socket) as watched:
        await listed(watched, ["4.mp4", "3.mp4", "2.mp4"])
        await watched.press("end", "down")
        await listed(watched, ["1.mp4", "0.mp4"])
        assert "page 2" in watched.top
        await watched.press("end", "down", "home", "up")
        await listed(watched, ["4.mp4", "3.mp4", "2.mp4"])


async def test_the_cursor_stays_with_its_job(daemon: Served) -> None:
    daemon.film("a.mp4")
    daemon.film("b.mp4")
    async with monitor(daemon.socket) as watched:
        await listed(watched, ["b.mp4", "a.mp4"])
        await watched.press("down")
        daemon.film("c.mp4")
        await listed(watched, ["c.mp4", "b.mp4", "a.mp4"])
        assert "a.mp4" in watched.reason


async def test_a_storm_of_events_is_a_few_readings(daemon: Served) -> None:
    async with monitor(daemon.socket) as watched:
        await watched.read(ListRead)
        for number in range(100):
            daemon.film(f"{number}.mp4")
        await watched.until(lambda: "100 jobs" in watched.top)
        assert sum(isinstance(message, ListRead) for message in watched.posted) < 10


async def test_a_storm_of_progress_is_drawn_a_few_times(daemon: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[Event] = []
    whole = JobTable.show_progress

    def draw(self: JobTable, event: Event) -> None:
        drawn.append(event)
        whole(self, event)

    monkeypatch.setattr(JobTable, "show_progress", draw)
    daemon.film("a.mp4")
    daemon.store.claim(1.0)
    async with monitor(daemon.socket) as watched:
        await listed(watched, ["a.mp4"])
        for percent in range(100):
            daemon.store.progress(1, Stage.WRITE, percent / 100, None)
            await asyncio.sleep(0)
        await watched.until(lambda: "99 %" in watched.top and "99 %" in watched.cells(0)[2])
    assert len(drawn) < 20


async def test_what_changes_of_one_job_draws_its_row_alone(daemon: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in "abc":
        daemon.film(f"{name}.mp4")
    daemon.store.claim(1.0)
    async with monitor(daemon.socket) as watched:
        await listed(watched, ["c.mp4", "b.mp4", "a.mp4"])
        lines: set[int] = set()
        whole = JobTable.render_line

        def draw(self: JobTable, y: int) -> Strip:
            lines.add(y)
            return whole(self, y)

        monkeypatch.setattr(JobTable, "render_line", draw)
        for done in (0.25, 0.5):  # the first may still come with all that is drawn at the beginning
            lines.clear()
            daemon.store.progress(1, Stage.WRITE, done, None)
            await watched.sees(lambda done=done: lines and f"{done:.0%}"[:-1] in watched.cells(2)[2])  # type: ignore[misc]
        assert lines == {3}  # below the heading


async def test_it_outlives_the_daemon(folder: Path) -> None:
    async with monitor(folder / "reelscribe.sock") as watched:
        await watched.read(Happened, lambda happened: isinstance(happened.what, Lost))  # type: ignore[attr-defined]
        assert "no daemon answers" in watched.top
        assert "reelscribe serve" in watched.top
        for name in ("a.mp4", "b.mp4"):
            async with served(folder) as daemon:
                daemon.film(name)
                await watched.until(lambda name=name: name in watched.names)  # type: ignore[misc]
                assert "●" in watched.top
            await watched.until(lambda: "calling again" in watched.top)
        assert watched.names == ["b.mp4", "a.mp4"]
        assert sum(isinstance(message, Happened) and isinstance(message.what, Connected) for message in watched.posted) == 2


async def test_help_and_quit(daemon: Served) -> None:
    async with monitor(daemon.socket) as watched:
        await watched.press("question_mark")
        assert "what is done is kept" in str(watched.app.screen.query_one(Static).content)
        await watched.press("escape", "q")
    assert watched.app.return_code == 0
