"""Decides which ranges of the film are left out of the script, and says why. Changes no shot and no cue."""

from config.ranges import Range, RangeFaults, Stretch, resolve
from daemon.contract.errors import MustWait
from daemon.contract.evidence import Analysis, Probe, Skip, SkipPlan, Span, Transcript
from daemon.contract.states import HoldCause, Stage
from daemon.contract.values import Frozen
from daemon.stages.skip_rules import Film, plan
from daemon.stages.task import Task


class Choices(Frozen):
    """A person's ranges: left out, and kept whatever the rules say."""

    skips: tuple[Range, ...] = ()
    keep: tuple[Range, ...] = ()


def run(task: Task) -> SkipPlan:
    """The skips in order. Raises MustWait where a person's range does not lie in the film."""
    analysis = task.read(Stage.ANALYSE, Analysis)
    skips, keep = _resolved(Choices.model_validate(task.settings), analysis.duration)
    film = Film(
        analysis=analysis,
        cues=task.read(Stage.TRANSCRIBE, Transcript).cues,
        chapters=task.read(Stage.PROBE, Probe).chapters,
        skips=tuple(Skip(start=skip.start, end=skip.end, reason="manual", note=skip.note) for skip in skips),
        keep=tuple(Span(start=kept.start, end=kept.end) for kept in keep),
    )
    return SkipPlan(skips=plan(film))


def _resolved(choices: Choices, duration: float) -> tuple[tuple[Stretch, ...], tuple[Stretch, ...]]:
    try:
        return resolve(choices.skips, choices.keep, duration)
    except RangeFaults as error:
        advice = "Correct the film's .reelscribe.yaml; the job goes on by itself."
        raise MustWait(HoldCause.OVERRIDE, f"a range of the film's choices cannot be: {error}", advice) from error
