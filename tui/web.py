"""The monitor in a browser on this machine: one of them for each page that is opened, through textual-serve.

Only pages of its own are served: a name that is not this machine's, or a page of another site that connects, is refused, since whoever
is connected works the monitor.
"""

import shlex
import sys
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from textual_serve.server import Server

HOST = "127.0.0.1"
NAMES = ("127.0.0.1", "localhost", "[::1]")


class MonitorServer(Server):
    """Runs ``reelscribe tui`` with these arguments for whoever opens the page."""

    def __init__(self, arguments: Sequence[str], port: int) -> None:
        command = shlex.join([sys.executable, "-P", "-m", "tui.cli", "tui", *arguments])
        super().__init__(command, host=HOST, port=port, title="Reelscribe")

    async def _make_app(self) -> web.Application:
        app = await super()._make_app()
        app.middlewares.append(_from_here)
        return app


@web.middleware
async def _from_here(request: web.Request, handler: Any) -> web.StreamResponse:
    """Refuses what another site's page sends, and names that only lead here (DNS rebinding)."""
    origin = request.headers.get("Origin")
    if not _is_ours(f"//{request.host}") or (origin is not None and urlsplit(origin).netloc != request.host):
        raise web.HTTPForbidden(text="This page is for browsers on this machine.")
    answer: web.StreamResponse = await handler(request)
    return answer


def _is_ours(address: str) -> bool:
    host, _, port = urlsplit(address).netloc.rpartition(":")
    return (host if port.isdigit() else urlsplit(address).netloc) in NAMES


def serve(arguments: Sequence[str], port: int) -> None:
    """Until Ctrl-C."""
    MonitorServer(arguments, port).serve()
