"""A film's timeline in the monitor: each gesture, by key and by mouse, and what it leaves in the person's own file."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.widgets import Static

from daemon.contract.evidence import Skip, SkipPlan
from daemon.contract.states import Stage
from daemon.jobs.store import Facts
from tests.daemon.api.served import Served
from tests.daemon.api.test_videos import ANALYSIS, TRANSCRIPT, lay
from tests.tui.watched import Watched, listed, monitor
from tui.messages import StillRead, TimelineRead
from tui.timeline.strip import LABEL
from tui.widgets.timeline import YOURS, TimelineStrip

SHOTS = 1  # the row of the shots
PLAN = SkipPlan(skips=(Skip(start=0, end=1, reason="black"), Skip(start=50, end=60, reason="credits", confidence=0.9)))


class Film:
    """A film of a minute that was measured, in a real folder."""

    def __init__(self, daemon: Served, folder: Path) -> None:
        self.daemon = daemon
        video = folder / "films" / "movie.mp4"
        video.parent.mkdir()
        video.write_bytes(b"film")
        self.file = video.with_name("movie.reelscribe.yaml")
        self.job = daemon.store.arrive(bytes(video), bytes(video.parent), Facts.of(video.stat()), "screenplay")
        daemon.store.probed(self.job, "digest", {"duration": 60.0})
        lay(daemon, folder, self.job, Stage.ANALYSE, ANALYSIS)
        lay(daemon, folder, self.job, Stage.TRANSCRIBE, TRANSCRIPT)
        lay(daemon, folder, self.job, Stage.SKIPS, PLAN)
        daemon.store.skips_planned(self.job, PLAN.skips)

    @property
    def choices(self) -> list[str]:
        """The ranges in the person's file, as they stand there."""
        if not self.file.exists():
            return []
        return [line.strip(" -") for line in self.file.read_text().splitlines() if line.strip().startswith("- {")]


@pytest.fixture
def film(daemon: Served, folder: Path) -> Film:
    return Film(daemon, folder)


class Page:
    """The timeline's page, opened."""

    def __init__(self, watched: Watched) -> None:
        self.watched = watched
        self.strip = watched.app.screen.query_one(TimelineStrip)

    async def press(self, *keys: str) -> None:
        await self.watched.press(*keys)

    async def sees(self, what: Callable[[], object]) -> None:
        await self.watched.sees(what)

    async def at(self, time: float) -> None:
        """The cursor comes to stand there."""
        await self.sees(lambda: self.strip.cursor == pytest.approx(time))

    async def says(self, name: str, text: str) -> None:
        """That text comes to stand there."""
        await self.sees(lambda: text in self.text(name))

    async def own(self, film: Film, *ranges: tuple[float, float]) -> None:
        """These ranges come to be the person's own, on the screen and in the file."""
        await self.sees(lambda: [(own.start, own.end) for own in self.strip.marks.own] == [pytest.approx(one) for one in ranges])
        assert len(film.choices) == len(ranges)

    def text(self, name: str) -> str:
        return str(self.watched.app.screen.query_one(name, Static).content)

    @property
    def cell(self) -> float:
        """Seconds that a cell stands for."""
        return self.strip.timeline.duration / (self.strip.content_size.width - LABEL)

    def place(self, row: int, time: float) -> tuple[int, int]:
        """Where a moment is on the screen."""
        region = self.strip.content_region
        return region.x + LABEL + int(time / self.cell), region.y + row

    async def drag(self, row: int, start: float, end: float) -> None:
        """From one moment to another with the mouse's button down."""
        pilot = self.watched.pilot
        await pilot.mouse_down(offset=self.place(row, start))
        await pilot.hover(offset=self.place(row, (start + end) / 2))
        await pilot.hover(offset=self.place(row, end))
        await pilot.mouse_up(offset=self.place(row, end))


@asynccontextmanager
async def page(film: Film) -> AsyncIterator[Page]:
    async with monitor(film.daemon.socket) as watched:
        await listed(watched, ["movie.mp4"])
        await watched.press("enter", "2")
        await watched.read(TimelineRead)
        opened = Page(watched)
        await watched.until(lambda: opened.strip.timeline.duration and opened.strip.has_focus)
        yield opened


async def test_what_lies_under_the_cursor_is_told(film: Film) -> None:
    async with page(film) as opened:
        await opened.press("right", "right", "right")
        await opened.at(3)
        await opened.says("#about", "shot 1  0:00.0–0:20.0")
        await opened.says("#about", "SPEAKER 1: We leave tonight.")
        await opened.watched.read(StillRead, lambda read: read.shot == 1)  # type: ignore[attr-defined]
        await opened.press("end")
        await opened.at(60)
        await opened.press("home", "shift+right", "shift+right", "full_stop", "full_stop", "comma")
        await opened.at(20.1)
        for key, time in (("s", 20), ("n", 60), ("b", 20), ("b", 1)):
            await opened.press(key)
            await opened.at(time)


async def test_a_range_is_made_split_and_taken_back_by_key(film: Film) -> None:
    async with page(film) as opened:
        await opened.press("shift+right", "i", "shift+right", "o")
        await opened.sees(lambda: opened.strip.marks.pending == (10, 20))
        await opened.press("enter")
        await opened.own(film, (10, 20))
        await opened.press(*["left"] * 4)
        await opened.at(16)
        await opened.press("x")
        await opened.own(film, (10, 16), (16, 20))
        await opened.press("z")
        await opened.own(film, (10, 20))
        await opened.press("d")
        await opened.own(film)
        await opened.press("z")
        await opened.own(film, (10, 20))
        await opened.press("z")
        await opened.own(film)
        await opened.press("z")
        await opened.says("#refused", "nothing to undo")


