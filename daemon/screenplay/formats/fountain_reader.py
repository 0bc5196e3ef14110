"""Reads Fountain 1.1 (fountain.io/syntax) into a screenplay, so that a script which a person has edited comes home.

Nothing that was typed is lost: what is more than its text is kept in ``typed``, what is no part of the film in ``fountain`` elements.
Lines end as on Unix in both; empty lines between paragraphs are not counted.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b

from daemon.screenplay.formats import fountain_title
from daemon.screenplay.formats.fountain import line_of
from daemon.screenplay.formats.fountain_syntax import APART, CENTERED, HEADING, bare, without_evidence
from daemon.screenplay.model import Element, ElementKind, Evidence, Scene, Screenplay, TitlePage

_MARK = re.compile(r"/\* reelscribe script, version \d+, sha256 [0-9a-f]+ \*/")
_JOINED = "\x1f"  # stands for a line's end that ends nothing: within a boneyard or a note


@dataclass
class _Open:
    """A scene while it is read."""

    heading: Element
    number: str
    transition: Element | None = None
    elements: list[Element] = field(default_factory=list)


@dataclass(frozen=True)
class _Heading:
    """A heading as it was met."""

    element: Element
    number: str


def read(text: str) -> Screenplay:
    """The screenplay. Scenes get ids made of what they hold; evidence is there where notes name it."""
    page, body = _front(text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"))
    preamble: list[Element] = []
    scenes: list[_Open] = []
    for part in (part for block in _blocks(body) for part in _parts(block)):
        above = scenes[-1].elements if scenes else preamble
        if isinstance(part, _Heading):
            transition = above.pop() if above and above[-1].kind == "transition" else None
            scenes.append(_Open(part.element, part.number, transition))
        elif isinstance(part, Element):
            above.append(part)
        elif scenes and not above:
            scenes[-1].heading = scenes[-1].heading.model_copy(update={"evidence": part})
    return Screenplay(title_page=page, scenes=tuple(_closed(scenes)), preamble=tuple(preamble))


def fresh_id(scene: Scene, taken: Iterable[str]) -> str:
    """An id for a scene that a person wrote, made of what it holds."""
    content = "\n".join(element.text for element in (scene.heading, *scene.elements))
    first = f"hand-{blake2b(content.encode('utf-8', 'replace'), digest_size=6).hexdigest()}"
    names = set(taken)
    return next(name for name in _numbered(first) if name not in names)


def _numbered(first: str) -> Iterator[str]:
    yield first
    number = 2
    while True:
        yield f"{first}-{number}"
        number += 1


def _closed(scenes: Iterable[_Open]) -> Iterator[Scene]:
    taken: set[str] = set()
    for one in scenes:
        evidence = one.heading.evidence
        scene = Scene(id="", number=one.number, heading=one.heading, elements=tuple(one.elements), transition=one.transition,
                      start=evidence.start, end=evidence.end)  # fmt: skip
        name = fresh_id(scene, taken)
        taken.add(name)
        yield scene.model_copy(update={"id": name})


def _front(text: str) -> tuple[TitlePage, str]:
    text = text.lstrip("\n")
    lines = text.split("\n")
    end = next((number for number, line in enumerate(lines) if not line.strip()), len(lines))
    block = "\n".join(line.rstrip() for line in lines[:end])
    if block and fountain_title.is_title_page(block):
        return fountain_title.read(block), "\n".join(lines[end:])
    return TitlePage(title=""), text


def _blocks(text: str) -> Iterator[list[str]]:
    """Lines between empty ones. A line of two spaces is not empty in a speech; one within a boneyard or a note ends nothing."""
    lines: list[str] = []
    for line in [*_lines(text), ""]:
        if line.strip() or (line.startswith("  ") and len(lines) > 1 and _is_name(lines[0])):
            lines.append(line)
        elif lines:
            yield lines
            lines = []


def _lines(text: str) -> list[str]:
    joined = APART.sub(lambda match: match[0].replace("\n", _JOINED), text.replace(_JOINED, ""))
    return [line.replace(_JOINED, "\n") for line in joined.split("\n")]


def _parts(lines: list[str]) -> Iterator[_Heading | Element | Evidence]:
    """What a block holds: one paragraph, or several that stand close together."""
    while lines:
        first = _seen(lines[0])
        if not first:
            yield from _apart(lines.pop(0).strip())
        elif first.startswith(("#", "=")):
            taken, lines = _while(lines, lambda line: line.startswith(("#", "=")))
            yield Element(kind="fountain", text="\n".join(taken))
        elif HEADING.match(first) or re.match(r"\.(?!\.)", first):
            yield _heading(lines.pop(0))
        elif first.startswith(">") and not CENTERED.fullmatch(first):
            yield _element("transition", lines.pop(0))
        elif _is_speech(lines):
            yield from _speech(lines)
            return
        else:
            yield _element("transition" if len(lines) == 1 and _is_transition(first) else "action", "\n".join(lines))
            return


def _seen(line: str) -> str:
    return APART.sub("", line).strip()


def _while(lines: list[str], holds: Callable[[str], bool]) -> tuple[list[str], list[str]]:
    end = next((number for number, line in enumerate(lines) if not holds(_seen(line))), len(lines))
    return lines[:end], lines[end:]


def _apart(raw: str) -> Iterator[Element | Evidence]:
    """What stands beside the script: our own mark is nothing, evidence belongs to the heading above, a note is a note."""
    rest, evidence = without_evidence(raw)
    if not rest.strip():
        yield evidence
    elif len(pieces := APART.findall(rest)) == 1 and pieces[0].startswith("[["):
        yield _element("note", raw)
    elif not _MARK.fullmatch(raw):
        yield Element(kind="fountain", text=raw)


def _heading(line: str) -> _Heading:
    """A number is the last thing in the line that a reader sees."""
    seen = APART.sub(lambda match: _JOINED * len(match[0]), line)
    number = re.search(rf"\s*#([A-Za-z0-9.-]+)#[\s{_JOINED}]*$", seen)
    if number is None:
        return _Heading(_element("heading", line), "")
    return _Heading(_element("heading", line[: number.start()] + line[number.end(1) + 1 :]), number[1])


def _element(kind: ElementKind, raw: str, *, dual: bool = False) -> Element:
    said, evidence = without_evidence(raw)
    said = said.rstrip() if kind == "action" else said.strip() if "\n" not in said else said.lstrip(" \t")
    element = Element(kind=kind, text=bare(kind, said), evidence=evidence, dual=dual)
    return element if line_of(element) == said else element.model_copy(update={"typed": said})


def _is_name(line: str) -> bool:
    """Whether a speech may stand below it."""
    name = _seen(line)
    capitals = name.partition("(")[0].isupper() and not name.startswith(("!", ">", "~"))
    return capitals or (name.startswith("@") and len(name) > 1)


def _is_transition(first: str) -> bool:
    return first.endswith("TO:") and first.isupper() and not first.startswith(("!", "~", "@"))


def _is_speech(lines: list[str]) -> bool:
    return _is_name(lines[0]) and any(_seen(line) for line in lines[1:])


def _speech(lines: list[str]) -> Iterator[Element]:
    name = lines[0].strip()
    yield _element("character", name.removesuffix("^"), dual=name.endswith("^"))
    spoken = list(_spoken(lines[1:]))
    for raw in spoken:
        seen = _seen(raw)
        yield _element("parenthetical" if seen.startswith("(") and seen.endswith(")") else "dialogue", raw)


def _spoken(lines: Iterable[str]) -> Iterator[str]:
    """The lines of a speech, each with what cannot stand alone: a note, a line of spaces, the rest of a bracket."""
    held = ""
    said = ""
    for line in lines:
        if not _seen(line) and said:
            said += f"\n{line}"
        elif not _seen(line):
            held += f"{line}\n"
        elif said and _seen(said).startswith("(") and ")" not in said:
            said += f"\n{line}"
        else:
            if said:
                yield said
            said, held = held + line, ""
    yield said
