"""The formats that a script is written in: the one list of them."""

from collections.abc import Callable
from dataclasses import dataclass

from daemon.screenplay.fountain import fountain
from daemon.screenplay.markdown import markdown
from daemon.screenplay.model import Screenplay


@dataclass(frozen=True)
class Format:
    """``write`` gives the whole file as text; ``comment`` is how a remark to nobody begins and ends in it."""

    extension: str
    write: Callable[[Screenplay], str]
    comment: tuple[str, str]


FORMATS = {
    "fountain": Format("fountain", fountain, ("/*", "*/")),
    "md": Format("md", markdown, ("<!--", "-->")),
}
