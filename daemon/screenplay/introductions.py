"""People are introduced in capitals where prose first speaks of them, and are written as anybody's name is from then on."""

import re
from collections.abc import Iterable

from daemon.screenplay.names import ROLES, ordinary
from daemon.screenplay.writing.drafts import Beat


class Introductions:
    """Of one film. ``names`` are printed names; a voice that has only its number is nobody yet, and is not introduced."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = {name.casefold(): name for name in names}
        self._met: set[str] = set()
        several = "|".join(re.escape(name) for name in sorted(self._names, key=len, reverse=True))
        self._pattern = re.compile(rf"(?<!\w)(the\s+)?({several})(?!\w)", re.IGNORECASE) if several else None

    def introduced(self, beat: Beat) -> Beat:
        """The next beat of the film."""
        if beat.kind != "action" or not self._pattern:
            return beat
        text = self._pattern.sub(self._written, beat.text)
        return beat if text == beat.text else beat.model_copy(update={"text": text})

    def _written(self, match: re.Match[str]) -> str:
        found, name = match[2], self._names[match[2].casefold()]
        if found.islower() and not (match[1] and found in ROLES):
            return match[0]
        first = name not in self._met
        self._met.add(name)
        return (match[1] or "") + (name if first else ordinary(name) if found == name else found)
