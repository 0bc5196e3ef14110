"""The formats that a script is written in: the one list of them.

Nothing heavy is loaded by reading it: the module that writes a format is imported where that format is written.
"""

from dataclasses import dataclass
from importlib import import_module

from daemon.screenplay.edition import Edition
from daemon.screenplay.formats.mark import Kind, ready


class NothingToWrite(Exception):
    """A film that has nothing for a format: no speech for subtitles, say. The text tells a person what."""


@dataclass(frozen=True)
class Format:
    """``made_by`` is ``module:function``, a function that gives the whole file; ``mark`` is where the file names its version.

    One that ``comes_home`` is read back when a person has edited it.
    """

    extension: str
    made_by: str
    mark: Kind
    comes_home: bool = False

    def write(self, edition: Edition) -> bytes:
        """The file, without its mark."""
        module, _, function = self.made_by.partition(":")
        made = getattr(import_module(module), function)(edition)
        if not isinstance(made, bytes):
            raise TypeError(f"{self.made_by} gives no bytes")
        return ready(made, self.mark)


def _format(extension: str, made_by: str, mark: Kind, *, comes_home: bool = False) -> Format:
    return Format(extension, f"daemon.screenplay.formats.{made_by}", mark, comes_home)


FORMATS = {
    "fountain": _format("fountain", "fountain:fountain", "boneyard", comes_home=True),
    "md": _format("md", "markdown:markdown", "html"),
    "fdx": _format("fdx", "fdx:fdx", "xml"),
    "json": _format("json", "document:document", "json"),
    "pdf": _format("pdf", "pdf:pdf", "pdf"),
    "html": _format("html", "html:html", "html"),
    "srt": _format("srt", "subtitles:srt", "attribute"),
    "vtt": _format("vtt", "subtitles:vtt", "vtt"),
    "otio": _format("otio", "timeline:otio", "json"),
    "edl": _format("edl", "kodi:kodi", "kodi"),
    "cmx.edl": _format("cmx.edl", "cmx:cmx", "cmx"),
    "chapters.txt": _format("chapters.txt", "chapters:ffmetadata", "ffmetadata"),
    "chapters.xml": _format("chapters.xml", "chapters:matroska", "xml"),
    "breakdown.csv": _format("breakdown.csv", "breakdown:breakdown", "attribute"),
}
"""Name in the settings → format."""
