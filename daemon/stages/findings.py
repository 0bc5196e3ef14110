"""What was found in a film, as those take it who write."""

from daemon.contract.evidence import Analysis, Captions, SkipPlan, Transcript
from daemon.contract.states import Stage
from daemon.contract.values import Frozen
from daemon.stages.task import Task


class Findings(Frozen):
    """All that is known of the film."""

    analysis: Analysis
    transcript: Transcript
    plan: SkipPlan
    captions: Captions = Captions()


def findings(task: Task) -> Findings:
    """What the stages before found; where nobody looked, no captions."""
    return Findings(
        analysis=task.read(Stage.ANALYSE, Analysis),
        transcript=task.read(Stage.TRANSCRIBE, Transcript),
        plan=task.read(Stage.SKIPS, SkipPlan),
        captions=task.read(Stage.LOOK, Captions) if task.has(Stage.LOOK) else Captions(),
    )
