"""What a person chose for one film: its own file and the folder-wide ones above it, laid over the configuration.

The nearer file wins. Anything that does not fit is refused, with file, line, column and the nearest right key; nothing is guessed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import Field

from config import documents, override_files, ranges, rules
from config.blame import blamed, misnamed
from config.checking import checked, keys, merged
from config.documents import Document, Loc
from config.errors import ConfigProblems, Problem
from config.override_files import Mirrors
from config.ranges import Range, RangeFaults, Stretch
from config.settings import Audio, OllamaModels, Place, ScriptOfFilm, Section, Settings, Speakers, Whisper, Writer

OF_ONE_FILM = ("title", "skips", "keep")  # what no folder can say of all its films; ``keep`` here is no key of the configuration


class FolderFile(Section):
    """What ``reelscribe.yaml`` may say, for every film below its folder."""

    characters: dict[str, str] = Field(default_factory=dict)
    output: Place | None = None
    script: ScriptOfFilm = ScriptOfFilm()
    whisper: Whisper = Whisper()
    speakers: Speakers = Speakers()
    audio: Audio = Audio()
    ollama: OllamaModels = OllamaModels()
    writer: Writer = Writer()


class FilmFile(FolderFile):
    """What ``movie.reelscribe.yaml`` may say."""

    title: str | None = None
    skips: tuple[Range, ...] = ()
    keep: tuple[Range, ...] = ()


@dataclass(frozen=True)
class Overrides:
    """The choices for one film, and ``settings``: the configuration with ``laid`` over it. ``characters``: voice → name."""

    settings: Settings
    title: str | None = None
    skips: tuple[Range, ...] = ()
    keep: tuple[Range, ...] = ()
    characters: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    source: Document | None = field(default=None, repr=False, compare=False)  # the film's own file
    laid: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}), repr=False, compare=False)

    def resolve(self, duration: float) -> tuple[tuple[Stretch, ...], tuple[Stretch, ...]]:
        """Skips and keeps in seconds for a film of ``duration`` seconds. Raises ConfigProblems, with file and line."""
        try:
            return ranges.resolve(self.skips, self.keep, duration)
        except RangeFaults as error:
            source = self.source or Document("overrides", {})
            raise ConfigProblems(_placed(source, fault) for fault in error.faults) from None


def read(video: Path, inbox: Path, settings: Settings, *, state_dir: Path | None = None) -> Overrides:
    """The choices for ``video``, which lies in ``inbox`` or below it. Raises ConfigProblems with all that is wrong.

    ``state_dir`` has the overrides of folders that cannot be written.
    """
    places = Mirrors(inbox, settings.output, state_dir)
    prompts = settings.script.prompts
    folders, problems = _layers(override_files.folder_wide(video, places), FolderFile, prompts)
    own, found = _own_layer(video, places, settings.watch.extensions, prompts)
    laid = _laid([*folders, *own])
    effective = over(settings, laid)
    problems += [*found, *blamed(rules.chunks(effective), [*folders, *own])]
    film = FilmFile.model_validate(merged([layer.data for layer in own]))
    problems += [_placed(own[0], fault) for fault in ranges.faults(film.skips, film.keep)]
    if problems:
        raise ConfigProblems(problems)
    characters = merged([layer.data.get("characters", {}) for layer in (*folders, *own)])
    own_file = next(iter(own), None)
    return Overrides(effective, film.title, film.skips, film.keep, MappingProxyType(characters), own_file, MappingProxyType(laid))


def problems_in(content: bytes, file: str, settings: Settings, duration: float | None = None) -> list[Problem]:
    """All that is wrong with ``content`` as a film's own file, named ``file``; its ranges too, where the ``duration`` (s) is known."""
    try:
        fitting, found = checked(documents.parse(content, file), FilmFile, misplaced=_misplaced(FilmFile))
    except ConfigProblems as refused:
        return list(refused.problems)
    effective = over(settings, _laid([fitting]))
    film = FilmFile.model_validate(fitting.data)
    wrong = ranges.faults(film.skips, film.keep)
    if not wrong and duration is not None:
        wrong = ranges.faults_at(film.skips, film.keep, duration)
    known = misnamed(fitting, _settings_in(fitting), None, settings.script.prompts)
    named = [*found, *known, *blamed(rules.chunks(effective), [fitting])]
    return named + [_placed(fitting, fault) for fault in wrong]


def _own_layer(video: Path, places: Mirrors, extensions: tuple[str, ...], prompts: Path | None) -> tuple[list[Document], list[Problem]]:
    try:
        paths = override_files.of_film(video, places, extensions)
    except ConfigProblems as unclear:
        return [], list(unclear.problems)
    return _layers([paths], FilmFile, prompts)


def _layers(sought: Iterable[Sequence[Path]], model: type[FolderFile], prompts: Path | None) -> tuple[list[Document], list[Problem]]:
    """What fits of the first file of each group, and what does not."""
    layers: list[Document] = []
    problems: list[Problem] = []
    for paths in sought:
        try:
            document = next(filter(None, map(documents.read, paths)), None)
        except ConfigProblems as refused:
            problems += refused.problems
            continue
        if document:
            fitting, found = checked(document, model, misplaced=_misplaced(model))
            problems += [*found, *misnamed(fitting, _settings_in(fitting), None, prompts)]
            layers.append(fitting)
    return layers, problems


def _misplaced(model: type[FolderFile]) -> dict[str, str]:
    """Keys that there are, but not in this kind of file."""
    everywhere = dict.fromkeys(keys(Settings), "is for all films, and stands in the configuration")
    return (
        everywhere
        if model is FilmFile
        else {**everywhere, **dict.fromkeys(OF_ONE_FILM, f"is for one film, and stands in a file such as {override_files.EXAMPLE}")}
    )


def over(settings: Settings, laid: Mapping[str, Any]) -> Settings:
    """``settings`` with what a film or its folders say of them laid over."""
    return Settings.model_validate(merged([settings.model_dump(), laid])) if laid else settings


def _laid(layers: Sequence[Document]) -> dict[str, Any]:
    return merged([*map(_settings_in, layers)])


def _settings_in(document: Document) -> dict[str, Any]:
    return {key: value for key, value in document.data.items() if key in Settings.model_fields and key not in OF_ONE_FILM}


def _placed(document: Document, fault: ranges.Fault) -> Problem:
    loc: Loc = (fault.kind, fault.number, fault.key) if fault.key else (fault.kind, fault.number)
    return document.problem(loc, fault.message)
