"""Brings together what people made of a script and what the machine writes of it anew. Pure.

Three documents meet, scene by scene, by the scenes' ids: the *base*, the version as people have it; what the machine had *written* for
it; and what the *machine* writes this time. A scene that the machine writes as before stays as people have it; one that it writes
otherwise is taken, except for what is locked. Where that costs somebody's words, it is said.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import count as naturals
from string import ascii_uppercase
from typing import NamedTuple

from daemon.contract.evidence import Cue
from daemon.screenplay import headings
from daemon.screenplay.model import Element, Scene, Screenplay, TitlePage
from daemon.screenplay.names import printed
from daemon.screenplay.renames import cast, renamed
from daemon.screenplay.speeches import above

Scenes = Mapping[str, Scene]


class Merged(NamedTuple):
    """A script, and sentences about what was in conflict."""

    screenplay: Screenplay
    warnings: tuple[str, ...] = ()


def merged(base: Screenplay, written: Screenplay, machine: Screenplay) -> Merged:
    """The script with everybody's work in it."""
    chosen, warnings = _chosen(_by_id(base), _by_id(written), machine.scenes)
    stays, more = _staying(base, _by_id(written), _by_id(machine))
    scenes = _numbered(_woven(chosen, stays, [scene.id for scene in base.scenes]), base, machine)
    page = _title_page(base.title_page, written.title_page, machine.title_page)
    whole = machine.model_copy(update={"title_page": page, "preamble": base.preamble or machine.preamble, "scenes": scenes})
    return Merged(whole, (*warnings, *more))


def brought_home(base: Screenplay, edited: Screenplay, current: Screenplay) -> Merged:
    """``current`` with what a person edited in a file that was made from ``base``: there the person's words win over all others."""
    before, now = _by_id(base), _by_id(current)
    touched = {scene.id: scene for scene in edited.scenes if scene != before.get(scene.id)}
    removed = before.keys() - {scene.id for scene in edited.scenes}
    both = [scene for key, scene in touched.items() if key in now and before.get(key) != now[key]]
    chosen = [touched.get(scene.id, scene) for scene in current.scenes if scene.id not in removed]
    there = {scene.id for scene in chosen}
    stays = [scene for scene in edited.scenes if scene.id in touched and scene.id not in there]
    scenes = _woven(chosen, stays, [scene.id for scene in edited.scenes])
    page = current.title_page if edited.title_page == base.title_page else edited.title_page
    preamble = current.preamble if edited.preamble == base.preamble else edited.preamble
    whole = current.model_copy(update={"title_page": page, "preamble": preamble, "scenes": tuple(_with_numbers(scenes, before))})
    return Merged(whole, tuple(f"Scene {scene.number} was changed in a newer version too: the edited file counts." for scene in both))


def with_names(
    screenplay: Screenplay, characters: Mapping[str, str], cues: Sequence[Cue], before: Mapping[str, str], machine: Screenplay
) -> Screenplay:
    """The script with a person's names; those that it has from ``before`` and that nobody wants any more are the machine's again."""
    gone = {printed(name) for key, name in before.items() if key not in characters}
    own = cast(machine)
    back = {voice: own[voice] for voice, name in cast(screenplay).items() if name in gone and voice in own}
    return renamed(screenplay, {**back, **_by_voice(characters, own)}, cues)


def _by_voice(characters: Mapping[str, str], own: Mapping[str, str]) -> dict[str, str]:
    """A person's names, those for a name of the machine's (``own``: voice → name) under its voice too.

    So two people who swap their names have done so once, whichever of the names a version has already.
    """
    wanted = {key.casefold(): name for key, name in characters.items()}
    voices = {voice: wanted[name.casefold()] for voice, name in own.items() if name.casefold() in wanted and voice.casefold() not in wanted}
    swapped = {own[voice].casefold() for voice in voices} & {name.casefold() for name in characters.values()}
    return {**voices, **{key: name for key, name in characters.items() if key.casefold() not in swapped}}


def rewritten(old: Scene, new: Sequence[Scene]) -> Scene:
    """``old`` as it was written again: its name, number and times stay, and all in it that is locked."""
    elements = tuple(element for scene in new for element in scene.elements)
    return with_locked(old, old.model_copy(update={"heading": new[0].heading if new else old.heading, "elements": elements}))


def with_lock(screenplay: Screenplay, scene_id: str, line: int | None, locked: bool) -> Screenplay:
    """The script with a scene, or one line of it (from 1), locked or free. Raises LookupError where there is none."""

    def changed(scene: Scene) -> Scene:
        if line is None:
            return _unlocked(scene) if not locked else scene.model_copy(update={"locked": True})
        if not 1 <= line <= len(scene.elements):
            raise LookupError(f"Scene {scene.number} has {len(scene.elements)} lines.")
        elements = list(scene.elements)
        elements[line - 1] = elements[line - 1].model_copy(update={"locked": locked})
        return scene.model_copy(update={"elements": tuple(elements)})

    scenes = tuple(changed(scene) if scene.id == scene_id else scene for scene in screenplay.scenes)
    return screenplay.model_copy(update={"scenes": scenes})


