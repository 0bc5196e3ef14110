"""A film's script in the monitor: read, compared, judged, locked, named, asked for again."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.widgets import Input, OptionList, Static, TabbedContent

from daemon.contract.scripts import Difference, ElementChange, LineView, SceneChange, SceneView
from tests.daemon.api.scripted import SCRIPT, changed, film, written
from tests.daemon.api.served import Served
from tests.tui.watched import Watched, listed, monitor
from tui.messages import ScriptRead
from tui.panes.script import ScriptPane
from tui.script_page import difference_page, scene_page
from tui.widgets.timeline import TimelineStrip


class Page:
    """The script's page, opened."""

    def __init__(self, watched: Watched) -> None:
        self.watched = watched
        self.press = watched.press
        self.sees = watched.sees

    @property
    def pane(self) -> ScriptPane:
        return self.watched.app.screen_stack[1].query_one(ScriptPane)

    def text(self, name: str) -> str:
        return str(self.watched.app.screen_stack[1].query_one(name, Static).content)

    async def says(self, name: str, text: str) -> None:
        await self.sees(lambda: text in self.text(name))

    async def asks(self, kind: type[Input] | type[OptionList]) -> None:
        """A question stands above the page."""
        await self.sees(lambda: len(self.watched.app.screen_stack) == 3 and self.watched.app.screen.query(kind))


@asynccontextmanager
async def page(daemon: Served, name: str = "a.mp4") -> AsyncIterator[Page]:
    async with monitor(daemon.socket) as watched:
        await listed(watched, [name])
        await watched.press("enter", "3")
        await watched.read(ScriptRead)
        yield Page(watched)


async def test_a_stale_script_says_why(daemon: Served) -> None:
    film(daemon, settings={"made_with": {"laid": {}, "stages": {}}})
    await daemon.controls.scripts.all_stale()
    async with page(daemon) as opened:
        await opened.says("#version", "· stale: another Reelscribe wrote it")
        assert "stale    another Reelscribe wrote it" in opened.text("#detail")
        assert "stale: another" in "".join(opened.watched.cells(0))


async def test_the_script_is_read_scene_by_scene_as_it_will_be_printed(daemon: Served) -> None:
    film(daemon)
    async with page(daemon) as opened:
        await opened.says("#version", "version 1: written · draft")
        await opened.says("#text", SCRIPT.scenes[0].heading.text)
        await opened.press("down")
        await opened.says("#text", SCRIPT.scenes[1].heading.text)
        await opened.press("enter")
        strip = opened.watched.app.screen.query_one(TimelineStrip)
        await opened.sees(lambda: strip.has_focus)
        await opened.press("v")
        await opened.sees(lambda: opened.watched.app.screen.query_one(TabbedContent).active == "script")


async def test_versions_are_looked_at_compared_and_made_current_again(daemon: Served) -> None:
    job = film(daemon)
    written(daemon, job, changed(SCRIPT, 1, 1, "Rain on a window."), why="scene 1 again")
    async with page(daemon) as opened:
        await opened.says("#version", "version 2: scene 1 again")
        await opened.press("d")
        await opened.says("#text", "+ Rain on a window.")
        await opened.press("d")
        await opened.says("#text", "Rain on a window.")
        await opened.press("v")
        await opened.asks(OptionList)
        await opened.press("down", "enter")
        await opened.says("#version", "version 1 (not the current one)")
        await opened.press("b")
        await opened.says("#script-refused", "version 1 is the current text again")
        await opened.says("#version", "version 3")


async def test_it_is_approved_rejected_locked_and_asked_for_again(daemon: Served) -> None:
    job = film(daemon)
    async with page(daemon) as opened:
        await opened.says("#version", "draft")
        await opened.press("a")
        await opened.says("#version", "approved")
        await opened.press("x")
        await opened.asks(Input)
        await opened.press(*"dull", "enter")
        await opened.says("#version", "rejected: dull")
        await opened.press("k")
        await opened.says("#script-refused", "scene 1 is locked")
        await opened.press("g")
        await opened.asks(Input)
        await opened.press("enter")
        await opened.says("#script-refused", "✗ ")
        assert [row.number for row in daemon.store.versions(job.id, None, 10).items] == [2, 1]


