"""The configuration from all its places, the later over the earlier, with everything that is wrong said at once.

Pure enough to be called again while the daemon runs: a bad file raises, and whoever called keeps the settings it has.
"""

from collections.abc import Mapping
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
    layers, problems = _layers(config_file, environ, overrides or {}, etc)
    fitting = []
    for layer in layers:
        document, found = checked(layer, Settings, home)
        problems += [*found, *misnamed(document, document.data, home)]
        fitting.append(document)
    settings = Settings.model_validate(merged([layer.data for layer in fitting]), context={"home": home})
    problems += blamed([*rules.chunks(settings), *rules.inboxes(settings)], fitting)
    if problems:
        raise ConfigProblems(problems)
    return settings


def _layers(
    config_file: Path | None, environ: Mapping[str, str], overrides: Mapping[str, Any], etc: Path
) -> tuple[list[Document], list[Problem]]:
    files = [config_file] if config_file else places.config_files(environ, etc)
    layers: list[Document] = []
    problems: list[Problem] = []
    for file in files:
        try:
            document = read(file, through_link=True)
        except ConfigProblems as found:
            problems += found.problems
            continue
        if document:
            layers.append(document)
        elif config_file:
            problems.append(Problem(str(file), "there is no such file"))
    variables, unknown = environment.read(environ)
    return [*layers, variables, Document(COMMAND_LINE, dict(overrides))], problems + unknown
