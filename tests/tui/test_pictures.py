"""The monitor's screens as they look, in small and in large terminals."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from tests.daemon.api.served import Elsewhere, served_elsewhere
from tests.tui import days
from tests.tui.watched import PATIENCE
from tui.app import Monitor


@pytest.fixture
def elsewhere(folder: Path) -> Iterator[Elsewhere]:
    with served_elsewhere(folder, days.clock()) as daemon:
        yield daemon


@pytest.fixture(autouse=True)
def greenwich(monkeypatch: pytest.MonkeyPatch) -> None:
    def local(moment: datetime) -> str:
        return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")

    for module in ("tui.panes.log", "tui.describing", "tui.script_lines"):
        monkeypatch.setattr(f"{module}.local", local)


async def seen(pilot: Pilot[None], *words: str) -> None:
    """Waits until all of this stands on the screen."""
    async with asyncio.timeout(PATIENCE):
        while not all(word in days.text_of(pilot.app) for word in words):
            await pilot.pause()


@pytest.mark.parametrize("name", days.PICTURES)
def test_a_picture_of_it(name: str, elsewhere: Elsewhere, snap_compare: Callable[..., bool]) -> None:
    picture = days.PICTURES[name]
    elsewhere.call(picture.day)

    async def look(pilot: Pilot[None]) -> None:
        await seen(pilot, "●")
        for key in picture.keys:
            await pilot.press(key)
        await seen(pilot, *picture.sees)
        for field in pilot.app.screen.query(Input):
            field.cursor_blink = False

    assert snap_compare(Monitor(lambda: [elsewhere.socket]), terminal_size=picture.size, run_before=look)


def test_a_picture_without_a_daemon(snap_compare: Callable[..., bool]) -> None:
    async def look(pilot: Pilot[None]) -> None:
        await seen(pilot, "calling again")

    assert snap_compare(Monitor(lambda: [Path("/run/nobody.sock")]), terminal_size=(80, 24), run_before=look)
