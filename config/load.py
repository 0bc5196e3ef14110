"""The configuration from all its places, the later over the earlier, with everything that is wrong said at once.

Pure enough to be called again while the daemon runs: a bad file raises, and whoever called keeps the settings it has.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from config import environment, places, rules
from config.blame import blamed, misnamed
from config.checking import checked, merged
from config.documents import Document, read
from config.errors import ConfigProblems, Problem
from config.settings import Settings

DEFAULTS = Path(__file__).with_name("defaults.yaml")
COMMAND_LINE = "command line"


def load(
    config_file: Path | None,
    environ: Mapping[str, str],
    overrides: Mapping[str, Any] | None = None,
    *,
    etc: Path = places.ETC,
) -> Settings:
    """The settings. ``config_file`` replaces the search for files; ``overrides`` (nested like the file) are the command line's.

    Raises ConfigProblems with all that is wrong, in every place.
    """
    home = places.home(environ)
    found = [(*checked(document, Settings, home), unread) for document, unread in _layers(config_file, environ, overrides or {}, etc)]
    layers = [fitting for fitting, _, _ in found]
    settings = Settings.model_validate(merged([layer.data for layer in layers]), context={"home": home})
    prompts = settings.script.prompts
    problems: list[Problem] = []
    for fitting, wrong, unread in found:
        problems += [*unread, *wrong, *misnamed(fitting, fitting.data, home, prompts)]
    problems += blamed([*rules.chunks(settings), *rules.inboxes(settings), *rules.prompts(settings), *rules.api(settings)], layers)
    problems += _in_pages(prompts) if prompts and prompts.is_dir() else []
    if problems:
        raise ConfigProblems(problems)
    return settings


def _in_pages(folder: Path) -> list[Problem]:
    """What is wrong with a person's own pages. The library that fills them in is loaded for nobody else."""
    from config.rendering import problems

    return problems(folder)


def _layers(
    config_file: Path | None, environ: Mapping[str, str], overrides: Mapping[str, Any], etc: Path
) -> Iterator[tuple[Document, Sequence[Problem]]]:
    """What each place says, the strongest last, and what about it could not even be read."""
    for file in (config_file,) if config_file else places.config_files(environ, etc):
        yield _file(file, needed=file == config_file)
    yield environment.read(environ)
    yield Document(COMMAND_LINE, dict(overrides)), ()


def _file(path: Path, *, needed: bool) -> tuple[Document, Sequence[Problem]]:
    nothing = Document(str(path), {})
    try:
        document = read(path, through_link=True)
    except ConfigProblems as unread:
        return nothing, unread.problems
    if document is None and needed:
        return nothing, (Problem(str(path), "there is no such file"),)
    return document or nothing, ()
