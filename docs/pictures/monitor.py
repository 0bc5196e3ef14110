"""Draws the monitor's screens as SVGs beside this file: ``python docs/pictures/monitor.py``, from the repository's root.

A daemon's socket with invented films stands behind them, the same as behind the pictures that tests compare.
"""

import asyncio
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.daemon.api.served import served_elsewhere, short_folder
from tests.tui import days
from tui.app import Monitor

SIZE = (100, 28)
DRAWN = ("list", "timeline", "script", "stages", "system")
PATIENCE = 30.0  # seconds


async def draw(name: str, socket: Path) -> str:
    """One screen, once it shows what it should."""
    picture = days.PICTURES[name]
    app = Monitor(lambda: [socket])
    async with app.run_test(size=SIZE) as pilot, asyncio.timeout(PATIENCE):
        for keys, words in (((), ("●",)), (picture.keys, picture.sees)):
            for key in keys:
                await pilot.press(key)
            while not all(word in days.text_of(app) for word in words):
                await pilot.pause()
        return app.export_screenshot(title="reelscribe tui")


def main() -> None:
    """All of them."""
    for name in DRAWN:
        with short_folder() as folder, served_elsewhere(folder, days.clock()) as daemon:
            daemon.call(days.PICTURES[name].day)
            svg = asyncio.run(draw(name, daemon.socket))
        Path(__file__).with_name(f"monitor-{name}.svg").write_text(svg)


if __name__ == "__main__":
    main()
