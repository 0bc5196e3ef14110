"""One name for each voice, in every chunk: what the cast was given, else what a chunk chose first."""

from collections.abc import Iterable, Mapping

from daemon.contract.evidence import Cue
from daemon.screenplay.names import UNCLEAR, in_prose
from daemon.screenplay.writing.drafts import Beat, Draft, Drafts


def names(drafts: Drafts, cues: Iterable[Cue]) -> dict[str, str]:
    """Voice → the name that is printed; ``""`` is the voice that is not clear. No two voices share a name."""
    given = {voice: name for draft in reversed(drafts.drafts) for voice, name in draft.people.items()} | drafts.cast
    voices = dict.fromkeys(cue.voice for cue in cues)
    taken = {voice or UNCLEAR for voice in voices}  # a voice's own label is nobody else's name
    final: dict[str, str] = {}
    for voice in voices:
        label = voice or UNCLEAR
        name = given.get(voice, label) if voice else label
        final[voice] = label if name in taken else name
        taken.add(final[voice])
    return final


def with_names(draft: Draft, drafts: Drafts, final: Mapping[str, str]) -> tuple[Beat, ...]:
    """The chunk's beats with the final names in their prose. Dialogue keeps its words and its voice."""
    replaced = {}
    for voice, name in final.items():
        for old in (voice, draft.people.get(voice, ""), drafts.cast.get(voice, "")):
            if old and old.casefold() != name.casefold():
                replaced[old] = name
    return tuple(_named(beat, replaced) for beat in draft.beats)


def _named(beat: Beat, replaced: Mapping[str, str]) -> Beat:
    text = in_prose(beat.text, replaced) if beat.kind == "action" else beat.text
    return beat if text == beat.text else beat.model_copy(update={"text": text})
