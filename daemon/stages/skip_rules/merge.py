"""One plan out of what people chose and what the rules propose.

Manual beats automatic. Nothing automatic touches what is kept by hand, or speech that was surely heard; what a rule is not sure of,
or what speech leaves little of, is only suggested.
"""

from collections.abc import Iterable

from daemon.contract.evidence import Skip, SkipPlan, Span
from daemon.screenplay.writing.kept import without
from daemon.stages.skip_rules.adverts import adverts
from daemon.stages.skip_rules.black import black_ends
from daemon.stages.skip_rules.chapters import chapters
from daemon.stages.skip_rules.credits import end_credits
from daemon.stages.skip_rules.film import Film, Rule, covered
from daemon.stages.skip_rules.logos import logos
from daemon.stages.skip_rules.shared import learned, repeats

RULES: tuple[Rule, ...] = (learned, chapters, end_credits, black_ends, logos, repeats, adverts)
"""The automatic ones, the surer first: where two propose the same, the first gives the reason."""

SHORTEST = 0.5  # seconds: a shorter automatic skip is not worth a cut
SURE = 0.6  # confidence from which on a proposal is a skip; below, a suggestion
WORTH = 0.5  # the share of a proposal that must be free of speech; slivers between the words of an advert help nobody
NEW = 0.8  # the share of a suggestion that nothing else covers


def plan(film: Film, rules: Iterable[Rule] = RULES) -> SkipPlan:
    """The skips, in order and without overlap, and what is merely suggested."""
    chosen, doubtful = apart(film.skips), []
    for proposed in (skip for rule in rules for skip in rule(film)):
        free = without(proposed, [*film.keep, *chosen])
        left = [piece for one in free for piece in without(one, _protected(film, proposed)) if piece.length >= SHORTEST]
        if proposed.confidence >= SURE and _seconds(left) >= WORTH * _seconds(free):
            chosen += [proposed.model_copy(update=piece.model_dump()) for piece in left]
        else:
            doubtful.append(proposed)
    return SkipPlan(skips=tuple(sorted(chosen, key=lambda skip: skip.start)), suggestions=unheeded(doubtful, [*chosen, *film.keep]))


def unheeded(suggestions: Iterable[Skip], known: Iterable[Span]) -> tuple[Skip, ...]:
    """Those suggestions that say something new, in order: neither ``known`` nor an earlier one covers much of them."""
    new: list[Skip] = []
    for one in suggestions:
        if one.length >= SHORTEST and covered(one, [*known, *new]) < (1 - NEW) * one.length:
            new.append(one)
    return tuple(sorted(new, key=lambda skip: skip.start))


def apart(skips: Iterable[Skip]) -> list[Skip]:
    """Without overlaps: the later of two begins where the earlier ends."""
    found: list[Skip] = []
    for skip in sorted(skips, key=lambda skip: (skip.start, -skip.end)):
        start = max(skip.start, found[-1].end if found else 0.0)
        if skip.end > start:
            found.append(skip.model_copy(update={"start": start}))
    return found


def _protected(film: Film, proposed: Skip) -> tuple[Span, ...]:
    """Speech; but not from a learned range: a person marked this very sound, its words included."""
    return () if proposed.reason == "learned" else film.spoken


def _seconds(spans: Iterable[Span]) -> float:
    return sum(span.length for span in spans)
