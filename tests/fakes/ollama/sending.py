"""Sends an answer piece by piece, and goes wrong on the way where a fault asks for it."""

import json
import select
import socket
from collections.abc import Iterable, Iterator
from itertools import islice
from random import Random
from typing import TYPE_CHECKING, Any

from tests.fakes.ollama.answering import Answer, exceeded
from tests.fakes.ollama.faults import Fault, FaultKind
from tests.fakes.ollama.requests import Refusal

if TYPE_CHECKING:
    from tests.fakes.ollama.handler import Handler

LARGEST_PIECE = 400  # bytes of one piece on the wire; a piece may end anywhere, also inside a character
HUGE = 100 << 20
PAGE = b"<!doctype html><html><body><h1>It works!</h1></body></html>"
REFUSALS = {
    FaultKind.CRASH: (500, "an error was encountered while running the model: unexpected EOF"),
    FaultKind.REFUSED: (400, "failed to process inputs: image: unknown format"),
    FaultKind.BUSY: (503, "server busy, please try again.  maximum pending requests exceeded"),
    FaultKind.TOO_MANY: (429, "too many requests"),
}
MEMORY = {
    "A": "model requires more system memory (43.1 GiB) than is available (7.4 GiB)",
    "B": "llama-server process has terminated: signal: killed",
}
BODIES = {
    FaultKind.HTML: (PAGE, "text/html"),
    FaultKind.NOT_LINES: (b"nothing to see here\n", "text/plain"),
    FaultKind.NOTHING: (b"", "text/plain"),
}


class Gone(Exception):
    """Nobody reads any more."""


class Sending:
    """The way of one answer."""

    def __init__(self, handler: "Handler", fault: Fault | None) -> None:
        self._handler = handler
        self._kind = fault.kind if fault else None
        self._seconds = fault.seconds if fault else 0.0

    def before(self) -> bool:
        """Goes wrong before there is an answer; whether that was all. Raises Refusal or Gone."""
        kind = self._kind
        if kind is FaultKind.DELAY:
            self.wait(self._seconds)
        elif kind is FaultKind.DROP:
            self._hang_up()
        elif kind is FaultKind.HANG:
            self.wait(None)
        elif kind is FaultKind.HEADERS:
            self.begin()
            self.wait(None)
        elif kind is FaultKind.TRICKLE_HEADERS:
            self._drip(b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 60_000, framed=False)
        elif kind in BODIES:
            self._handler.send(200, *BODIES[kind])
            return True
        self._refuse()
        return False

    def stream(self, answer: Answer) -> None:
        """The whole answer, or as much of it as the fault lets through."""
        self.begin()
        if self._kind is FaultKind.HUGE:
            self._huge()
        lines = answer.lines()
        match self._kind:
            case FaultKind.SLOW | FaultKind.LINES:
                self._slowly(lines)
            case FaultKind.TRICKLE:
                self._drip(_bytes(next(lines))[:-1] + b" " * 60_000, framed=True)
            case FaultKind.STALL | FaultKind.BREAK | FaultKind.NO_DONE | FaultKind.ERROR_MIDWAY | FaultKind.MEMORY_MIDWAY:
                self._midway(list(lines))
            case _:
                self.lines(lines)
        self.end()

    def begin(self) -> None:
        """The status line: nothing of it goes before the first token is there."""
        handler = self._handler
        handler.asked.status = 200
        handler.send_response(200)
        handler.send_header("Content-Type", "application/x-ndjson")
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()

    def lines(self, lines: Iterable[dict[str, Any]]) -> None:
        """Lines, cut into pieces that know nothing of lines."""
        for piece in _cut(map(_bytes, lines)):
            self._chunk(piece)

    def end(self) -> None:
        """The stream ends as it should."""
        self._handler.wfile.write(b"0\r\n\r\n")

    def wait(self, seconds: float | None) -> None:
        """Lets time pass (None: for ever). Raises Gone when the client hangs up or the server ends."""
        watched = [self._handler.connection, self._handler.fake.closing]
        if seconds == 0:
            return
        if select.select(watched, [], [], seconds)[0]:
            raise Gone

    def _refuse(self) -> None:
        fake, kind = self._handler.fake, self._kind
        if kind is FaultKind.MISSING:
            raise Refusal(404, f"model '{(self._handler.asked.body or {}).get('model')}' not found")
        if kind is FaultKind.CONTEXT:
            raise Refusal(400, exceeded(12_000, 8192))
        if kind is FaultKind.MEMORY:
            raise Refusal(500, MEMORY[fake.era])
        if kind in REFUSALS:
            raise Refusal(*REFUSALS[kind])

    def _slowly(self, lines: Iterator[dict[str, Any]]) -> None:
        for line in lines:
            if line["done"] and self._kind is FaultKind.LINES:
                break
            self._chunk(_bytes(line))
            self.wait(self._seconds)
        while self._kind is FaultKind.LINES:
            self._chunk(_bytes({"message": {"role": "assistant", "content": ""}, "done": False}))
            self.wait(self._seconds)

    def _midway(self, lines: list[dict[str, Any]]) -> None:
        some = lines[:-1] if self._kind is FaultKind.NO_DONE else lines[: max(len(lines) // 2, 1)]
        self.lines(some)
        if self._kind is FaultKind.STALL:
            self.wait(None)
        if self._kind is FaultKind.BREAK:
            self._hang_up()
        if self._kind is FaultKind.ERROR_MIDWAY:
            self.lines([{"error": "an error was encountered while running the model: unexpected EOF"}])
        if self._kind is FaultKind.MEMORY_MIDWAY:
            self.lines([{"error": "llama-server process has terminated: signal: killed"}])

    def _huge(self) -> None:
        """Words without an end, far beyond ``num_predict``."""
        random = Random(7)
        for _ in range(HUGE >> 16):
            text = "".join(random.choices("abcdefghij klmnop", k=1 << 16))
            self._chunk(_bytes({"message": {"role": "assistant", "content": text}, "done": False}))

    def _drip(self, data: bytes, *, framed: bool) -> None:
        for byte in data:
            one = bytes([byte])
            self._chunk(one) if framed else self._handler.wfile.write(one)
            self.wait(self._seconds)

    def _chunk(self, data: bytes) -> None:
        self._handler.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))

    def _hang_up(self) -> None:
        self._handler.connection.shutdown(socket.SHUT_RDWR)
        raise Gone


def _bytes(line: dict[str, Any]) -> bytes:
    return json.dumps(line, ensure_ascii=False).encode() + b"\n"


def _cut(data: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of any size."""
    random = Random(11)
    flow = (byte for block in data for byte in block)
    while piece := bytes(islice(flow, random.randint(1, LARGEST_PIECE))):
        yield piece
