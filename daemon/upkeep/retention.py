"""What is deleted when: one table, which the trimmer follows and ``docs/operations.md`` shows.

What has a ``piece`` is looked through every six hours: what nothing has used for ``keep.artefacts`` days goes, if it may grow old; then,
as long as the state directory is larger than ``state.max_size``, what was used longest ago, in the order of the table.
"""

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from daemon.worker.artefacts import DAY, Artefacts, Kept

FRESH = DAY  # seconds: what was used so lately stays, since a film that is worked on may need it

Piece = Literal["sound", "result", "cache"]


class Rule(NamedTuple):
    """What it is about, when it goes and by which settings, in words; ``piece``: what the trimmer calls it, ``ages``: it may grow old."""

    what: str
    when: str
    settings: str = ""
    piece: Piece | None = None
    ages: bool = False


RULES = (
    Rule(
        "The sound of a film, kept for the speech model (115 MB an hour)",
        "First, where the state directory is too large; it is made again from the film when it is needed",
        "state.max_size",
        "sound",
    ),
    Rule(
        "Results of stages: measurements, stills, transcripts, drafts, rendered files",
        "When nothing has used them for so many days; next, where the state directory is still too large",
        "keep.artefacts, state.max_size",
        "result",
        ages=True,
    ),
    Rule(
        "What models said of one picture, one stretch of film, one sound track",
        "The same, last of all",
        "keep.artefacts, state.max_size",
        "cache",
        ages=True,
    ),
    Rule("Half-made results", "When their stage ends badly; after a crash, at the next start"),
    Rule("The history of events", "After so many days; beyond 100,000 of them the oldest", "keep.events"),
    Rule("Backups of the job table", "When there are more than so many", "keep.backups"),
    Rule("Versions of scripts, and the evidence that they were made from", "Never by themselves: `reelscribe script delete --hard`"),
    Rule("A film's job, with its versions and results", "Never by itself: `reelscribe jobs rm`"),
    Rule("Published scripts, films, your choices (`*.reelscribe.yaml`), cut lists", "Never"),
    Rule("Speech models", "Never"),
)


def trim(artefacts: Artefacts, now: float, days: float, largest: int | None) -> int:
    """Removes what the table says; gives how many pieces went. ``largest``: bytes that the state directory may take."""
    removed = sum(
        artefacts.remove(kept) for rule in RULES if rule.ages for kept in _pieces(artefacts, rule) if now - kept.used > days * DAY
    )
    over = artefacts.weight() - largest if largest else 0
    for kept in _in_order(artefacts, now) if over > 0 else ():
        if over <= 0:
            break
        if artefacts.remove(kept):
            over -= kept.size
            removed += 1
    return removed


def _in_order(artefacts: Artefacts, now: float) -> Iterator[Kept]:
    """What may go to make room: rule by rule, what was used longest ago first."""
    for rule in RULES:
        yield from sorted((kept for kept in _pieces(artefacts, rule) if now - kept.used > FRESH), key=lambda kept: kept.used)


def _pieces(artefacts: Artefacts, rule: Rule) -> Sequence[Kept]:
    match rule.piece:
        case "sound":
            return tuple(artefacts.sounds())
        case "result":
            return tuple(artefacts.results())
        case "cache":
            return tuple(artefacts.shelf())
        case _:
            return ()


def table() -> list[tuple[str, str, str]]:
    """The table as the documentation shows it."""
    return [(rule.what, rule.when, ", ".join(f"`{name}`" for name in rule.settings.split(", ") if name)) for rule in RULES]