async def test_what_somebody_else_wrote_meanwhile_is_not_acted_upon(daemon: Served) -> None:
    job = film(daemon)
    async with page(daemon) as opened:
        await opened.says("#version", "version 1")
        await opened.press("x")
        await opened.asks(Input)
        written(daemon, job, changed(SCRIPT, 1, 1, "Rain on a window."), why="scene 1 again")
        await opened.press(*"dull", "enter")
        await opened.says("#script-refused", "somebody else changed this script meanwhile, so nothing was done")
        await opened.says("#version", "version 2: scene 1 again · draft")
        await opened.press("x")
        await opened.asks(Input)
        await opened.press("enter")
        await opened.says("#version", "rejected")
    assert [row.status for row in daemon.store.versions(job.id, None, 10).items] == ["rejected", "draft"]


async def test_words_are_looked_for_in_all_scripts(daemon: Served) -> None:
    film(daemon)
    cue = next(line.text for scene in SCRIPT.scenes[1:] for line in scene.elements if line.kind == "dialogue")
    async with monitor(daemon.socket) as watched:
        await listed(watched, ["a.mp4"])
        await watched.press("w", *cue.split()[-1].strip(".").lower())
        lines = watched.app.screen.query_one("#lines", OptionList)
        await watched.sees(lambda: lines.option_count)
        assert cue in str(lines.get_option_at_index(0).prompt)
        await watched.press("enter", "enter")
        await watched.sees(lambda: watched.app.screen.query(ScriptPane))
        opened = Page(watched)
        await watched.sees(lambda: opened.watched.app.screen.query_one(ScriptPane).scene)
        await watched.sees(lambda: cue in " ".join(str(watched.app.screen.query_one("#text", Static).content).split()))


async def test_a_film_without_a_script_says_so(daemon: Served) -> None:
    daemon.film("a.mp4")
    async with page(daemon) as opened:
        await opened.says("#text", "There is no script of this film yet.")
        await opened.press("a", "k", "g", "d", "b", "n", "enter")
        assert len(opened.watched.app.screen_stack) == 2


def test_the_columns_of_the_page() -> None:
    lines = (
        LineView(line=1, kind="action", text="A woman at a rain-streaked window, with a suitcase on the floor beside her. She waits."),
        LineView(line=2, kind="character", text="ANNA"),
        LineView(line=3, kind="parenthetical", text="(low)"),
        LineView(line=4, kind="dialogue", text="We leave tonight, and nobody will know where to.", who="ANNA", locked=True),
        LineView(line=5, kind="transition", text="CUT TO:"),
    )
    scene = SceneView(id="scene-S1", number="1", start=0, end=9, heading="INT. ROOM - NIGHT", lines=lines)
    rows = scene_page(scene).plain.splitlines()
    assert rows[0] == "1    INT. ROOM - NIGHT"
    assert all(len(row) <= 65 for row in rows)
    assert rows[4].strip() == ""
    assert rows[5] == " " * 25 + "ANNA"
    assert rows[6] == " " * 20 + "(low)"
    assert rows[7] == "*" + " " * 14 + "We leave tonight, and nobody will"
    assert rows[-1].endswith("CUT TO:")
    assert len(rows[-1]) == 65
    assert max(map(len, scene_page(scene, 45).plain.splitlines())) <= 45


@pytest.mark.parametrize("change", ["added", "removed", "changed", "moved"])
def test_a_difference_is_told_by_scenes(change: str) -> None:
    element = ElementChange(change="added", kind="action", text="Rain.")
    scene = SceneChange(id="a", number="2", heading="INT. ROOM", change=change, elements=(element,))
    assert difference_page(Difference(old=1, new=2, scenes=(scene,))).plain.splitlines()[-1] == "  + Rain."
    assert "same" in difference_page(Difference(old=1, new=2)).plain
