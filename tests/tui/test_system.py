"""How the machine is, what stages took, what happened: the pages of figures, and faults that are told."""

from datetime import UTC, datetime, timedelta

import pytest
from textual.widgets import Static

from daemon.contract.states import JobState, Stage
from daemon.contract.status import Disk, Forecast, MemoryUse, OllamaState, Resident, Status
from tests.daemon.api.served import Served
from tests.tui.watched import listed, monitor
from tui.client import Daemon
from tui.messages import ListRead, LogRead, SystemRead
from tui.panes.log import LogPane
from tui.wording import between


def surroundings() -> dict[str, object]:
    until = datetime.now(UTC) + timedelta(minutes=4, seconds=30)
    model = Resident(name="llama3.1:8b", size=5 * 2**30, until=until)
    return {
        "ollama": OllamaState(url="http://127.0.0.1:11434", answers=True, version="0.13.1", resident=model.name, models=(model,)),
        "disk": Disk(path="/var/lib/reelscribe", free=2**30, total=2**35),
        "memory": MemoryUse(limit=2**35, used=2**34),
        "forecast": Forecast(films=3, low=1200, high=5000),
    }


async def test_the_system_is_a_key_away(daemon: Served) -> None:
    daemon.controls.seen = surroundings()
    daemon.film("a.mp4")
    async with monitor(daemon.socket) as watched:
        await listed(watched, ["a.mp4"])
        await watched.press("s")
        await watched.read(SystemRead)
        shown = str(watched.app.screen.query_one("#system", Static).content)
        for said in (
            "3 films to go: 20–83 min",
            "16.0 GiB used; heavy work may take 32.0 GiB",
            "llama3.1:8b  5.0 GiB; leaves in",
            "/films/inbox  events",
            "1.0 GiB left of 32.0 GiB",
        ):
            assert said in shown
        daemon.film("b.mp4")
        await watched.sees(lambda: "2 jobs" in str(watched.app.screen.query_one("#system", Static).content))
        await watched.press("s")
        assert watched.app.screen is watched.app.screen_stack[0]


async def test_stages_and_log_of_a_film(daemon: Served) -> None:
    film = daemon.film("a.mp4")
    daemon.store.claim(1.0)
    daemon.store.stage_kept(film.id, Stage.PROBE, "key")
    run = daemon.store.stage_started(film.id, Stage.WRITE, "key")
    record = {"model": "llama3.1:8b", "tokens_in": 1200, "tokens_out": 300, "asked": 4, "kept": 2}
    daemon.store.stage_ended(run, "done", record=record, peak_memory=2**29)
    daemon.store.note(film.id, Stage.WRITE, "writer: llama3.1:8b\x1b[31m")
    async with monitor(daemon.socket, (120, 30)) as watched:
        await listed(watched, ["a.mp4"])
        await watched.press("enter", "4")
        runs = watched.app.screen.query_one("#runs", Static)
        await watched.sees(lambda: "llama3.1:8b" in str(runs.content))
        assert "reused" in str(runs.content)
        assert "512 MiB  1200 / 300     4 new, 2 reused" in str(runs.content)
        await watched.press("5")
        await watched.read(LogRead, lambda read: len(read.lines) > 0)  # type: ignore[attr-defined]
        daemon.store.note(film.id, Stage.WRITE, "one more line")
        daemon.store.move(film.id, JobState.FAILED, reason="no such model")
        log = watched.app.screen.query_one(LogPane)

        def lines() -> str:
            return "\n".join(strip.text for strip in log.lines)

        await watched.sees(lambda: "failed: no such model" in lines())
        assert "write: writer: llama3.1:8b\\x1b[31m" in lines()
        assert lines().count("one more line") == 1


async def test_a_fault_is_a_line_to_read_and_reading_goes_on(daemon: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.faults.AGAIN", 0.05)
    whole = Daemon.status

    async def nonsense(self: Daemon) -> Status:
        monkeypatch.setattr(Daemon, "status", whole)
        raise ZeroDivisionError("nonsense")

    monkeypatch.setattr(Daemon, "status", nonsense)
    daemon.film("a.mp4")
    async with monitor(daemon.socket) as watched:
        await watched.read(ListRead)
        assert any("nonsense" in notification.message for notification in watched.app._notifications)
        assert watched.names == ["a.mp4"]


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (130, 250, "2–4 min"),
        (3, 40, "3–40 s"),
        (10, 600, "up to 10 min"),
        (3000, 9000, "1–2 h"),
        (600, 610, "10 min"),
        (86400, 9 * 86400, "1–9 d"),
        (0.0, 0.0, "0 s"),
    ],
)
def test_ranges_are_said_in_one_unit(low: float, high: float, said: str) -> None:
    assert between(low, high) == said