def scene_called(screenplay: Screenplay, name: str) -> Scene | None:
    """The scene of this id, or of this printed number."""
    return next((scene for scene in screenplay.scenes if name in (scene.id, scene.number)), None)


def with_scene(screenplay: Screenplay, scene: Scene) -> Screenplay:
    """The script with ``scene`` in place of the one of its id."""
    return screenplay.model_copy(update={"scenes": tuple(scene if one.id == scene.id else one for one in screenplay.scenes)})


def has_locks(scene: Scene) -> bool:
    """Whether anything in it is locked."""
    return scene.locked or scene.heading.locked or any(element.locked for element in scene.elements)


def with_locked(old: Scene, new: Scene) -> Scene:
    """``new`` with all that is locked in ``old``, each where it was: beside its cues, else at its time."""
    kept = [block for block in _blocks(old.elements) if any(element.locked for element in block)]
    spoken = {cue: number for number, block in enumerate(kept) for element in block for cue in element.evidence.cues}
    blocks = list(_without_spoken(_blocks(new.elements), spoken, kept))
    there = {id(block) for block in blocks}
    for block in kept:
        if id(block) not in there:
            _insert(blocks, block, _time(block, old))
    update = {"elements": tuple(element for block in blocks for element in block)}
    if old.heading.locked:
        update |= {"heading": old.heading}  # type: ignore[dict-item]
    if old.transition and old.transition.locked:
        update |= {"transition": old.transition}  # type: ignore[dict-item]
    return new.model_copy(update=update)


def _by_id(screenplay: Screenplay) -> Scenes:
    return {scene.id: scene for scene in screenplay.scenes}


def _chosen(base: Scenes, written: Scenes, machine: Iterable[Scene]) -> tuple[list[Scene], list[str]]:
    """For each scene of the machine's the one that is taken, and what is said of it."""
    scenes: list[Scene] = []
    warnings: list[str] = []
    for scene in machine:
        mine, before = base.get(scene.id), written.get(scene.id)
        if mine is None:
            if before and _same(before, scene):
                continue  # a person took it out
            scenes.append(scene)
            warnings += [f"Scene {scene.number} was taken out by hand; it was written otherwise now, and is back."] if before else []
        elif mine.locked or (before and _same(before, scene)):
            scenes.append(mine)
        else:
            scenes.append(with_locked(mine, scene))
            warnings += [_lost(mine)] if before and _loses(mine, before) else []
    return scenes, warnings


def _staying(base: Screenplay, written: Scenes, machine: Scenes) -> tuple[list[Scene], list[str]]:
    """Scenes that the machine does not write and that stay all the same: a person's own, and locked ones."""
    stays: list[Scene] = []
    warnings: list[str] = []
    for scene in base.scenes:
        if scene.id in machine:
            continue
        before = written.get(scene.id)
        if before is None:
            stays.append(scene)
        elif has_locks(scene):
            stays.append(scene)
            warnings.append(f"Scene {scene.number} is locked and stays, though what it shows is left out now.")
        elif _loses(scene, before):
            warnings.append(f"Scene {scene.number}, which was changed by hand, is left out with what it shows; earlier versions have it.")
    return stays, warnings


def _lost(scene: Scene) -> str:
    return f"Scene {scene.number} was written anew, since what it shows changed; what was not locked of a person's is in earlier versions."


def _loses(mine: Scene, before: Scene) -> bool:
    """Whether taking the machine's scene costs a person's words that are not locked."""
    return not _same(mine, before) and any(
        element not in before.elements and not element.locked for element in mine.elements if element.kind != "character"
    )


def _same(one: Scene, other: Scene) -> bool:
    """Whether two scenes are the same but for their numbers."""
    return _unnumbered(one) == _unnumbered(other)


def _unnumbered(scene: Scene) -> Scene:
    return _with_number(scene, "").model_copy(update={"number": ""})


def _with_number(scene: Scene, number: str) -> Scene:
    """The scene under another number, also where its heading says it: a place that nothing shows is told by it."""
    heading = headings.read(scene.heading.text)
    text = scene.heading.text
    if heading and heading.place == f"{headings.UNKNOWN} {scene.number}":
        text = str(heading.model_copy(update={"place": f"{headings.UNKNOWN} {number}".strip()}))
    update = {"number": number, "heading": scene.heading.model_copy(update={"text": text})}
    return scene.model_copy(update=update)


