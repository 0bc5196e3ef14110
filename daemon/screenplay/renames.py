"""A person's names for people, laid over any screenplay: renames of a voice, and single lines given to somebody else."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from config.times import parse
from daemon.contract.evidence import Cue
from daemon.screenplay.model import Element, Screenplay
from daemon.screenplay.names import UNCLEAR, in_prose, printed
from daemon.screenplay.speeches import above, goes_on

NEAR = 1.0  # seconds beside a cue at which a time still means it
SAME = 0.05  # seconds by which the times of one cue may differ from version to version


@dataclass(frozen=True)
class Person:
    """Who says a line: the measured voice (``""``: not clear, or nobody's) and the name that is printed."""

    voice: str
    name: str


def renamed(screenplay: Screenplay, characters: Mapping[str, str], cues: Sequence[Cue]) -> Screenplay:
    """The script with a person's names.

    A key of ``characters`` is a voice, the name so far, or a time in the film (``0:31.4``), whose line is then that person's. A voice
    goes before a name so far. What is locked keeps its words. A name that is locked is a person's own: it changes with those whom the
    script calls so. Done twice, it is done once.
    """
    people = _People(screenplay, characters, cues)
    spoken = [tuple(_respoken(scene.elements, people)) for scene in screenplay.scenes]
    scenes = (
        scene.model_copy(update={"elements": tuple(_prose(element, people.replaced) for element in elements)})
        for scene, elements in zip(screenplay.scenes, spoken, strict=True)
    )
    return screenplay.model_copy(update={"scenes": tuple(scenes)})


def cast(screenplay: Screenplay) -> dict[str, str]:
    """Voice → the name that is printed for it; the voice that is not clear goes by ``VOICE``."""
    found: dict[str, str] = {}
    for scene in screenplay.scenes:
        for element in scene.elements:
            if element.kind == "character" and not element.locked:
                found.setdefault(element.voice or UNCLEAR, element.text)
    return found


class _People:
    """Who is who. ``replaced``: names in the script → those that a person wants."""

    def __init__(self, screenplay: Screenplay, characters: Mapping[str, str], cues: Sequence[Cue]) -> None:
        times = {key: time for key in characters if (time := _time(key)) is not None}
        self._wanted = {key.casefold(): printed(name) for key, name in characters.items() if key not in times and name.strip()}
        self._cast = cast(screenplay)
        self._cues = {cue.id: cue for cue in cues}
        self._labels = dict.fromkeys([*(cue.voice for cue in cues if cue.voice), *sorted(self._cast)])
        self._assigned = [(time, _spoken_at(time, cues), self._called(characters[key])) for key, time in times.items()]
        called = {name: self._name(label, name) for label, name in self._cast.items()}
        self.replaced = {old: new for old, new in called.items() if old != new}
        self.replaced |= {label: new for label in self._labels if (new := self._wanted.get(label.casefold())) and new != label}

    def says(self, line: Element, character: Element) -> Person:
        """Who says ``line``, which stands under ``character``."""
        if character.locked:
            return Person(character.voice, self._wanted.get(character.text.casefold()) or self.replaced.get(character.text, character.text))
        if line.locked:
            return Person(character.voice, self._name(character.voice or UNCLEAR, character.text))
        given = next((person for time, cue, person in self._assigned if self._means(line, time, cue)), None)
        if given:
            return given
        cue = self._cue(line)
        if cue and cue.voice != character.voice:
            label = cue.voice or UNCLEAR
            return Person(cue.voice, self._name(label, self._cast.get(label, label)))
        return Person(character.voice, self._name(character.voice or UNCLEAR, character.text))

    def _name(self, label: str, so_far: str) -> str:
        return self._wanted.get(label.casefold()) or self._wanted.get(so_far.casefold()) or so_far

    def _called(self, name: str) -> Person:
        """The person that a time was given to: by voice, by the name so far or the new one; else somebody new."""
        for label in self._labels:
            so_far = self._cast.get(label, label)
            final = self._name(label, so_far)
            called = {label, final} | ({so_far} if label != UNCLEAR else set())  # lines without a voice may be several people's
            if name.casefold() in {each.casefold() for each in called}:
                return Person("" if label == UNCLEAR else label, final)
        return Person("", printed(name))

    def _cue(self, line: Element) -> Cue | None:
        """The cue of a line, where it is still the one that the line was made of."""
        cue = self._cues.get(line.evidence.cues[0]) if line.evidence.cues else None
        return cue if cue and abs(cue.start - line.evidence.start) < SAME and abs(cue.end - line.evidence.end) < SAME else None

    def _means(self, line: Element, time: float, cue: Cue | None) -> bool:
        mine = self._cue(line)
        return mine is cue if mine else line.evidence.start <= time < line.evidence.end


def _time(key: str) -> float | None:
    """The moment that a key means; None: it is a name. A number alone is a name too."""
    try:
        time = parse(key) if ":" in key else None
    except ValueError:
        return None
    return time.seconds if time and not time.from_end else None


def _spoken_at(time: float, cues: Iterable[Cue]) -> Cue | None:
    near = [cue for cue in cues if cue.start - NEAR <= time < cue.end + NEAR]
    return min(near, key=lambda cue: (max(cue.start - time, time - cue.end, 0.0), -cue.start), default=None)


@dataclass
class _Speech:
    """A ``character`` with what stands under it, or another element alone."""

    first: Element
    lines: list[Element] = field(default_factory=list)
    changed: bool = False

    def takes(self, other: "_Speech") -> bool:
        """Whether ``other``, which follows, is one speech with it since one of them changed hands."""
        same = self.first.kind == other.first.kind == "character" and (self.first.text, self.first.voice) == (
            other.first.text,
            other.first.voice,
        )
        apart = other.first.dual or self.first.locked or other.first.locked or not self.lines
        return same and (self.changed or other.changed) and not apart and goes_on(self.first.text, self.lines[-1].text)

    def plus(self, other: "_Speech") -> "_Speech":
        """Both as one."""
        lines = [*self.lines, *other.lines]
        return _Speech(above(lines, self.first.text, self.first.voice, dual=self.first.dual), lines, changed=True)


def _respoken(elements: Sequence[Element], people: _People) -> Iterator[Element]:
    """Speeches under the names of those who say their lines now; a speech in which nothing changes stays as it is."""
    speeches: list[_Speech] = []
    for speech in (part for block in _blocks(elements) for part in _parts(block, people)):
        joined = speeches and speeches[-1].takes(speech)
        speeches.append(speeches.pop().plus(speech) if joined else speech)
    for speech in speeches:
        yield speech.first
        yield from speech.lines


def _blocks(elements: Iterable[Element]) -> Iterator[_Speech]:
    block: _Speech | None = None
    for element in elements:
        if block and block.first.kind == "character" and element.kind in ("parenthetical", "dialogue"):
            block.lines.append(element)
            continue
        if block:
            yield block
        block = _Speech(element)
    if block:
        yield block


def _parts(speech: _Speech, people: _People) -> Iterator[_Speech]:
    """The speech under its name as it is now, cut where somebody else speaks."""
    character = speech.first
    if character.kind != "character":
        yield speech
        return
    found = _by_person(speech, people) or [(people.says(character, character), [])]
    for number, (person, lines) in enumerate(found):
        whole = len(found) == 1
        name = character if whole else above(lines, "", "", dual=character.dual and not number)
        changed = not whole or (person.voice, person.name) != (character.voice, character.text)
        mine = {"text": person.name, "voice": person.voice, "locked": character.locked}
        yield _Speech(name.model_copy(update=mine) if changed else name, speech.lines if whole else lines, changed)


def _by_person(speech: _Speech, people: _People) -> list[tuple[Person, list[Element]]]:
    """Each line, with the parentheticals above it, under who says it."""
    found: list[tuple[Person, list[Element]]] = []
    waiting: list[Element] = []
    for line in speech.lines:
        waiting.append(line)
        if line.kind == "dialogue":
            person = people.says(line, speech.first)
            if not found or found[-1][0] != person:
                found.append((person, []))
            found[-1][1].extend(waiting)
            waiting = []
    if found:
        found[-1][1].extend(waiting)
    return found


def _prose(element: Element, replaced: Mapping[str, str]) -> Element:
    if element.kind != "action" or element.locked or not replaced:
        return element
    return element.model_copy(update={"text": in_prose(element.text, replaced)})
