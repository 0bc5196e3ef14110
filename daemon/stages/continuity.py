"""Makes one screenplay of the chunks, with a person's title."""

from daemon.contract.evidence import Analysis, Captions, SkipPlan, Transcript
from daemon.contract.states import Stage
from daemon.contract.values import Frozen
from daemon.screenplay.continuity import screenplay, title_of
from daemon.screenplay.model import Screenplay
from daemon.screenplay.writing.drafts import Drafts
from daemon.stages.task import Task


class Choices(Frozen):
    """``title`` is a person's; ``name`` is the film's file name without its ending."""

    title: str | None = None
    name: str = ""


def run(task: Task) -> Screenplay:
    """The whole script, as it was written by machine. The record of the run tells how many scenes and cues it has."""
    choices = Choices.model_validate(task.settings)
    script = screenplay(
        task.read(Stage.WRITE, Drafts),
        task.read(Stage.ANALYSE, Analysis),
        task.read(Stage.TRANSCRIBE, Transcript),
        task.read(Stage.SKIPS, SkipPlan),
        task.read(Stage.LOOK, Captions) if task.has(Stage.LOOK) else Captions(),
        title=choices.title or title_of(choices.name) or "Untitled",
    )
    lines = sum(element.kind == "dialogue" for scene in script.scenes for element in scene.elements)
    task.record |= {"scenes": len(script.scenes), "cues": lines}
    return script
