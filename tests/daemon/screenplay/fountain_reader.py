"""A reader of Fountain, written from its syntax page alone, for reading our own scripts back."""

import re
from dataclasses import dataclass, field

HEADING = re.compile(r"(?:INT|EXT|EST|INT\./EXT|INT/EXT|I/E)[. ]", re.IGNORECASE)
NUMBER = re.compile(r"\s*#([\w.-]+)#$")


@dataclass
class Read:
    """``parts``: kind and text of each paragraph; a dialogue line is ``("dialogue", "NAME: words")``."""

    title: dict[str, list[str]] = field(default_factory=dict)
    parts: list[tuple[str, str]] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)

    def of(self, kind: str) -> list[str]:
        return [text for part, text in self.parts if part == kind]


def read(text: str) -> Read:
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    front, _, body = text.partition("\n\n")
    found = Read(title=_title(front))
    for block in re.split(r"\n[ \t]*\n", body):
        if block.strip():
            _block(block.strip("\n").split("\n"), found)
    return found


def _title(front: str) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    key = ""
    for line in front.split("\n"):
        if match := re.match(r"([A-Z][\w ]*):\s*(.*)", line):
            key = match[1]
            fields[key] = [match[2]] if match[2] else []
        else:
            fields[key].append(line.strip())
    return fields


def _block(lines: list[str], found: Read) -> None:
    first = lines[0]
    if re.fullmatch(r"\[\[.*\]\]", first):
        found.parts.append(("note", plain(first[2:-2])))
    elif first.startswith("!"):
        found.parts.append(("action", plain(first[1:])))
    elif re.match(r"\.(?!\.)", first) or HEADING.match(first):
        if number := NUMBER.search(first):
            found.numbers.append(number[1])
        found.parts.append(("heading", plain(NUMBER.sub("", first.removeprefix(".")))))
    elif first.startswith("~"):
        found.parts.append(("lyric", plain(first[1:])))
    elif first.startswith("#") or first.startswith("="):
        found.parts.append(("section", plain(first)))
    elif first.startswith(">"):
        found.parts.append(("centred" if first.endswith("<") else "transition", plain(first[1:].strip())))
    elif len(lines) == 1 and first == first.upper() and first.endswith("TO:"):
        found.parts.append(("transition", plain(first)))
    elif len(lines) > 1 and (first.startswith("@") or (first == first.upper() and re.search("[A-Z]", first))):
        _speech(plain(first.removeprefix("@")), lines[1:], found)
    else:
        found.parts.append(("action", plain(" ".join(lines))))


def _speech(name: str, lines: list[str], found: Read) -> None:
    for line in lines:
        assert not re.match(r"[#>!@=]|\.(?!\.)", line), "a program that goes line by line would take this for something else"
        kind = "parenthetical" if re.fullmatch(r"\(.*\)", line) else "lyric" if line.startswith("~") else "dialogue"
        text = plain(re.sub(r"^\\(?![*_])", "", line))
        found.parts.append((kind, f"{name}: {text}" if kind == "dialogue" else text))


def plain(text: str) -> str:
    """Emphasis and notes away, what is escaped as it is meant."""
    assert "[[" not in text
    assert not re.search(r"(?<!\\)[*_]", text), text
    return re.sub(r"\\([*_\[\]])", r"\1", text)
