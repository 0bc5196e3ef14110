"""One connection: routes a request, and sends what comes of it, also in the ways that a fault asks for."""

import json
import select
from collections.abc import Callable
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.fakes.ollama import answering, control, library, requests
from tests.fakes.ollama.record import Asked
from tests.fakes.ollama.requests import Refusal
from tests.fakes.ollama.sending import Gone, Sending

if TYPE_CHECKING:
    from tests.fakes.ollama.server import FakeOllama

READS = {"/": "root", "/api/version": "version", "/api/tags": "tags", "/api/ps": "processes"}
ACTS = {"/api/chat": "chat", "/api/generate": "generate", "/api/show": "show", "/api/pull": "pull"}
BLOCKED = 0.01  # seconds between two looks whether the scheduler goes on
LOCAL = {"localhost", "127.0.0.1", "::1", ""}


class Handler(BaseHTTPRequestHandler):
    """Threads of their own, one a connection; ``server.owner`` is the fake."""

    protocol_version = "HTTP/1.1"

    @property
    def fake(self) -> "FakeOllama":
        """The server that this connection belongs to."""
        owner: FakeOllama = self.server.owner  # type: ignore[attr-defined]
        return owner

    def do_GET(self) -> None:
        """Lists."""
        self._serve(self._read)

    def do_HEAD(self) -> None:
        """Lists without their body."""
        self._serve(self._read)

    def do_POST(self) -> None:
        """Questions."""
        self._serve(self._act)

    def do_DELETE(self) -> None:
        """A model goes."""
        self._serve(self._delete)

    def do_PUT(self) -> None:
        """Nothing takes it."""
        self._serve(lambda: self._text(405, "405 method not allowed") if self._route in READS | ACTS else self._missing())

    def log_message(self, format: str, *args: Any) -> None:
        """Silent: a test looks at the record."""

    def handle_one_request(self) -> None:
        """Waits for the next request on the connection, or for the server's end."""
        readable, _, _ = select.select([self.connection, self.fake.closing], [], [])
        if self.connection not in readable:
            self.close_connection = True
            return
        super().handle_one_request()

    @property
    def _route(self) -> str:
        return urlsplit(self.path).path

    def _serve(self, act: Callable[[], None]) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.asked = self.fake.record.add(Asked(self.command, self._route, dict(self.headers), _json(raw)))
        self.raw = raw
        try:
            self._guarded(act)
        except (Gone, ConnectionError):
            self.close_connection = True
            self.fake.record.end(self.asked, "left")
        else:
            self.fake.record.end(self.asked, "answered")

    def _guarded(self, act: Callable[[], None]) -> None:
        if not self._from_here():
            self.send(403, b"", "text/plain")
            return
        try:
            act()
        except Refusal as refusal:
            self.reply(refusal.status, {"error": refusal.text})

    def _from_here(self) -> bool:
        """Bound to loopback, Ollama talks to local names alone."""
        host = (self.headers.get("Host") or "").rpartition("]")[0].strip("[") or (self.headers.get("Host") or "").partition(":")[0]
        return host in LOCAL or host.endswith((".localhost", ".local", ".internal"))

    def _read(self) -> None:
        if self._route == control.ASKED:
            self.reply(200, control.asked(self.fake))
        elif self._route == "/":
            self._text(200, "Ollama is running")
        elif self._route in READS:
            self.reply(200, library.lists(self.fake, READS[self._route]))
        elif self._route in ACTS:
            self._text(405, "405 method not allowed")
        else:
            self._missing()

    def _act(self) -> None:
        if self._route == control.FAULTS:
            self.reply(200, control.set_faults(self.fake, _json(self.raw) or {}))
        elif self._route not in ACTS:
            self._text(405, "405 method not allowed") if self._route in READS else self._missing()
        else:
            body = requests.parsed(self._route, self.raw)
            {"chat": self._chat, "generate": self._generate, "show": self._show, "pull": self._pull}[ACTS[self._route]](body)

    def _delete(self) -> None:
        if self._route != "/api/delete":
            self._missing()
            return
        body = requests.parsed(self._route, self.raw)
        library.delete(self.fake, body)
        self.send(200, b"", "text/plain")

    def _show(self, body: dict[str, Any]) -> None:
        self.reply(200, library.model(self.fake, body).show())

    def _pull(self, body: dict[str, Any]) -> None:
        sending = Sending(self, None)
        sending.begin()
        sending.lines(library.pull(self.fake, body))
        sending.end()

    def _chat(self, body: dict[str, Any]) -> None:
        if not body.get("model"):
            raise Refusal(400, "model is required")
        self._words(body, "message")

    def _generate(self, body: dict[str, Any]) -> None:
        self._words(body, "response")

    def _words(self, body: dict[str, Any], key: str) -> None:
        asked = answering.question(body, library.model(self.fake, body), key)
        if not asked.messages:
            if asked.keep_alive != 0:
                self._load(asked, Sending(self, None))
            self.reply(200, library.loaded_or_unloaded(self.fake, asked))
            return
        turn = self.fake.scheduler.begin()
        try:
            self._generate_words(asked, turn)
        finally:
            self.fake.scheduler.end(turn)

    def _generate_words(self, asked: answering.Question, turn: object) -> None:
        fault = self.fake.faults.take()
        sending = Sending(self, fault)
        if sending.before():
            return
        load = self._load(asked, sending)
        counted = answering.prompt_tokens(asked, self.fake.era)
        cached = self.fake.scheduler.read(asked.model, asked.rendered)
        answer = answering.answer(asked, fault.kind if fault else None, counted, int(load * 1e9), cached, self.fake.lies)
        answer = replace(answer, at_end=lambda: self._over(asked, turn))
        if asked.stream:
            sending.stream(answer)
        else:
            self.reply(200, answer.whole())

    def _over(self, asked: answering.Question, turn: object) -> None:
        """Before the client hears that it is: what it asks next finds the server with this answer behind it."""
        self.fake.scheduler.keep(asked.model, asked.keep_alive)
        self.fake.scheduler.end(turn)

    def _load(self, asked: answering.Question, sending: Sending) -> float:
        """Loads where it must, and gives the seconds that it took. A client that goes away meanwhile ends the load."""
        scheduler = self.fake.scheduler
        if not scheduler.must_load(asked.model, asked.num_ctx):
            return 0.0
        while scheduler.blocked(asked.model, asked.num_ctx):
            sending.wait(BLOCKED)
        sending.wait(self.fake.load_seconds)
        library.load(self.fake, asked)
        return self.fake.load_seconds

    def reply(self, status: int, value: Any) -> None:
        """One JSON object."""
        self.send(status, json.dumps(value, ensure_ascii=False).encode(), "application/json; charset=utf-8")

    def _text(self, status: int, text: str) -> None:
        self.send(status, text.encode(), "text/plain; charset=utf-8")

    def _missing(self) -> None:
        self._text(404, "404 page not found")

    def send(self, status: int, body: bytes, kind: str) -> None:
        """A whole body at once."""
        self.asked.status = status
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def _json(raw: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(raw)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
