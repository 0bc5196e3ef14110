"""Makes one screenplay of the chunks, with a person's title and names."""

from pydantic import Field

from daemon.contract.evidence import Analysis, SkipPlan, Transcript
from daemon.contract.states import Stage
from daemon.contract.values import Frozen
from daemon.screenplay.continuity import screenplay, title_of
from daemon.screenplay.model import Drafts, Screenplay
from daemon.stages.task import Task


class Choices(Frozen):
    """``title`` and ``characters`` (voice, or name so far → name) are a person's; ``name`` is the film's file name without its ending."""

    title: str | None = None
    characters: dict[str, str] = Field(default_factory=dict)
    name: str = ""


def run(task: Task) -> Screenplay:
    """The whole script."""
    choices = Choices.model_validate(task.settings)
    return screenplay(
        task.read(Stage.WRITE, Drafts),
        task.read(Stage.ANALYSE, Analysis),
        task.read(Stage.TRANSCRIBE, Transcript),
        task.read(Stage.SKIPS, SkipPlan),
        title=choices.title or title_of(choices.name) or "Untitled",
        characters=choices.characters,
    )
