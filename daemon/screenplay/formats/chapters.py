"""Chapters: one a scene, in film time, as ffmpeg's metadata and as Matroska's XML."""

import re
from hashlib import blake2b
from xml.sax.saxutils import escape

from config.times import clock
from daemon.screenplay.edition import Edition
from daemon.screenplay.formats.moments import Placed, placed

_DOCTYPE = '<!DOCTYPE Chapters SYSTEM "matroskachapters.dtd">'


def ffmetadata(edition: Edition) -> bytes:
    """Ffmpeg's own form (ffmpeg-formats, "Metadata"): ``ffmpeg -i film.mp4 -i film.chapters.txt -map_chapters 1 …``."""
    return "\n".join([";FFMETADATA1", *(_section(scene) for scene in placed(edition.screenplay))]).encode() + b"\n"


def matroska(edition: Edition) -> bytes:
    """What ``mkvmerge --chapters`` takes (matroska.org, "Chapters")."""
    atoms = "".join(_atom(scene, edition.probe.digest) for scene in placed(edition.screenplay))
    edition_entry = f"  <EditionEntry>\n{atoms}  </EditionEntry>\n" if atoms else ""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{_DOCTYPE}\n<Chapters>\n{edition_entry}</Chapters>\n'.encode()


def _section(scene: Placed) -> str:
    title = re.sub(r"[=;#\\]", r"\\\g<0>", scene.title)
    return f"[CHAPTER]\nTIMEBASE=1/1000\nSTART={round(scene.start * 1000)}\nEND={round(scene.end * 1000)}\ntitle={title}"


def _atom(scene: Placed, film: str) -> str:
    return (
        "    <ChapterAtom>\n"
        f"      <ChapterUID>{_uid(scene, film)}</ChapterUID>\n"
        f"      <ChapterTimeStart>{clock(scene.start).zfill(12)}</ChapterTimeStart>\n"
        f"      <ChapterTimeEnd>{clock(scene.end).zfill(12)}</ChapterTimeEnd>\n"
        "      <ChapterDisplay>\n"
        f"        <ChapterString>{escape(scene.title)}</ChapterString>\n"
        "        <ChapterLanguage>und</ChapterLanguage>\n"
        "      </ChapterDisplay>\n"
        "    </ChapterAtom>\n"
    )


def _uid(scene: Placed, film: str) -> int:
    """A number that no other chapter has, and the same in every version: neither 0 nor more than 64 bits."""
    return int.from_bytes(blake2b(f"{film} {scene.scene.id}".encode(), digest_size=7).digest()) + 1
