"""A person's edited Fountain file, read back against the version that it was made of.

What was not touched keeps its evidence, its voice and its id. What was changed, added or moved is locked, so that no writing takes it
back, and so is a scene from which something was taken away.
"""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from daemon.screenplay.fountain import written
from daemon.screenplay.fountain_reader import fresh_id, read
from daemon.screenplay.model import Element, Scene, Screenplay
from daemon.screenplay.paragraphs import paragraphs

ALIKE = 0.4  # of two lines: above it the one is the other, changed
SAME_SCENE = 0.5  # of what two scenes hold, where neither number nor heading is the same

Key = tuple[str, str, bool]


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
    return _merged(_lifted(base), published, edited)


def _decoded(text: str | bytes) -> str:
    try:
        decoded = text if isinstance(text, str) else text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CannotComeHome(f"it is not UTF-8 (byte {error.start})") from error
    if "\0" in decoded:
        raise CannotComeHome("it is no text")
    return decoded


def _key(element: Element) -> Key:
    return "action" if element.kind == "shot" else element.kind, element.text, element.dual


def _typed(element: Element) -> str:
    """What a person typed, where it is more than spaces."""
    return " ".join(element.typed.split())


def _shape(screenplay: Screenplay) -> object:
    """All that can be told from a Fountain file."""
    page = screenplay.title_page.model_copy(update={"typed": ""})
    return page, _lines(screenplay.preamble), [_scene_shape(scene) for scene in screenplay.scenes]


def _scene_shape(scene: Scene) -> object:
    return scene.number, _lines([one for one in (scene.transition, scene.heading) if one]), _lines(scene.elements)


def _lines(elements: Iterable[Element]) -> list[tuple[Key, str]]:
    return [(_key(element), _typed(element)) for element in elements]


def _lifted(base: Screenplay) -> Screenplay:
    """Transitions that end a scene stand above the next heading, where they are read back."""
    scenes = list(base.scenes)
    for number, (scene, following) in enumerate(zip(base.scenes, base.scenes[1:], strict=False)):
        if scene.elements and scene.elements[-1].kind == "transition" and following.transition is None:
            scenes[number] = scenes[number].model_copy(update={"elements": scenes[number].elements[:-1]})
            scenes[number + 1] = following.model_copy(update={"transition": scene.elements[-1]})
    return base.model_copy(update={"scenes": tuple(scenes)})


@dataclass
class _Line:
    """One element of the edited script. ``home``: what it is in the version that was published."""

    read: Element
    home: Element | None = None
    touched: bool = True

    def element(self) -> Element:
        if self.home is None:
            return self.read.model_copy(update={"locked": True})
        if not self.touched:
            return self.home
        kind = self.home.kind if _key(self.home)[0] == self.read.kind else self.read.kind
        said = {"kind": kind, "text": self.read.text, "dual": self.read.dual, "typed": self.read.typed, "locked": True}
        return self.home.model_copy(update=said)


@dataclass
class _Passage:
    """The lines of one edited scene, what they were before, and what was taken away."""

    lines: list[_Line]
    gone: list[tuple[Element, Element]] = field(default_factory=list)  # as it was read back, and as it was
    changed: list[tuple[range, list[tuple[Element, Element]]]] = field(default_factory=list)


def _merged(base: Screenplay, published: Screenplay, edited: Screenplay) -> Screenplay:
    homes = _homes(published, edited)
    above = _passage(_paired(base.preamble, published.preamble), edited.preamble)
    passages = [
        _passage(_paired(base.scenes[home].elements, published.scenes[home].elements) if home is not None else [], scene.elements)
        for home, scene in zip(homes, edited.scenes, strict=True)
    ]
    removed = [pair for number in range(len(base.scenes)) if number not in homes
               for pair in _paired(base.scenes[number].elements, published.scenes[number].elements)]  # fmt: skip
    _find_moved([above, *passages], removed)
    _find_changed([above, *passages])
    scenes = [
        _scene(base.scenes[home], published.scenes[home], scene, passage) if home is not None else _new(scene, passage)
        for home, scene, passage in zip(homes, edited.scenes, passages, strict=True)
    ]
    page = base.title_page if edited.title_page == published.title_page else edited.title_page
    preamble = base.preamble if _lines(edited.preamble) == _lines(published.preamble) else tuple(_elements(above))
    merged = base.model_copy(update={"title_page": page, "preamble": preamble, "scenes": tuple(_placed(_named(scenes, base)))})
    return _voiced(merged, base)


def _paired(base: Sequence[Element], published: Sequence[Element]) -> list[tuple[Element, Element]]:
    """Each element as it was read back, with the one of the document that it is."""
    printed: list[Element] = []
    for paragraph in paragraphs(base):
        printed += [paragraph.name] if paragraph.name else []
        printed += paragraph.elements
    if len(printed) == len(published):
        return list(zip(published, printed, strict=True))
    matcher = SequenceMatcher(None, [_key(one) for one in published], [_key(one) for one in printed], autojunk=False)
    return [(published[a + n], printed[b + n]) for a, b, size in matcher.get_matching_blocks() for n in range(size)]


def _passage(before: Sequence[tuple[Element, Element]], now: Sequence[Element]) -> _Passage:
    passage = _Passage([_Line(element) for element in now])
    matcher = SequenceMatcher(None, [_key(one) for one, _ in before], [_key(one) for one in now], autojunk=False)
    for verb, start, end, at, until in matcher.get_opcodes():
        if verb == "equal":
            for (read_back, home), line in zip(before[start:end], passage.lines[at:until], strict=True):
                line.home, line.touched = home, _typed(read_back) != _typed(line.read)
        else:
            passage.changed.append((range(at, until), list(before[start:end])))
            passage.gone += before[start:end]
    return passage


