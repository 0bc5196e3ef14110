"""The configuration from all its places, the later over the earlier, with everything that is wrong said at once.

Pure enough to be called again while the daemon runs: a bad file raises, and whoever called keeps the settings it has.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from config import environment, places, rules, styles
from config.checking import checked, merged
from config.documents import Document, read
from config.errors import ConfigProblems, Problem
from config.settings import Settings

DEFAULTS = Path(__file__).with_name("defaults.yaml")
COMMAND_LINE = "command line"


def load(
    config_file: Path | None = None,
    environ: Mapping[str, str] | None = None,
    overrides: Mapping[str, Any] | None = None,
    *,
    etc: Path = places.ETC,
) -> Settings:
    """The settings. ``config_file`` replaces the search for files; ``overrides`` (nested like the file) are the command line's.

    Raises ConfigProblems with all that is wrong, in every place.
    """
    environ = environ or {}
    home = places.home(environ)
    layers, problems = _layers(config_file, environ, overrides or {}, etc)
    fitting = []
    for layer in layers:
        document, found = checked(layer, Settings, home)
        problems += [*found, *_misnamed(document, home)]
        fitting.append(document)
    settings = Settings.model_validate(merged([layer.data for layer in fitting]), context={"home": home})
    problems += [_blamed(objection, fitting) for objection in rules.relations(settings)]
    if problems:
        raise ConfigProblems(_in_order(problems, layers))
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


def _misnamed(document: Document, home: Path | None) -> list[Problem]:
    """Names in this document that nobody knows."""
    settings = Settings.model_validate(document.data, context={"home": home})
    objections = rules.names(settings, styles.names())
    return [_problem(document, objection) for objection in objections if _says(document, objection)]


def _says(document: Document, objection: rules.Objection) -> bool:
    return any(_spoken(document, loc) for loc in objection.locs)


def _spoken(document: Document, loc: tuple[str | int, ...]) -> bool:
    """Whether ``loc`` is written here, be it in a shorter form such as ``formats: pdf``."""
    written = document.written(loc)
    return written == loc or (bool(written) and not isinstance(document.value(written), dict))


def _problem(document: Document, objection: rules.Objection) -> Problem:
    loc = next(loc for loc in objection.locs if _spoken(document, loc))
    return document.problem(document.written(loc), objection.message, nearest=objection.nearest)


def _blamed(objection: rules.Objection, layers: Iterable[Document]) -> Problem:
    """The objection against the strongest layer that says one of its values."""
    return next(_problem(layer, objection) for layer in reversed(list(layers)) if _says(layer, objection))


def _in_order(problems: list[Problem], layers: list[Document]) -> list[Problem]:
    """By file in the order of reading, and within it from the top."""
    order = {layer.file: place for place, layer in enumerate(layers)}
    return sorted(problems, key=lambda problem: (order.get(problem.file, -1), problem.line, problem.column))
