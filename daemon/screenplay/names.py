"""People's names as they are printed, and how a person changes them, in any screenplay, without a model."""

import re
from collections.abc import Mapping

UNCLEAR = "VOICE"  # who speaks where nobody can tell
ROLES = frozenset(
    "narrator announcer interviewer reporter presenter host man woman boy girl".split()  # noqa: SIM905
)
"""Names that need not be said in the film."""


def printed(name: str) -> str:
    """A name in capitals, as scripts print it; one whose capitals mean something (McCLANE) stays as it is."""
    return name.upper() if name in (name.title(), name.lower()) else name


def ordinary(name: str) -> str:
    """A printed name as running prose has it: ``ANNA`` → ``Anna``, ``McCLANE`` → ``McClane``."""
    return "".join(letter.lower() if before.isupper() else letter for before, letter in zip(" " + name, name, strict=False))


def in_prose(text: str, replaced: Mapping[str, str]) -> str:
    """``text`` with other names (old → new) wherever an old one stands as a name: not ``will`` for WILL, but ``the narrator`` too."""
    olds = {old.casefold(): new for old, new in replaced.items() if old and old != UNCLEAR}
    if not olds:
        return text
    several = "|".join(re.escape(old) for old in sorted(olds, key=len, reverse=True))

    def new(match: re.Match[str]) -> str:
        old = match[2]
        if old.islower() and not (match[1] and old in ROLES):
            return match[0]
        article = "" if old.casefold() in ROLES else match[1] or ""
        return article + (olds[old.casefold()] if old.isupper() else ordinary(olds[old.casefold()]))

    return re.sub(rf"(?<!\w)(the\s+)?({several})(?!\w)", new, text, flags=re.IGNORECASE)
