"""HTML: the script beside its pictures under a strip of the whole film, in one file that loads nothing and runs nothing.

What the film says is escaped by the template; what a browser may do is nailed down by the page's own security policy.
"""

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from daemon.screenplay.edition import Edition
from daemon.screenplay.formats.html_scenes import contents, short_clock
from daemon.screenplay.formats.html_strip import strip
from daemon.screenplay.formats.paragraphs import one_line

FOLDER = Path(__file__).with_name("page")


def html(edition: Edition) -> bytes:
    """The whole page, UTF-8."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(FOLDER), autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
    )
    environment.filters |= {"line": one_line, "clock": short_clock}
    style = (FOLDER / "script.css").read_text(encoding="utf-8")
    heard = edition.transcript
    spoken = {cue.id: _tag(cue.language or heard.language) for cue in heard.cues}
    page = environment.get_template("script.html").render(
        edition=edition,
        title=edition.screenplay.title_page,
        contents=contents(edition),
        strip=strip(edition),
        language=_tag(edition.screenplay.language),
        tongue=lambda cue: spoken.get(cue, ""),
        style=Markup(style),  # noqa: S704 - our own file
        policy=f"default-src 'none'; img-src data:; style-src '{_digest(style)}'; base-uri 'none'; form-action 'none'",
    )
    return page.encode("utf-8", "replace")


def _tag(language: str | None) -> str:
    """A language as the ``lang`` of HTML has it (BCP 47); ``""``: nobody knows."""
    return language if language and re.fullmatch(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", language) else ""


def _digest(style: str) -> str:
    """How a policy (CSP 3) names the one style that it lets in."""
    return "sha256-" + b64encode(sha256(style.encode()).digest()).decode()
