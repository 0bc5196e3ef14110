"""Decides which ranges of the film are left out of the script, and says why. Changes no shot and no cue."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from config.cutlists import Cut
from config.ranges import Range, RangeFaults, Stretch, resolve
from daemon.contract.errors import MustWait
from daemon.contract.evidence import Analysis, Elsewhere, Probe, Skip, SkipPlan, Span, Transcript
from daemon.contract.states import HoldCause, Stage
from daemon.contract.values import Frozen, unpacked
from daemon.screenplay.writing.kept import without
from daemon.stages.skip_rules import Film, Shared, plan
from daemon.stages.skip_rules.lessons import Lesson
from daemon.stages.task import Task

if TYPE_CHECKING:
    from daemon.stages.skip_rules.sounds import Sound


class Choices(Frozen):
    """What the result depends on besides the film.

    A person's ranges: left out, kept whatever the rules say, and what other programs' cut lists leave out. ``relatives``: the keys of
    the analyses of films that came before this one, ``learned``: the ranges that were learned before it.
    """

    skips: tuple[Range, ...] = ()
    keep: tuple[Range, ...] = ()
    cuts: tuple[Cut, ...] = ()
    relatives: tuple[str, ...] = ()
    learned: tuple[Lesson, ...] = ()


def run(task: Task) -> SkipPlan:
    """The skips in order. Raises MustWait where a person's range does not lie in the film."""
    choices = Choices.model_validate(task.settings)
    probe, analysis = task.read(Stage.PROBE, Probe), task.read(Stage.ANALYSE, Analysis)
    skips, keep = _resolved(choices, analysis.duration)
    manual = tuple(Skip(start=skip.start, end=skip.end, reason="manual", note=skip.note) for skip in skips)
    kept = tuple(Span(start=kept.start, end=kept.end) for kept in keep)
    shared, elsewhere = _heard(task, choices)
    film = Film(
        analysis=analysis,
        cues=task.read(Stage.TRANSCRIBE, Transcript).cues if task.has(Stage.TRANSCRIBE) else (),
        chapters=probe.chapters,
        skips=(*manual, *cut_out(choices.cuts, (*manual, *kept), probe, analysis.duration)),
        keep=kept,
        shared=shared,
    )
    return plan(film).model_copy(update={"elsewhere": elsewhere})


def cut_out(cuts: tuple[Cut, ...], beats: tuple[Span, ...], probe: Probe, duration: float) -> Iterator[Skip]:
    """The cut lists' ranges, as far as they lie in the film; what was written for Reelscribe itself ``beats`` them."""
    for cut in cuts:
        start, end = cut.at(probe.video.frame_rate)
        whole = Span(start=min(start, duration), end=min(end, duration))
        for piece in without(whole, beats) if whole.length > 0 else ():
            yield Skip(start=piece.start, end=piece.end, reason="manual", note=cut.note)


def _resolved(choices: Choices, duration: float) -> tuple[tuple[Stretch, ...], tuple[Stretch, ...]]:
    try:
        return resolve(choices.skips, choices.keep, duration)
    except RangeFaults as error:
        advice = "Correct the film's .reelscribe.yaml."
        raise MustWait(HoldCause.OVERRIDE, f"a range of the film's choices cannot be: {error}", advice) from error


def _heard(task: Task, choices: Choices) -> tuple[tuple[Shared, ...], tuple[Elsewhere, ...]]:
    """What this film's sound has in common with others, and with what was learned."""
    if not (choices.relatives or choices.learned):
        return (), ()
    from daemon.stages.skip_rules import sounds  # numpy, which a film without relatives need not load

    own = sounds.sound_of(task.artefact(Stage.ANALYSE))
    if own is None:
        return (), ()
    others: dict[str, Sound] = {}
    for key in choices.relatives:
        if other := sounds.sound_of(unpacked(task.facts["relatives"][key])):
            others[key] = other
    shared, elsewhere = sounds.shared_with(own, others)
    return (*shared, *sounds.learned_in(own, choices.learned)), elsewhere
