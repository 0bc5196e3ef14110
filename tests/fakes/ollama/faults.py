"""What the server can be told to do wrong, for one request or for the next ones."""

from collections import deque
from dataclasses import dataclass
from enum import StrEnum
from threading import Lock


class FaultKind(StrEnum):
    """One way to go wrong. ``seconds`` of the fault is meant where a time is spoken of."""

    DELAY = "delay"  # ``seconds`` before the first byte, then all is well
    SLOW = "slow"  # ``seconds`` between two lines
    HANG = "hang"  # takes the question and never answers
    HEADERS = "headers"  # a status line, then silence
    STALL = "stall"  # half of the answer, then silence
    TRICKLE = "trickle"  # one byte every ``seconds``, for ever
    TRICKLE_HEADERS = "trickle headers"  # the same before the status line is whole
    LINES = "lines"  # a well-formed line every ``seconds``, for ever
    DROP = "drop"  # closes the connection without a byte
    BREAK = "break"  # closes it in the middle of the answer
    NO_DONE = "no done"  # ends well, and without the last line
    ERROR_MIDWAY = "error midway"  # the runner dies after some lines: an error line with status 200
    MEMORY_MIDWAY = "memory midway"  # the same, killed for want of memory
    MISSING = "missing"  # 404, as for a model that was deleted
    CRASH = "crash"  # 500
    MEMORY = "memory"  # 500, too little memory
    CONTEXT = "context"  # 400, the prompt (a picture, say) is too much for the window: JSON in an error string
    REFUSED = "refused"  # 400, this picture cannot be taken
    BUSY = "busy"  # 503
    TOO_MANY = "too many"  # 429, as a proxy gives
    HTML = "html"  # a page of something else, with status 200
    NOT_LINES = "not lines"  # status 200 and no JSON
    NOTHING = "nothing"  # status 200 and an empty body
    EMPTY = "empty"  # a whole answer that says nothing
    CUT = "cut"  # JSON cut off, done_reason "length"
    LOOP = "loop"  # the same words again and again
    BLANKS = "blanks"  # white space without an end
    GARBAGE = "garbage"  # GGGG…, as a broken graphics card gives
    HUGE = "huge"  # an answer of 100 MB
    NOT_A_NUMBER = "not a number"  # NaN where JSON knows none
    WRONG_SHAPE = "wrong shape"  # valid JSON of another schema
    STRANGE_IDS = "strange ids"  # the right shape with ids that no enum holds
    INVENTED_QUOTE = "invented quote"  # prose that quotes what nobody said
    TIMECODE = "timecode"  # prose with a time in it
    CARELESS = "careless"  # ids left out and used twice
    IN_THOUGHTS = "in thoughts"  # the JSON comes as thinking, the content stays empty
    COUNTS_HALF = "counts half"  # the prompt was cut to half the window without a word


@dataclass(frozen=True)
class Fault:
    """A fault and its time in seconds, where it has one."""

    kind: FaultKind
    seconds: float = 0.5


class Faults:
    """Which request gets which fault: first those that were asked for one by one, then the one that holds for all."""

    def __init__(self) -> None:
        self.always: Fault | None = None
        self._next: deque[Fault | None] = deque()
        self._lock = Lock()

    def add(self, fault: Fault | None, times: int = 1) -> None:
        """``fault`` (None: all well) for the next ``times`` answers."""
        with self._lock:
            self._next.extend([fault] * times)

    def take(self) -> Fault | None:
        """The fault of the answer that begins."""
        with self._lock:
            return self._next.popleft() if self._next else self.always

    def clear(self) -> None:
        """All well again."""
        with self._lock:
            self._next.clear()
            self.always = None
