"""A script's text as it will be printed, in the columns of the industry's page. Pure.

A page is 60 characters wide from its left margin: action fills it, a speech is 35 wide from the 10th, a name stands at the 20th. Where
there is less room the columns move together.
"""

from collections.abc import Iterator
from textwrap import wrap

from rich.text import Text

from daemon.contract.scripts import Difference, LineView, SceneView
from tui.wording import plain

WIDE = 60
MARGIN = 5  # characters before the page, for scene numbers and marks
NARROWEST = 24
COLUMNS = {  # kind: first character, width
    "character": (20, 38),
    "parenthetical": (15, 25),
    "dialogue": (10, 35),
}
STYLES = {"note": "dim italic", "fountain": "dim", "shot": "", "transition": ""}
CHANGES = {"added": ("+", "green"), "removed": ("-", "red"), "changed": ("~", "yellow"), "moved": ("=", "cyan")}


def scene_page(scene: SceneView, room: int = MARGIN + WIDE) -> Text:
    """One scene in ``room`` characters: its heading with its number, then its lines; what is locked carries a mark in the margin."""
    return Text("\n").join(_scene(scene, min(WIDE, max(NARROWEST, room - MARGIN))))


def difference_page(found: Difference) -> Text:
    """How two versions differ, scene by scene."""
    lines = list(_difference(found))
    return Text("\n").join(lines or [Text("These two versions say the same.", "dim")])


def _scene(scene: SceneView, wide: int) -> Iterator[Text]:
    yield Text.assemble((f"{scene.number:<{MARGIN}}", "dim"), (plain(scene.heading), "bold"), ("  🔒" if scene.locked else "", ""))
    before = ""
    for line in scene.lines:
        if line.kind == "heading":
            continue
        if not (line.kind in ("dialogue", "parenthetical") and before in ("character", "dialogue", "parenthetical")):
            yield Text()
        yield from _line(line, wide)
        before = line.kind
    yield Text()


def _line(line: LineView, wide: int) -> Iterator[Text]:
    first, width = (of * wide // WIDE for of in COLUMNS.get(line.kind, (0, WIDE)))
    mark = "*" if line.locked else " "
    for row in wrap(plain(line.text), width) or [""]:
        indent = max(0, wide - len(row)) if line.kind == "transition" else first
        yield Text.assemble((f"{mark:<{MARGIN}}", "yellow"), " " * indent, (row, STYLES.get(line.kind, "")))


def _difference(found: Difference) -> Iterator[Text]:
    for change in found.title_page:
        yield _changed(change.change, change.text)
    for scene in found.scenes:
        sign, style = CHANGES[scene.change]
        yield Text()
        yield Text(f"{sign} {scene.number}  {plain(scene.heading)}", f"bold {style}")
        for element in scene.elements:
            yield _changed(element.change, element.text)


def _changed(change: str, text: str) -> Text:
    sign, style = CHANGES[change]
    return Text(f"  {sign} {plain(text)}", style)