def _woven(chosen: Sequence[Scene], stays: Iterable[Scene], order: Sequence[str]) -> list[Scene]:
    """``chosen`` with each scene that stays behind the nearest scene that stood before it in ``order``."""
    scenes = list(chosen)
    for scene in stays:
        before = set(order[: order.index(scene.id)])
        behind = [place for place, one in enumerate(scenes, 1) if one.id in before]
        scenes.insert(max(behind, default=0), scene)
    return scenes


def _numbered(scenes: Sequence[Scene], base: Screenplay, machine: Screenplay) -> tuple[Scene, ...]:
    """The numbers that people know, as long as the scenes are the same; else the machine's, and ``12A`` for what a person added."""
    known = {scene.id: scene.number for scene in base.scenes}
    if [scene.id for scene in scenes] == list(known):
        return tuple(_with_number(scene, known[scene.id]) for scene in scenes)
    given = {scene.id: scene.number for scene in machine.scenes}
    last, added, numbered = "", 0, []
    for scene in scenes:
        added = 0 if scene.id in given else added + 1
        last = given.get(scene.id, last)
        numbered.append(_with_number(scene, given.get(scene.id) or f"{last or 0}{_letter(added)}"))
    return tuple(numbered)


def _with_numbers(scenes: Sequence[Scene], known: Scenes) -> Iterator[Scene]:
    """Scenes that a person added without a number, each with one beside the scene before it: ``12A``."""
    taken, last = {scene.number for scene in scenes}, "0"
    for scene in scenes:
        if not scene.number and scene.id not in known and last:
            stem = last.rstrip(ascii_uppercase) or last
            number = next(each for count in naturals(1) if (each := f"{stem}{_letter(count)}") not in taken)
            taken.add(number)
            yield (scene := _with_number(scene, number))
        else:
            yield scene
        last = scene.number


def _letter(count: int) -> str:
    return chr(ord("A") + count - 1) if count <= 26 else f"-{count}"


def _title_page(base: TitlePage, written: TitlePage, machine: TitlePage) -> TitlePage:
    """Field by field: as people have it, unless the machine says something else than before."""
    said = {name: getattr(machine, name) for name in TitlePage.model_fields if getattr(machine, name) != getattr(written, name)}
    return base.model_copy(update=said)


def _unlocked(scene: Scene) -> Scene:
    elements = tuple(element.model_copy(update={"locked": False}) for element in scene.elements)
    heading = scene.heading.model_copy(update={"locked": False})
    return scene.model_copy(update={"locked": False, "elements": elements, "heading": heading})


def _blocks(elements: Iterable[Element]) -> Iterator[list[Element]]:
    """A speech with its name above it; anything else alone."""
    block: list[Element] = []
    for element in elements:
        if block and not (block[0].kind == "character" and element.kind in ("parenthetical", "dialogue")):
            yield block
            block = []
        block.append(element)
    if block:
        yield block


def _without_spoken(blocks: Iterable[list[Element]], spoken: Mapping[str, int], kept: Sequence[list[Element]]) -> Iterator[list[Element]]:
    """``blocks`` with the locked block in place of the cues that it has, and without what a locked one replaces."""
    done: set[int] = set()
    for block in blocks:
        if _replaced(block, kept):
            continue
        part: list[Element] = []
        for element in block:
            number = next((spoken[cue] for cue in element.evidence.cues if cue in spoken), None) if element.kind == "dialogue" else None
            if number is None:
                part.append(element)
                continue
            yield from _speech(block, part)
            part = []
            if number not in done:
                done.add(number)
                yield kept[number]
        yield from _speech(block, part)


def _speech(block: Sequence[Element], part: list[Element]) -> Iterator[list[Element]]:
    """A part of a block under the block's name, with the evidence of its own lines; nothing where nothing is said in it."""
    if len(part) == len(block) or (part and block[0].kind != "character"):
        yield part
        return
    said = [element for element in part if element is not block[0]]
    lines = [element for element in said if element.kind == "dialogue"]
    if lines:
        yield [above(lines, block[0].text, block[0].voice, dual=block[0].dual and part[0] is block[0]), *said]


def _replaced(block: Sequence[Element], kept: Iterable[list[Element]]) -> bool:
    """Whether a locked element stands for the same thing that was seen."""
    (first, *rest) = block
    same: Callable[[Element], bool] = lambda one: one.kind == first.kind and one.evidence.shots == first.evidence.shots  # noqa: E731
    return not rest and first.kind in ("action", "shot") and bool(first.evidence.shots) and any(same(one[0]) for one in kept)


def _time(block: Sequence[Element], scene: Scene) -> float:
    """When a block is; one without a time of its own is when that before it is."""
    last = scene.start
    for element in scene.elements:
        if element.evidence.end or element.evidence.start:
            last = element.evidence.start
        if element is block[0]:
            return last
    return last


def _insert(blocks: list[list[Element]], block: list[Element], time: float) -> None:
    later = (place for place, one in enumerate(blocks) if one[0].evidence.start > time)
    blocks.insert(next(later, len(blocks)), block)
