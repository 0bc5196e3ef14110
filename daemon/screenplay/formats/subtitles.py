"""SubRip and WebVTT: what is said, word for word, with names where the format has a place for them."""

import re
from collections.abc import Callable, Iterable
from html import escape

from daemon.screenplay.edition import Edition
from daemon.screenplay.formats.captions import Caption, captions
from daemon.screenplay.formats.listed import NothingToWrite
from daemon.screenplay.formats.moments import speakers
from daemon.screenplay.writing.kept import kept

JOINER = "\u2060"  # is not seen, and parts what would otherwise be read as a command
_COMMAND = re.compile(r"(?<=\\)(?=[A-Za-z])|(?<=\{)(?=\\)")
_TAG = re.compile(r"(?<=<)(?=/?[A-Za-z])|(?<=--)(?=>)")


def srt(edition: Edition) -> bytes:
    """SubRip. It has no escapes: where words look like a tag or a time line, an unseen character parts them."""
    return _file(edition, "srt", lambda caption: "\n".join(_TAG.sub(JOINER, line) for line in caption.lines))


def vtt(edition: Edition) -> bytes:
    """WebVTT (w3.org/TR/webvtt1), with the speaker of each cue as its voice."""
    names = speakers(edition)

    def text(caption: Caption) -> str:
        voice = f"<v {escape(names[caption.cue], quote=False)}>" if names[caption.cue] else ""
        return voice + "\n".join(escape(line, quote=False) for line in caption.lines)

    return _file(edition, "vtt", text)


def shown(edition: Edition) -> list[Caption]:
    """What stands on the screen. What the skips leave out is left out here too, unless a person wants it."""
    if edition.layout.skipped_subtitles:
        return captions(cue for cue in edition.transcript.cues if cue.text.strip())
    return captions(kept(edition.analysis, edition.transcript, edition.plan).cues)


def _file(edition: Edition, kind: str, text: Callable[[Caption], str]) -> bytes:
    import pysubs2

    found: Iterable[Caption] = shown(edition)
    if not found:
        raise NothingToWrite("nothing is said")
    subtitles = pysubs2.SSAFile()
    for caption in found:
        event = pysubs2.SSAEvent(start=caption.start, end=caption.end)
        event.plaintext = _COMMAND.sub(JOINER, text(caption))
        subtitles.append(event)
    return str(subtitles.to_string(kind, keep_ssa_tags=True)).encode()
