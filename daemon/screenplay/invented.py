"""Counts what nobody said: reads a published script back and holds each of its lines against the transcript."""

from collections.abc import Iterator

from daemon.contract.evidence import Transcript
from daemon.screenplay.formats.fountain_reader import read
from daemon.screenplay.formats.paragraphs import one_line
from daemon.screenplay.writing.words import Said, spoken, words


def invented_lines(published: str, transcript: Transcript) -> list[str]:
    """The lines of dialogue in ``published`` (Fountain) that are not, word by word, what was said in the film. None is as it must be."""
    heard = [one_line(cue.text) for cue in transcript.cues]  # on paper nothing stands that cannot be seen
    film, wordless = spoken(heard), {"".join(text.split()) for text in heard if not words(text)}
    return [line for line in _spoken(published) if not _was_said(line, film, wordless)]


def _spoken(published: str) -> Iterator[str]:
    for scene in read(published).scenes:
        yield from (line for element in scene.elements if element.kind == "dialogue" for line in element.text.splitlines() if line.strip())


def _was_said(line: str, film: Said, wordless: set[str]) -> bool:
    return film.has_phrase(line) if words(line) else "".join(line.split()) in wordless
