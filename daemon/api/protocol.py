"""HTTP/1.1 as uvicorn speaks it, for clients that mean harm: who they are is looked at, each request has a deadline, and connections
that wait are limited, for each user and for all.

uvicorn alone never closes a connection that sends a byte every two seconds, and keeps what a client that does not read has coming.
"""

import asyncio
import os
from collections import defaultdict
from http import HTTPStatus
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from daemon.api import peers
from daemon.api.problems import answer, problem
from daemon.contract.problems import MEDIA_TYPE, Problem

WHOLE_WITHIN = 5.0  # seconds from a connection or a request's first byte to its last
READ_WITHIN = 30.0  # seconds in which a client must take what it asked for
MOST_WAITING = 200  # connections without a whole request; the oldest goes when another comes
MOST_OF_ONE = 100  # connections of one user; the oldest that is not being answered goes when another comes
NOBODY = -1  # in place of a user's number, where a connection comes over TCP
BUSY = problem(HTTPStatus.SERVICE_UNAVAILABLE, f"you have {MOST_OF_ONE} connections already", "Close some of them.")
CLOSE = {"Connection": "close"}


class Connections(ServerState):
    """The server's connections; ``waiting`` has those that owe us a request, ``of`` those of each user, oldest first."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: dict[Protocol, None] = {}
        self.of: defaultdict[int, dict[Protocol, None]] = defaultdict(dict)


class Protocol(H11Protocol):
    """One connection."""

    server_state: Connections

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._whole: asyncio.TimerHandle | None = None
        self._read: asyncio.TimerHandle | None = None
        self._user = NOBODY

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Looks who it is, starts the clock, and makes room where too many wait."""
        super().connection_made(transport)
        self._greet(transport)
        self._expect()
        if len(self.server_state.waiting) > MOST_WAITING:
            next(iter(self.server_state.waiting))._let_go()

    def data_received(self, data: bytes) -> None:
        """Runs the clock until the request is whole, its body too."""
        self._expect()
        super().data_received(data)
        if self._is_whole():
            self._stop()

    def connection_lost(self, exc: Exception | None) -> None:
        """Leaves no clock running."""
        self._stop()
        self._forget()
        self.resume_writing()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """A client that does not read is let go."""
        super().pause_writing()
        self._read = self._read or self.loop.call_later(READ_WITHIN, self.transport.abort)

    def resume_writing(self) -> None:
        """It reads."""
        super().resume_writing()
        if self._read is not None:
            self._read.cancel()
            self._read = None

    def send_400_response(self, msg: str) -> None:
        """Says that this was no HTTP, as a problem document."""
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            body = Problem(title="Bad Request", status=400, detail=msg).model_dump_json(exclude_defaults=True).encode()
            headers = [("Content-Type", MEDIA_TYPE), ("Content-Length", str(len(body))), ("Connection", "close")]
            answer = h11.Response(status_code=400, headers=headers, reason=b"Bad Request")
            for event in (answer, h11.Data(data=body), h11.EndOfMessage()):
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _greet(self, transport: asyncio.Transport) -> None:
        """Whoever may not be here is told so, whatever they ask."""
        connection = transport.get_extra_info("socket")
        if peer := peers.of(connection):
            self._user = peer.uid
            if refused := peers.stranger(peer, os.geteuid(), peers.group_of(connection)):
                self.app = answer(refused, CLOSE)
        self._make_room()

    def _make_room(self) -> None:
        others = self.server_state.of[self._user]
        others[self] = None
        if len(others) <= MOST_OF_ONE:
            return
        idle = next((other for other in others if other is not self and not other._is_answered()), None)
        if idle:
            idle._let_go()
        else:
            self.app = answer(BUSY, CLOSE)

    def _forget(self) -> None:
        others = self.server_state.of[self._user]
        others.pop(self, None)
        if not others:
            del self.server_state.of[self._user]

    def _is_answered(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _expect(self) -> None:
        if self._whole is None and not self._is_whole():
            self._whole = self.loop.call_later(WHOLE_WITHIN, self.transport.abort)
            self.server_state.waiting[self] = None

    def _let_go(self) -> None:
        self._stop()
        self._forget()
        self.transport.abort()

    def _stop(self) -> None:
        self.server_state.waiting.pop(self, None)
        if self._whole is not None:
            self._whole.cancel()
            self._whole = None

    def _is_whole(self) -> bool:
        return self._is_answered() and not self.cycle.more_body
