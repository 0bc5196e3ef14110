"""The event stream: nothing that is kept is missed, and nobody who watches can cost the daemon anything."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from daemon.api import events
from daemon.contract.events import Event
from daemon.contract.problems import Problem
from daemon.contract.states import JobState, Stage
from tests.daemon.api.served import Served, served
from tui.client import Daemon
from tui.stream import EventReader

PATIENCE = 60.0


@asynccontextmanager
async def watching(daemon: Served, since: int | None = None) -> AsyncIterator[AsyncIterator[Event]]:
    async with Daemon([daemon.socket]) as client, client.watching(since) as reader:
        yield aiter(reader)


async def take(stream: AsyncIterator[Event], count: int) -> list[Event]:
    async with asyncio.timeout(PATIENCE):
        return [await anext(stream) for _ in range(count)]


async def test_what_happens_is_told(daemon: Served) -> None:
    async with watching(daemon) as stream:
        film = daemon.film("a.mp4")
        created, changed = await take(stream, 2)
        assert (created.type, created.data["id"]) == ("job.created", film.id)
        assert (changed.type, changed.data["state"]) == ("job.changed", "pending")


async def test_what_happened_before_is_not(daemon: Served) -> None:
    daemon.film("a.mp4")
    async with watching(daemon) as stream:
        film = daemon.film("b.mp4")
        (first,) = await take(stream, 1)
        assert first.data["id"] == film.id


async def test_a_watcher_goes_on_where_it_was(daemon: Served) -> None:
    for number in range(150):  # more than are read from the table at a time
        daemon.film(f"{number}.mp4")
    kept = [row.id for row in daemon.store.events_after(0, 1000)]
    async with watching(daemon, since=kept[9]) as stream:
        assert [event.id for event in await take(stream, len(kept) - 10)] == kept[10:]


async def test_progress_is_told_and_not_kept(daemon: Served) -> None:
    film = daemon.film("a.mp4")
    before = daemon.store.last_event()
    async with watching(daemon) as stream:
        daemon.store.progress(film.id, Stage.ANALYSE, 0.25, 9.0)
        (progress,) = await take(stream, 1)
    assert progress == Event(
        type="job.progress", data={"id": film.id, "stage": "analyse", "progress": 0.25, "eta": 9.0, "eta_low": None, "eta_high": None}
    )
    assert daemon.store.last_event() == before


async def test_of_progress_a_slow_watcher_gets_the_latest_alone(daemon: Served) -> None:
    film = daemon.film("a.mp4")
    async with watching(daemon) as stream:
        for step in range(1000):  # without giving the loop a turn: nobody can have read any of it
            daemon.store.progress(film.id, Stage.ANALYSE, step / 1000, None)
        last = daemon.film("b.mp4")
        told = await take(stream, 3)
    assert [event.type for event in told] == ["job.created", "job.changed", "job.progress"]
    assert (told[0].data["id"], told[2].data["progress"]) == (last.id, 0.999)


async def test_where_history_was_trimmed_a_reset_says_so(daemon: Served) -> None:
    for number in range(5):
        daemon.film(f"{number}.mp4")
    daemon.store.trim(events_before=4e9, keep_events=1)
    async with watching(daemon, since=1) as stream:
        (reset,) = await take(stream, 1)
        assert (reset.type, reset.id) == ("reset", daemon.store.last_event())
        film = daemon.film("after.mp4")
        (after,) = await take(stream, 1)
        assert after.data["id"] == film.id


async def test_a_number_from_another_database_is_a_reset(daemon: Served) -> None:
    async with watching(daemon, since=10**6) as stream:
        assert [event.type for event in await take(stream, 1)] == ["reset"]


async def test_a_quiet_stream_gives_signs_of_life(folder: Path) -> None:
    async with (
        served(folder, heartbeat=0.05) as daemon,
        asyncio.timeout(PATIENCE),
        Daemon([daemon.socket]) as client,
        client._http.stream("GET", "/v1/events") as response,
    ):
        lines = response.aiter_lines()
        first = [await anext(lines) for _ in range(5)]
    assert first == ["retry: 1000", "id: 0", "", ": still here", ""]


async def test_a_watcher_who_leaves_is_forgotten(daemon: Served, http: httpx.AsyncClient) -> None:
    for _ in range(events.MOST_WATCHERS + 5):
        async with watching(daemon):
            pass
    async with asyncio.timeout(PATIENCE), watching(daemon) as stream:
        daemon.film("a.mp4")
        assert await take(stream, 1)


async def test_only_so_many_watch_at_once(daemon: Served, http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "MOST_WATCHERS", 1)
    async with watching(daemon):
        answer = await http.get("/v1/events")
    assert answer.status_code == 503
    assert Problem.model_validate_json(answer.content).advice == "close a monitor"


async def test_a_stop_ends_the_streams_at_once(folder: Path) -> None:
    async with asyncio.timeout(PATIENCE), served(folder) as daemon:
        daemon.server._uvicorn.config.timeout_graceful_shutdown = None  # who does not go stays for ever
        client = Daemon([daemon.socket])
        await client.__aenter__()
        watched = client.watching()
        stream = aiter(await watched.__aenter__())
        daemon.film("a.mp4", JobState.PAUSED)
        await take(stream, 1)
    async with asyncio.timeout(PATIENCE):
        assert [event.type async for event in stream] in ([], ["job.changed", "job.changed"])
    await client.__aexit__(None, None, None)


async def test_the_reader_passes_over_what_it_does_not_know() -> None:
    async def lines() -> AsyncIterator[str]:
        for line in ("id: 5", "event: moon.risen", "data: {}", "", "event: job.changed", "data: no json", "", "id: 7", "event: reset", ""):
            yield line

    reader = EventReader(lines())
    assert [event async for event in reader] == [Event(id=7, type="reset")]
    assert reader.last_id == 7
