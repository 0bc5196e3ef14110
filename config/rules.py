"""What a value must be beyond its type: settings in, objections out. Where the fault stands in a file is the caller's to say."""

import os
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

from config.documents import Loc
from config.settings import FORMATS, WHISPER_MODELS, Settings

SHORTEST_KEY = 20  # characters


class Objection(NamedTuple):
    """``message`` is about the first of ``locs`` that a person wrote."""

    locs: tuple[Loc, ...]
    message: str
    nearest: str = ""


def nearest(word: str, words: tuple[str, ...]) -> str:
    """The one of ``words`` that was probably meant, or ``""``."""
    return next(iter(get_close_matches(word, words, 1, 0.6)), "")


def names(settings: Settings, styles: tuple[str, ...]) -> Iterator[Objection]:
    """Names that nobody knows: each value is judged by itself."""
    script = settings.script
    if script.style not in styles:
        yield _unknown(("script", "style"), script.style, "style", styles)
    yield from _formats(script.formats)
    model = settings.whisper.model
    if "/" not in model and model not in WHISPER_MODELS:
        yield _unknown(("whisper", "model"), model, "model's size, nor a folder's whole path", WHISPER_MODELS)


def _formats(formats: tuple[str, ...]) -> Iterator[Objection]:
    for index, name in enumerate(formats):
        loc: Loc = ("script", "formats", index)
        if name not in FORMATS:
            yield _unknown(loc, name, "format", FORMATS)
        elif name in formats[:index]:
            yield Objection((loc,), f"'{name}' is named twice")


def prompts(settings: Settings) -> Iterator[Objection]:
    """Looks at the disk. What is wrong with the pages in the folder is for ``config.rendering`` to say."""
    folder = settings.script.prompts
    if folder is not None and not folder.is_dir():
        yield Objection((("script", "prompts"),), f"there is no folder '{folder}'")


def chunks(settings: Settings) -> Iterator[Objection]:
    """The overlap lies on either side of a chunk; as long as the chunk itself, it would hold more than is asked about."""
    script = settings.script
    if script.overlap >= script.chunk:
        yield Objection(
            (("script", "overlap"), ("script", "chunk")),
            f"the overlap ({script.overlap:g} s) should be shorter than the chunk ({script.chunk:g} s)",
        )


def api(settings: Settings) -> Iterator[Objection]:
    """Nobody listens on TCP without a key that cannot be guessed."""
    key = settings.api.key
    if settings.api.tcp is not None and (key is None or len(key.get_secret_value()) < SHORTEST_KEY):
        what = f"needs api.key, of at least {SHORTEST_KEY} characters: python3 -c 'import secrets; print(secrets.token_urlsafe())'"
        yield Objection((("api", "key"), ("api", "tcp")), f"api.tcp {what}")


def inboxes(settings: Settings) -> Iterator[Objection]:
    """A film lies in one inbox only. Looks at the disk, since two names may be links to one folder."""
    folders = settings.inboxes
    places = [_real(inbox.path) for inbox in folders]
    for index, place in enumerate(places):
        for earlier, other in zip(folders, places[:index], strict=False):
            if place == other:
                yield Objection((("inboxes", index, "path"),), f"'{folders[index].path}' is named twice")
            elif place in other.parents or other in place.parents:
                yield Objection((("inboxes", index, "path"),), f"'{folders[index].path}' and '{earlier.path}' overlap")


def _real(path: Path) -> Path:
    """Two names of one folder are one inbox; a folder that is not there is taken by its name."""
    return Path(os.path.realpath(path))


def _unknown(loc: Loc, word: str, kind: str, words: tuple[str, ...]) -> Objection:
    meant = nearest(word, words)
    return Objection((loc,), f"'{word}' is no {kind}" + ("" if meant else f"; there are {', '.join(words)}"), meant)