def _find_moved(passages: Sequence[_Passage], removed: Iterable[tuple[Element, Element]]) -> None:
    """A line that is gone here and new there, word for word, was moved."""
    pool: dict[Key, deque[tuple[_Passage | None, tuple[Element, Element]]]] = {}
    for passage in passages:
        for pair in passage.gone:
            pool.setdefault(_key(pair[0]), deque()).append((passage, pair))
    for pair in removed:
        pool.setdefault(_key(pair[0]), deque()).append((None, pair))
    for passage in passages:
        for line in passage.lines:
            if line.home is None and line.read.kind != "character" and (found := pool.get(_key(line.read))):
                owner, pair = found.popleft()
                line.home = pair[1]
                _forget(owner, pair)


def _forget(owner: _Passage | None, pair: tuple[Element, Element]) -> None:
    for _, before in owner.changed if owner else ():
        before[:] = [one for one in before if one is not pair]


def _find_changed(passages: Iterable[_Passage]) -> None:
    """A new line in the place of one that is gone, and much like it, is that one changed."""
    for passage in passages:
        for places, before in passage.changed:
            left = deque(before)
            for line in (passage.lines[number] for number in places):
                if line.home is None and (home := _like(line.read, left)):
                    line.home = home


def _like(element: Element, left: deque[tuple[Element, Element]]) -> Element | None:
    """The first of ``left`` that ``element`` may have been. Takes it, and all before it, away."""
    for number, (read_back, home) in enumerate(left):
        if _key(read_back)[0] == element.kind and _ratio(read_back.text, element.text) > (0 if element.kind == "character" else ALIKE):
            for _ in range(number + 1):
                left.popleft()
            return home
    return None


def _ratio(one: str, other: str) -> float:
    return SequenceMatcher(None, one.split(), other.split(), autojunk=False).ratio() or SequenceMatcher(None, one, other).quick_ratio() / 2


def _elements(passage: _Passage) -> Iterator[Element]:
    return (line.element() for line in passage.lines)


def _scene(base: Scene, published: Scene, edited: Scene, passage: _Passage) -> Scene:
    if _scene_shape(published) == _scene_shape(edited):
        return base
    kept = sum(line.home is not None for line in passage.lines)
    lost = len(_paired(base.elements, published.elements)) > kept
    return base.model_copy(
        update={
            "number": base.number if edited.number == published.number else edited.number,
            "heading": _one(base.heading, published.heading, edited.heading),
            "transition": _one(base.transition, published.transition, edited.transition),
            "elements": base.elements if _lines(published.elements) == _lines(edited.elements) else tuple(_elements(passage)),
            "locked": base.locked or lost or (edited.transition is None) != (published.transition is None),
        }
    )


def _one(base: Element | None, published: Element | None, edited: Element | None) -> Element | None:
    if edited is None:
        return None
    same = published is not None and _lines([published]) == _lines([edited])
    return _Line(edited, base, touched=not same).element()


def _new(scene: Scene, passage: _Passage) -> Scene:
    transition = scene.transition.model_copy(update={"locked": True}) if scene.transition else None
    heading = scene.heading.model_copy(update={"locked": True})
    return scene.model_copy(update={"heading": heading, "transition": transition, "elements": tuple(_elements(passage)), "locked": True})


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
    """New scenes get ids that none has, or ever had in this version."""
    taken = {scene.id for scene in base.scenes}
    known = set(taken)
    for scene in scenes:
        named = scene if scene.id in known else scene.model_copy(update={"id": fresh_id(scene, taken)})
        taken.add(named.id)
        yield named


def _placed(scenes: Iterable[Scene]) -> list[Scene]:
    """A new scene lies where its lines do, or else between its neighbours; one that it was split from ends where it begins."""
    placed: list[Scene] = []
    for scene in scenes:
        made = scene
        if scene.id.startswith("hand-") and scene.end <= scene.start:
            before = placed[-1] if placed else None
            times = [element.evidence for element in scene.elements if element.evidence.end > element.evidence.start]
            start = min((one.start for one in times), default=before.end if before else 0.0)
            end = max((one.end for one in times), default=start)
            if before and before.start < start < before.end:
                end = before.end
                placed[-1] = before.model_copy(update={"end": start})
            made = scene.model_copy(update={"start": start, "end": end})
        placed.append(made)
    return placed


def _voiced(merged: Screenplay, base: Screenplay) -> Screenplay:
    """A name that a person wrote anew speaks with the voice that it has elsewhere, and so do the lines under it."""
    voices = {element.text: element.voice for scene in base.scenes for element in scene.elements if element.kind == "character"}
    return merged.model_copy(update={"scenes": tuple(scene.model_copy(update={"elements": tuple(_with_voices(scene.elements, voices))})
                                                     if scene.locked or any(one.locked for one in scene.elements) else scene
                                                     for scene in merged.scenes)})  # fmt: skip


def _with_voices(elements: Iterable[Element], voices: dict[str, str]) -> Iterator[Element]:
    speaking = ""
    for element in elements:
        if element.kind == "character":
            speaking = element.voice or voices.get(element.text, "") if element.locked else element.voice
        missing = element.locked and not element.voice and element.kind in ("character", "dialogue", "parenthetical")
        yield element.model_copy(update={"voice": speaking}) if missing and speaking else element