async def test_an_edge_is_grabbed_nudged_and_let_go(film: Film) -> None:
    film.file.write_text("skips:\n  - {start: 10, end: 20, note: sponsor}  # mine\n")
    async with page(film) as opened:
        await opened.press("shift+right", "right", "g", "full_stop", "right")
        await opened.sees(lambda: opened.strip.marks.pending == pytest.approx((11.1, 20)))
        await opened.press("enter")
        await opened.own(film, (11.1, 20))
        assert film.file.read_text() == 'skips:\n  - {start: "0:11.1", end: 20, note: sponsor} # mine\n'
        await opened.press("g", "left")
        await opened.sees(lambda: opened.strip.marks.pending == pytest.approx((10.1, 20)))
        await opened.press("escape")
        await opened.sees(lambda: opened.strip.marks.pending is None)
        assert film.choices == ['{start: "0:11.1", end: 20, note: sponsor} # mine']


async def test_an_automatic_skip_is_kept(film: Film) -> None:
    async with page(film) as opened:
        await opened.press("end", "left")
        await opened.says("#about", "left out 0:50.0–1:00.0: credits, 90 % sure")
        await opened.press("d")
        await opened.sees(lambda: film.choices == ['{start: "0:50", end: "1:00"}'])
        assert "keep:" in film.file.read_text()


async def test_a_suggestion_is_taken(film: Film) -> None:
    film.daemon.store.suggest(film.job, [Skip(start=30, end=40, reason="repeat", confidence=0.8)], "other.mp4")
    async with page(film) as opened:
        await opened.press(*["shift+right"] * 3)
        await opened.says("#about", "found by other.mp4")
        await opened.press("enter")
        await opened.own(film, (30, 40))


async def test_a_range_is_drawn_with_the_mouse(film: Film) -> None:
    async with page(film) as opened:
        await opened.drag(SHOTS, 10, 20)
        await opened.sees(lambda: opened.strip.marks.pending == pytest.approx((10, 20), abs=opened.cell))
        await opened.press("k")
        await opened.sees(lambda: len(film.choices) == 1)


MOVED = (
    (30, 35.5, (35.5, 40)),  # the start; no cut is near
    (40, 44.5, (30, 44.5)),  # the end
    (40, 59.5, (30, 60)),  # drawn to the last cut
    (30, 20.5, (20, 40)),  # and to another one
    (30, 46, (40, 46)),  # past the other edge: what lies between
)


async def test_an_edge_is_moved_with_the_mouse(film: Film) -> None:
    film.file.write_text("skips:\n  - {start: 30, end: 40, note: sponsor}  # mine\n")
    async with page(film) as opened:
        await opened.sees(lambda: opened.strip.marks.own)
        for grabbed, to, becomes in MOVED:
            await opened.drag(YOURS, grabbed, to)
            await opened.sees(lambda: [(own.start, own.end) for own in opened.strip.marks.own] != [(30, 40)])
            own = opened.strip.marks.own[0]
            assert (own.start, own.end) == pytest.approx(becomes, abs=0.001 if {20, 60} & {*becomes} else opened.cell)
            assert "note: sponsor" in film.choices[0]
            await opened.press("z")
            await opened.own(film, (30, 40))


async def test_an_edge_that_the_mouse_moves_is_put_back_by_escape(film: Film) -> None:
    film.file.write_text("skips:\n  - {start: 30, end: 40}\n")
    async with page(film) as opened:
        await opened.sees(lambda: opened.strip.marks.own)
        pilot = opened.watched.pilot
        await pilot.mouse_down(offset=opened.place(YOURS, 40))
        await pilot.hover(offset=opened.place(YOURS, 50))
        await opened.sees(lambda: opened.strip.marks.pending == pytest.approx((30, 50), abs=opened.cell))
        await opened.press("escape")
        await pilot.mouse_up(offset=opened.place(YOURS, 50))
        await pilot.pause()
        assert opened.strip.marks.pending is None
        assert film.choices == ["{start: 30, end: 40}"]


async def test_a_click_chooses_the_range_that_keys_act_on(film: Film) -> None:
    film.file.write_text("skips:\n  - {start: 10, end: 20}\n  - {start: 30, end: 40}\n")
    async with page(film) as opened:
        await opened.sees(lambda: opened.strip.marks.own)
        await opened.watched.pilot.click(offset=opened.place(YOURS, 35))
        await opened.sees(lambda: opened.strip.marks.chosen == opened.strip.marks.own[1])
        assert opened.strip.cursor == pytest.approx(35, abs=opened.cell)
        await opened.press("d")
        await opened.own(film, (10, 20))


async def test_what_is_refused_says_why_where_the_eye_is(film: Film) -> None:
    film.file.write_text("skips:\n  - {start: 10, end: 20}\n")
    async with page(film) as opened:
        await opened.press(*["right"] * 15, "i", "shift+right", "o", "enter")
        await opened.says("#refused", "overlaps")
        assert film.choices == ["{start: 10, end: 20}"]


async def test_somebody_elses_change_is_not_swept_away(film: Film) -> None:
    film.file.write_text("skips:\n  - {start: 10, end: 20}\n")
    async with page(film) as opened:
        await opened.sees(lambda: opened.strip.marks.own)
        film.file.write_text("skips:\n  - {start: 10, end: 25}\n")
        await opened.press("shift+right", "right", "d")
        await opened.says("#refused", "somebody changed these choices")
        await opened.sees(lambda: [own.end for own in opened.strip.marks.own] == [25])
        assert film.choices == ["{start: 10, end: 25}"]
