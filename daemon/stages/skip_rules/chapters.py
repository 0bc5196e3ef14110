"""Chapters that the file itself names as something other than the film: intro, recap, credits, adverts, preview."""

import re
import unicodedata
from collections.abc import Iterator

from daemon.contract.evidence import Chapter, Skip
from daemon.stages.skip_rules.chapter_names import NAMES, Kind
from daemon.stages.skip_rules.film import Film

# As long as such a thing gets: a lecture's first chapter of ten minutes may be called Intro, and is no intro of this kind.
LONGEST: dict[Kind, float] = {"intro": 240, "recap": 300, "credits": 1200, "advert": 600, "preview": 180}  # seconds
SHARE: dict[Kind, float] = {"intro": 0.25, "recap": 0.25, "credits": 0.4, "advert": 0.4, "preview": 0.25}  # of the film
BEGINS: dict[Kind, tuple[float, float]] = {"intro": (0, 0.5), "recap": (0, 0.5), "credits": (0.5, 1), "advert": (0, 1), "preview": (0.5, 1)}
"""Where in the film one may begin."""

CONFIDENCE = 0.9

_KINDS = {name: kind for kind, names in NAMES.items() for name in names}
_CHAPTER = "chapter|kapitel|chapitre|capítulo|capitolo|hoofdstuk|rozdział|kapitola|fejezet|глава|part|teil"
_NUMBER = re.compile(rf"^(?:{_CHAPTER})\s+[ivxlc]+[\s.:)–—-]+|^(?:(?:{_CHAPTER})\s*)?\d+[\s.:)–—-]*|\s+\d+$")


def chapters(film: Film) -> Iterator[Skip]:
    """Those whose whole name says so, and that are no longer and lie where such a thing does."""
    for chapter in film.chapters:
        kind = kind_of(chapter.title)
        if kind and _fits(kind, chapter, film.duration):
            end, note = min(chapter.end, film.duration), f"the chapter “{chapter.title.strip()[:60]}”"
            yield Skip(start=chapter.start, end=end, reason="chapter", confidence=CONFIDENCE, note=note)


def kind_of(title: str) -> Kind | None:
    """What a chapter of this title is; None: a part of the film."""
    name = _plain(title)
    return _KINDS.get(name) or _KINDS.get(_NUMBER.sub("", name).strip())


def _plain(title: str) -> str:
    """Lower case, in one spelling, without what stands around the words."""
    folded = unicodedata.normalize("NFKC", title).casefold().replace("’", "'")
    folded = unicodedata.normalize("NFC", folded)
    return re.sub(r"\s+", " ", folded).strip(" \t.:;,!?…-–—_[](){}<>«»\"“”'*#/|・「」『』【】")


def _fits(kind: Kind, chapter: Chapter, duration: float) -> bool:
    first, last = BEGINS[kind]
    begins_there = first * duration <= chapter.start <= last * duration
    return begins_there and 0 < chapter.length <= min(LONGEST[kind], max(SHARE[kind] * duration, 1.0))
