"""What can go wrong with Ollama, as a tree.

::

    MustWait                 the job is held until it is there again
    ├── Unreachable              nobody answers at any address
    │   └── NotOllama                something else answers there
    ├── Hung                     it took the question and then said nothing
    ├── NoModelFits              no installed model fits; names the ``ollama pull …`` that suits this memory
    ├── OutOfMemory              the server could not load or run the model for want of memory
    └── StillLoaded              a model would not leave the memory
    CannotGoOn               the job fails
    ├── NoSuchModel              a model named by hand is not installed
    ├── ModelTooLarge            a model named by hand can never fit
    ├── NotSuited                a model named by hand cannot write: an embedding model, a cloud model
    ├── BadAddress               ``ollama.url`` cannot be read
    ├── RequestRefused           the server finds our question malformed
    ├── SmallWindow              the model was loaded with a smaller window than was asked for
    └── PromptTooLong            the prompt does not fit the context window (with the counts, where told)
    TryAgain                 may pass by itself
    ├── ServerBusy               its queue is full
    ├── RunnerFailed             the process behind the server broke down
    ├── BrokenOff                the connection ended in the middle of an answer
    ├── TooSlow                  it was still answering when the time for one call was up
    └── AnswerInvalid            the answer cannot be used: the caller writes this part without a model
        ├── AnswerCutShort           it ran into its length limit
        ├── AnswerLooped             it repeated itself
        ├── AnswerEmpty              it said nothing
        └── AnswerNever              the runner breaks down over this question, and is well otherwise
"""

from collections.abc import Sequence

from daemon.contract.errors import CannotGoOn, MustWait, TryAgain
from daemon.contract.states import HoldCause

START_OLLAMA = "Start Ollama (systemctl start ollama, or: ollama serve), or set ollama.url."
RESTART_OLLAMA = "If this goes on, restart Ollama (systemctl restart ollama)."


class Unreachable(MustWait):
    """Nobody answers at any address."""

    def __init__(self, message: str, advice: str = START_OLLAMA, detail: str = "") -> None:
        super().__init__(HoldCause.OLLAMA, message, advice, detail)


class NotOllama(Unreachable):
    """Something answers, and it is not an Ollama that talks to us."""


class Hung(MustWait):
    """It took the question and then said nothing."""

    def __init__(self, message: str, advice: str = RESTART_OLLAMA, detail: str = "") -> None:
        super().__init__(HoldCause.OLLAMA, message, advice, detail)


class NoModelFits(MustWait):
    """No installed model can write in this memory."""

    def __init__(self, message: str, advice: str) -> None:
        super().__init__(HoldCause.MODEL, message, advice)


class OutOfMemory(MustWait):
    """The server could not load or run the model for want of memory."""

    def __init__(self, message: str, advice: str = "Choose a smaller model or a smaller ollama.num_ctx.", detail: str = "") -> None:
        super().__init__(HoldCause.MEMORY, message, advice, detail)


class StillLoaded(MustWait):
    """A model would not leave the memory."""

    def __init__(self, message: str, advice: str = RESTART_OLLAMA) -> None:
        super().__init__(HoldCause.MEMORY, message, advice)


class NoSuchModel(CannotGoOn):
    """A model named by hand is not installed."""


class ModelTooLarge(CannotGoOn):
    """A model named by hand can never fit."""


class NotSuited(CannotGoOn):
    """A model named by hand cannot do this work."""


class BadAddress(CannotGoOn):
    """``ollama.url`` cannot be read."""


class RequestRefused(CannotGoOn):
    """The server finds the question malformed."""


class SmallWindow(CannotGoOn):
    """The model was loaded with a smaller window than was asked for."""


class PromptTooLong(CannotGoOn):
    """The prompt does not fit. ``n_prompt_tokens`` and ``n_ctx`` are None where the server did not tell them."""

    def __init__(self, message: str, detail: str = "", *, n_prompt_tokens: int | None = None, n_ctx: int | None = None) -> None:
        super().__init__(message, "Raise ollama.num_ctx, or lower script.chunk.", detail)
        self.n_prompt_tokens = n_prompt_tokens
        self.n_ctx = n_ctx


class ServerBusy(TryAgain):
    """The server's queue is full."""


class RunnerFailed(TryAgain):
    """The process behind the server broke down."""


class BrokenOff(TryAgain):
    """The connection ended in the middle of an answer."""


class TooSlow(TryAgain):
    """It was still answering when the time for one call was up."""


class AnswerInvalid(TryAgain):
    """The answer cannot be used. ``errors`` are the sentences that say why."""

    def __init__(self, message: str, advice: str = "", detail: str = "", *, errors: Sequence[str] = ()) -> None:
        super().__init__(message, advice, detail)
        self.errors = tuple(errors) or (message,)


class AnswerCutShort(AnswerInvalid):
    """It ran into its length limit."""


class AnswerLooped(AnswerInvalid):
    """It repeated itself."""


class AnswerEmpty(AnswerInvalid):
    """It said nothing."""


class AnswerNever(AnswerInvalid):
    """The runner breaks down over this question, and is well otherwise: asking it again is of no use."""
