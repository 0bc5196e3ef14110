"""What it takes to ask a model for a script: the settings, the pages that it is given, the options of every call."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from config import pages, styles
from config.errors import ConfigProblems
from daemon.contract.errors import CannotGoOn, TryAgain
from daemon.contract.values import Frozen, unpacked
from daemon.llm.values import Options
from daemon.screenplay.writing.drafts import DRAFT

if TYPE_CHECKING:
    from config.rendering import Rendering

LONGEST_ANSWER = 2048  # tokens; three times what a talkative half minute takes
SEED, TEMPERATURE = 1, 0.4


class Writing(Frozen):
    """The stage's settings.

    ``model_digest`` is what Ollama says of the model, so that a new one under an old name writes anew; ``pages`` is the digest of the
    texts of the pages that the model is given. ``language`` is that of the prose, None: the one that is spoken. ``again`` tells one
    writing from another in which parts were drafted, since a model could not write them.
    """

    engine: str = DRAFT
    model: str | None = None
    model_digest: str = ""
    num_ctx: int = 8192
    style: str = "hollywood"
    pages: str = ""
    title: str = ""
    chunk: float = 30
    overlap: float = 5
    language: str | None = None
    fallback: str | None = None
    again: int = 0

    def options(self, facts: Mapping[str, Any]) -> Options:
        """One set for every call of a film: another one would make Ollama load the model again. ``facts`` are those under ``ollama``."""
        return Options(
            num_ctx=self.num_ctx,
            num_predict=min(LONGEST_ANSWER, self.num_ctx // 3),
            seed=SEED,
            temperature=TEMPERATURE,
            keep_alive=facts.get("keep_alive", "10m"),
        )

    def rendering(self, folder: str | None) -> "Rendering":
        """The pages, those in ``folder`` (packed) before the shipped ones. Raises CannotGoOn where the style has none."""
        from config.rendering import Rendering

        own = unpacked(folder) if folder else None
        try:
            found = pages.read(own)
        except ConfigProblems as error:
            raise unusable(error) from error
        if pages.of_style(self.style) not in found:
            raise CannotGoOn(f"there is no style called {self.style}", f"Set script.style to one of: {', '.join(styles.names(own))}.")
        if self.pages and self.pages != pages.digest(own, *pages.of_writing(self.style)):
            raise TryAgain("the pages that the model is given were changed just now")
        return Rendering(found)


def unusable(error: ConfigProblems) -> CannotGoOn:
    """A page of a person's own that cannot be filled in, as the job's fault."""
    return CannotGoOn(f"a page for the model cannot be used: {error.problems[0]}", "Mend the page, then retry the job.", str(error))
