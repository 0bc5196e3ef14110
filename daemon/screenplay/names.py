"""One name for each voice, in every chunk: a person's choice, else what the cast was given, else what a chunk chose first."""

import re
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from daemon.contract.evidence import Cue
from daemon.screenplay.drafts import Beat, Draft, Drafts
from daemon.screenplay.paragraphs import UNCLEAR

Names: TypeAlias = Mapping[str, str]


def names(drafts: Drafts, cues: Iterable[Cue], chosen: Names) -> dict[str, str]:
    """Voice → the name that is printed; ``""`` is the voice that is not clear.

    ``chosen`` names a person's choices by voice (``SPEAKER 1``) or by the name that the script has had so far. Two voices share a
    name only where a person says so.
    """
    given = {voice: name for draft in reversed(drafts.drafts) for voice, name in draft.people.items()} | drafts.cast
    wanted = {key.casefold(): printed(name) for key, name in chosen.items()}
    final: dict[str, str] = {}
    for voice in dict.fromkeys(cue.voice for cue in cues):
        label = voice or UNCLEAR
        name = given.get(voice, label)
        name = label if name in final.values() else name
        final[voice] = wanted.get(label.casefold()) or wanted.get(name.casefold()) or name
    return final


def printed(name: str) -> str:
    """A name in capitals, as scripts print it; one whose capitals mean something (McCLANE) stays as it is."""
    return name.upper() if name in (name.title(), name.lower()) else name


def renamed(draft: Draft, drafts: Drafts, final: Names) -> tuple[Beat, ...]:
    """The chunk's elements with the final names, in its prose too. Dialogue keeps its words."""
    replaced = {}
    for voice, name in final.items():
        for old in (voice, draft.people.get(voice, ""), drafts.cast.get(voice, "")):
            if old and old.casefold() != name.casefold():
                replaced[old.casefold()] = name
    return tuple(_named(element, replaced, final) for element in draft.beats)


def _named(element: Beat, replaced: Names, final: Names) -> Beat:
    if element.kind == "dialogue":
        return element.model_copy(update={"who": final.get(element.who, element.who or UNCLEAR)})
    if element.kind != "action" or not replaced:
        return element
    olds = "|".join(re.escape(old) for old in sorted(replaced, key=len, reverse=True))
    pattern = re.compile(rf"(?<!\w)({olds})(?!\w)", re.IGNORECASE)
    return element.model_copy(update={"text": pattern.sub(lambda match: _cased(replaced[match[0].casefold()], match[0]), element.text)})


def _cased(name: str, old: str) -> str:
    return name if old.isupper() else name.title()
