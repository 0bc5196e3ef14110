"""How two versions of a script differ: by scenes and their elements, not by lines of a file. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher

from daemon.contract.scripts import ElementChange, SceneChange
from daemon.screenplay.model import Element, Scene, Screenplay, TitlePage

Said = tuple[str, str]  # kind and text


def scene_changes(old: Screenplay, new: Screenplay) -> tuple[SceneChange, ...]:
    """The scenes that differ, in the order of the new version; what was removed stands where it was."""
    before, after = {scene.id: scene for scene in old.scenes}, {scene.id: scene for scene in new.scenes}
    changes: list[SceneChange] = []
    moved = _moved(list(before), list(after))
    for name in _in_both_orders(list(before), list(after)):
        one, other = before.get(name), after.get(name)
        elements = element_changes(_said(one), _said(other))
        if one is None or other is None:
            scene = one or other
            assert scene is not None  # noqa: S101 - it is in one of the two
            changes.append(_change(scene, "removed" if one else "added", elements))
        elif elements or name in moved:
            changes.append(_change(other, "changed" if elements else "moved", elements))
    return tuple(changes)


def title_changes(old: TitlePage, new: TitlePage) -> tuple[ElementChange, ...]:
    """What differs on the title page."""
    return element_changes(list(_on_title_page(old)), list(_on_title_page(new)))


def element_changes(old: Sequence[Said], new: Sequence[Said]) -> tuple[ElementChange, ...]:
    """What is in only one of two sequences, in order; of what was replaced the old stands first."""
    found: list[ElementChange] = []
    for kind, start, end, begin, stop in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            found += [ElementChange(change="removed", kind=one, text=text) for one, text in old[start:end]]
            found += [ElementChange(change="added", kind=one, text=text) for one, text in new[begin:stop]]
    return tuple(found)


def _said(scene: Scene | None) -> list[Said]:
    if scene is None:
        return []
    above = [scene.transition] if scene.transition else []
    return [_one(element) for element in (*above, scene.heading, *scene.elements)]


def _one(element: Element) -> Said:
    return element.kind, element.text


def _on_title_page(page: TitlePage) -> Iterator[Said]:
    yield "title", page.title
    yield from ((kind, text) for kind, text in (("credit", page.credit), ("author", page.author)) if text)
    yield from (("note", note) for note in page.notes)
    yield from page.more


def _change(scene: Scene, change: str, elements: tuple[ElementChange, ...]) -> SceneChange:
    return SceneChange.model_validate(
        {"id": scene.id, "number": scene.number, "heading": scene.heading.text, "change": change, "elements": elements}
    )


def _in_both_orders(old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    """Every id once: in the new order, those that are gone behind the one before them."""
    known = set(new)
    yield from _gone_after(None, old, known)
    for name in new:
        yield name
        yield from _gone_after(name, old, known)


def _gone_after(name: str | None, old: Sequence[str], known: Iterable[str]) -> Iterator[str]:
    start = 0 if name is None else old.index(name) + 1 if name in old else len(old)
    for one in old[start:]:
        if one in known:
            return
        yield one


def _moved(old: Sequence[str], new: Sequence[str]) -> set[str]:
    """Scenes that stand elsewhere among those that both versions have."""
    before, after = ([name for name in one if name in set(other)] for one, other in ((old, new), (new, old)))
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    at_home = {name for block in blocks for name in before[block.a : block.a + block.size]}
    return set(before) - at_home
