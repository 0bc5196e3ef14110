"""No request may be larger than anything that is ever asked here."""

from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from daemon.api.problems import answer, problem

LARGEST_BODY = 64 * 1024  # bytes
TOO_LARGE = f"a request has at most {LARGEST_BODY} bytes"
CLOSE = {"Connection": "close"}


class BodyLimit:
    """ASGI middleware: refuses a body that says that it is too large at once, and any other as soon as it is."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on what is small enough."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif int(Headers(scope=scope).get("content-length", "0")) > LARGEST_BODY:  # h11 lets nothing but digits through
            await answer(problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, TOO_LARGE), CLOSE)(scope, receive, send)
        else:
            await self.app(scope, _counted(receive), send)


def _counted(receive: Receive) -> Receive:
    taken = 0

    async def counted() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > LARGEST_BODY:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, TOO_LARGE, CLOSE)
        return message

    return counted
