"""How many tokens a text will be, before a model has counted it."""

from collections.abc import Sequence
from math import ceil

from daemon.llm.values import Answer, Message, Showing

FIRST_GUESS = 3.0  # bytes of UTF-8 a token: prose has about 4.5, ids and times of film about 2.5, Chinese about 3
AROUND = 8  # tokens that a template puts around each message
PICTURE = 768  # tokens of a picture, as Ollama itself reckons; models take from 256 to some thousands
MARGIN = 1.1  # two prompts of the same size differ by a few percent

LEAST_READ = 64  # tokens; the time of a shorter prompt tells nothing
LEAST_SHARE = 0.2  # what is below is the machine's own unrest


class Yardstick:
    """How many bytes of UTF-8 one token of a model holds, learned from the prompts that the model has counted."""

    def __init__(self) -> None:
        self.bytes_per_token = FIRST_GUESS
        self.learned = False

    def tokens(self, messages: Sequence[Message]) -> int:
        """About how many tokens ``messages`` are, with what the template puts around them."""
        return ceil(_size(messages) / self.bytes_per_token) + _frame(messages)

    def room(self, messages: Sequence[Message], num_ctx: int) -> int:
        """Tokens that are left for an answer in a window of ``num_ctx``, with a margin; 0 or less: none."""
        return num_ctx - ceil(self.tokens(messages) * MARGIN) - 1

    def cannot_fit(self, messages: Sequence[Message], num_predict: int, num_ctx: int) -> bool:
        """Whether prompt and answer are beyond the window even if the estimate is much too high."""
        doubt = 0.9 if self.learned else 0.6
        return self.tokens(messages) * doubt + num_predict > num_ctx

    def learn(self, messages: Sequence[Message], counted: int) -> None:
        """Takes the count of a whole prompt (0: not told). What a picture takes nobody knows, so such a prompt teaches nothing."""
        if shows_pictures(messages):
            return
        of_text = counted - _frame(messages)
        if of_text < 16:  # too short to tell
            return
        measured = min(max(_size(messages) / of_text, 1.0), 8.0)
        self.bytes_per_token = (self.bytes_per_token + measured) / 2 if self.learned else measured
        self.learned = True


class Prefill:
    """How much of a prompt the server had in its cache, where it does not tell: reading what it has takes no time."""

    def __init__(self) -> None:
        self._slowest = 0.0  # seconds a token

    def cached(self, answer: Answer) -> int:
        """About how many tokens of the prompt were in the cache, measured against the slowest prompt of the model so far."""
        if answer.cached_tokens is not None:
            return min(answer.cached_tokens, answer.prompt_tokens)
        if answer.prompt_tokens < LEAST_READ:
            return 0
        self._slowest = max(self._slowest, answer.prompt_seconds / answer.prompt_tokens)
        share = 1 - answer.prompt_seconds / answer.prompt_tokens / self._slowest if self._slowest else 0.0
        return round(answer.prompt_tokens * share) if share > LEAST_SHARE else 0


def shows_pictures(messages: Sequence[Message]) -> bool:
    """Whether a picture is among them."""
    return any(isinstance(message, Showing) for message in messages)


def _size(messages: Sequence[Message]) -> int:
    return sum(len(message.content.encode()) for message in messages)


def _frame(messages: Sequence[Message]) -> int:
    pictures = sum(len(message.images) for message in messages if isinstance(message, Showing))
    return AROUND * (len(messages) + 1) + PICTURE * pictures
