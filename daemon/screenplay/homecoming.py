"""A person's edited Fountain file, read back against the version that it was made of.

What was not touched keeps its evidence, its voice and its id. What was changed, added or moved is locked, so that no writing takes it
back, and so is a scene from which something was taken away.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher

from daemon.screenplay.formats.fountain import written
from daemon.screenplay.formats.fountain_reader import fresh_id, read
from daemon.screenplay.formats.passages import Line, Passage, find_changed, find_moved, paired, passage_of, shown
from daemon.screenplay.model import Element, Scene, Screenplay, TitlePage

SAME_SCENE = 0.5  # of what two scenes hold, where neither number nor heading is the same


class CannotComeHome(Exception):
    """An edited file that cannot be read as a script. The text tells a person why."""


def homecoming(base: Screenplay, text: str | bytes) -> Screenplay:
    """``base`` as a person changed it. Raises CannotComeHome."""
    edited = read(_decoded(text))
    if base.scenes and not edited.scenes:
        raise CannotComeHome("no scene heading was found in it")
    published = read(written(base))
    if _shape(edited) == _shape(published):
        return base
    if len(published.scenes) != len(base.scenes):
        raise CannotComeHome("the version that it was made of holds passages that read as headings")
    return _merged(_lifted(base), published, edited)


def _decoded(text: str | bytes) -> str:
    try:
        decoded = text if isinstance(text, str) else text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CannotComeHome(f"it is not UTF-8 (byte {error.start})") from error
    if "\0" in decoded:
        raise CannotComeHome("it is no text")
    return decoded


def _shape(screenplay: Screenplay) -> object:
    """All that can be told from a Fountain file."""
    return _page_shape(screenplay.title_page), shown(screenplay.preamble), [_scene_shape(scene) for scene in screenplay.scenes]


def _page_shape(page: TitlePage) -> TitlePage:
    return page.model_copy(update={"typed": " ".join(page.typed.split())})


def _scene_shape(scene: Scene) -> object:
    return scene.number, shown([one for one in (scene.transition, scene.heading) if one]), shown(scene.elements)


def _lifted(base: Screenplay) -> Screenplay:
    """Transitions that end a scene stand above the next heading, where they are read back."""
    scenes = list(base.scenes)
    for number, (scene, following) in enumerate(zip(base.scenes, base.scenes[1:], strict=False)):
        if scene.elements and scene.elements[-1].kind == "transition" and following.transition is None:
            scenes[number] = scenes[number].model_copy(update={"elements": scenes[number].elements[:-1]})
            scenes[number + 1] = following.model_copy(update={"transition": scene.elements[-1]})
    return base.model_copy(update={"scenes": tuple(scenes)})


def _merged(base: Screenplay, published: Screenplay, edited: Screenplay) -> Screenplay:
    homes = _homes(published, edited)
    above, passages = _passages(base, published, edited, homes)
    scenes = [
        _new(scene, passage) if home is None else _scene(base.scenes[home], published.scenes[home], scene, passage)
        for home, scene, passage in zip(homes, edited.scenes, passages, strict=True)
    ]
    torn_out = edited.title_page == TitlePage(title="")
    as_before = torn_out or _page_shape(edited.title_page) == _page_shape(published.title_page)
    merged = {
        "title_page": base.title_page if as_before else edited.title_page,
        "preamble": base.preamble if shown(edited.preamble) == shown(published.preamble) else tuple(above.elements()),
        "scenes": tuple(_placed(_voiced(_named(scenes, base), base))),
    }
    return base.model_copy(update=merged)


def _passages(base: Screenplay, published: Screenplay, edited: Screenplay, homes: list[int | None]) -> tuple[Passage, list[Passage]]:
    """What stands above the first heading, and what in each scene."""
    before = [paired(one.elements, other.elements) for one, other in zip(base.scenes, published.scenes, strict=True)]
    above = passage_of(paired(base.preamble, published.preamble), edited.preamble)
    passages = [passage_of([] if home is None else before[home], scene.elements) for home, scene in zip(homes, edited.scenes, strict=True)]
    find_moved([above, *passages], [pair for number, pairs in enumerate(before) if number not in homes for pair in pairs])
    find_changed([above, *passages])
    return above, passages


def _scene(base: Scene, published: Scene, edited: Scene, passage: Passage) -> Scene:
    if _scene_shape(published) == _scene_shape(edited):
        return base
    kept = {id(line.home) for line in passage.lines}
    lost = any(id(home) not in kept for _, home in paired(base.elements, published.elements))
    changed = {
        "number": base.number if edited.number == published.number else edited.number,
        "heading": _one(base.heading, published.heading, edited.heading),
        "transition": _one(base.transition, published.transition, edited.transition),
        "elements": base.elements if shown(published.elements) == shown(edited.elements) else tuple(passage.elements()),
        "locked": base.locked or lost or (edited.transition is None) != (published.transition is None),
    }
    return base.model_copy(update=changed)


def _one(base: Element | None, published: Element | None, edited: Element | None) -> Element | None:
    if edited is None:
        return None
    same = published is not None and shown([published]) == shown([edited])
    return Line(edited, base, touched=not same).element()


def _new(scene: Scene, passage: Passage) -> Scene:
    """A scene that a person wrote, still without an id."""
    theirs = {"id": "", "heading": _one(None, None, scene.heading), "transition": _one(None, None, scene.transition)}
    return scene.model_copy(update=theirs | {"elements": tuple(passage.elements()), "locked": True})


def _homes(published: Screenplay, edited: Screenplay) -> list[int | None]:
    """For each edited scene the one of the version that it is: untouched ones first, then the most alike."""
    homes: list[int | None] = [None] * len(edited.scenes)
    before = [repr(_scene_shape(scene)) for scene in published.scenes]
    matcher = SequenceMatcher(None, before, [repr(_scene_shape(scene)) for scene in edited.scenes], autojunk=False)
    for start, at, size in matcher.get_matching_blocks():
        for number in range(size):
            homes[at + number] = start + number
    free = [number for number in range(len(before)) if number not in set(homes)]
    unknown = [number for number, home in enumerate(homes) if home is None]
    pairs = [(_likeness(published.scenes[old], edited.scenes[new]), -abs(old - new), old, new) for new in unknown for old in free]
    for likeness, _, old, new in sorted(pairs, reverse=True):
        if likeness >= SAME_SCENE and homes[new] is None and old in free:
            homes[new] = old
            free.remove(old)
    return homes


def _likeness(one: Scene, other: Scene) -> float:
    """0–4: the same number counts most, then the heading, then what the scenes hold."""
    ours, theirs = (Counter(element.text for element in scene.elements if element.kind != "character") for scene in (one, other))
    shared = (ours & theirs).total() / max(ours.total(), theirs.total(), 1)
    return 2 * bool(one.number and one.number == other.number) + (one.heading.text == other.heading.text) + shared


def _named(scenes: Iterable[Scene], base: Screenplay) -> Iterator[Scene]:
    """New scenes get ids that none has, or had in this version."""
    taken = {scene.id for scene in base.scenes}
    for scene in scenes:
        named = scene if scene.id else scene.model_copy(update={"id": fresh_id(scene, taken)})
        taken.add(named.id)
        yield named


def _placed(scenes: Iterable[Scene]) -> list[Scene]:
    """A new scene lies where its lines do, or else after the one before it; one that it was split from ends where it begins."""
    placed: list[Scene] = []
    for scene in scenes:
        if scene.end > scene.start or not scene.id.startswith("hand-"):
            placed.append(scene)
            continue
        before = placed[-1] if placed else None
        times = [element.evidence for element in scene.elements if element.evidence.end > element.evidence.start]
        start = min((one.start for one in times), default=before.end if before else 0.0)
        end = max((one.end for one in times), default=start)
        if before and before.start < start < before.end:
            end = before.end
            placed[-1] = before.model_copy(update={"end": start})
        placed.append(scene.model_copy(update={"start": start, "end": end}))
    return placed


def _voiced(scenes: Iterable[Scene], base: Screenplay) -> Iterator[Scene]:
    """A name that a person wrote anew speaks with the voice that it has elsewhere, and so do the lines under it."""
    voices = {element.text: element.voice for scene in base.scenes for element in scene.elements if element.kind == "character"}
    for scene in scenes:
        elements = tuple(_with_voices(scene.elements, voices))
        yield scene if elements == scene.elements else scene.model_copy(update={"elements": elements})


def _with_voices(elements: Iterable[Element], voices: dict[str, str]) -> Iterator[Element]:
    speaking = ""
    for element in elements:
        if element.kind == "character":
            speaking = element.voice or voices.get(element.text, "") if element.locked else element.voice
        missing = element.locked and not element.voice and element.kind in ("character", "dialogue", "parenthetical")
        yield element.model_copy(update={"voice": speaking}) if missing and speaking else element
