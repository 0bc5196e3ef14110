"""What is wrong in what a person wrote, and where. All of a reading's problems come together, never one at a time."""

from collections.abc import Iterable
from dataclasses import dataclass

LONGEST = 120  # characters of a key or a value that are shown


@dataclass(frozen=True)
class Problem:
    """One thing to mend. ``line`` and ``column`` count from 1; 0 where there is no line to name (environment, command line).

    ``nearest`` is the word that was probably meant, ``advice`` what to do where there is no such word.
    """

    file: str
    message: str
    line: int = 0
    column: int = 0
    key: str = ""
    nearest: str = ""
    advice: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        hint = f" (did you mean '{self.nearest}'?)" if self.nearest else f" ({self.advice})" if self.advice else ""
        return printable(": ".join(part for part in (place, clipped(self.key), self.message + hint) if part))


class ConfigProblems(Exception):
    """Everything that is wrong, in the order in which a person reads: file by file, from the top."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        found = list(problems)
        files = list(dict.fromkeys(problem.file for problem in found))
        self.problems = tuple(sorted(found, key=lambda problem: (files.index(problem.file), problem.line, problem.column)))
        super().__init__("\n".join(map(str, self.problems)))


def refused(file: str, message: str, mark: tuple[int, int] = (0, 0), advice: str = "") -> ConfigProblems:
    """One problem with a file as a whole, or at one place (line and column) of it."""
    return ConfigProblems([Problem(file, message, *mark, advice=advice)])


def printable(text: str) -> str:
    r"""The text with all that could act on a terminal written out, such as ``\x1b``; a name that is not UTF-8 keeps its bytes."""
    return "".join(char if char.isprintable() else _escaped(char) for char in text)


def clipped(text: str) -> str:
    """At most ``LONGEST`` characters of it."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _escaped(char: str) -> str:
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:  # how os.fsdecode marks a byte that is not UTF-8
        return f"\\x{code - 0xDC00:02x}"
    return char.encode("unicode_escape").decode()
