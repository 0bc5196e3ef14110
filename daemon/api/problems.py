"""Everything that can go wrong, as a problem document (RFC 9457)."""

from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from daemon.contract.errors import ChangedMeanwhile, MustWait, NotThere, ReelscribeError, TryAgain
from daemon.contract.problems import MEDIA_TYPE, Fault, Problem
from daemon.jobs.errors import EditionGone, IllegalMove, Locked, NoSuchJob

STATUSES: tuple[tuple[type[ReelscribeError], HTTPStatus], ...] = (
    (NoSuchJob, HTTPStatus.NOT_FOUND),
    (NotThere, HTTPStatus.NOT_FOUND),
    (IllegalMove, HTTPStatus.CONFLICT),
    (Locked, HTTPStatus.CONFLICT),
    (EditionGone, HTTPStatus.GONE),
    (ChangedMeanwhile, HTTPStatus.PRECONDITION_FAILED),
    (MustWait, HTTPStatus.SERVICE_UNAVAILABLE),
    (TryAgain, HTTPStatus.SERVICE_UNAVAILABLE),
    (ReelscribeError, HTTPStatus.UNPROCESSABLE_ENTITY),
)
"""The first that fits."""


def install(app: FastAPI) -> None:
    """Makes every error of the app a problem document."""
    app.add_exception_handler(ReelscribeError, _of_ours)
    app.add_exception_handler(HTTPException, _of_http)
    app.add_exception_handler(RequestValidationError, _of_validation)
    app.add_exception_handler(Exception, _of_mistake)


def answer(problem: Problem, headers: dict[str, str] | None = None) -> Response:
    """The document as a response."""
    return Response(problem.model_dump_json(), problem.status, headers, MEDIA_TYPE)


def problem(status: int, detail: str = "", advice: str = "", errors: tuple[Fault, ...] = (), instance: str = "") -> Problem:
    """A problem whose title is the status's own name."""
    return Problem(title=HTTPStatus(status).phrase, status=status, detail=detail, advice=advice, errors=errors, instance=instance)


async def _of_ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, ReelscribeError)  # noqa: S101 – by whom it is called
    status = next(status for kind, status in STATUSES if isinstance(error, kind))
    return answer(problem(status, error.message, error.advice, instance=_asked(request)))


async def _of_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    detail = "" if error.detail == HTTPStatus(error.status_code).phrase else error.detail
    return answer(problem(error.status_code, detail, instance=_asked(request)), dict(error.headers or {}))


async def _of_validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    faults = tuple(Fault(where=".".join(str(part) for part in fault["loc"]), message=fault["msg"]) for fault in error.errors())
    detail = "; ".join(f"{fault.where}: {fault.message}" for fault in faults[:3])
    return answer(problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail, errors=faults, instance=_asked(request)))


async def _of_mistake(request: Request, error: Exception) -> Response:
    return answer(
        problem(
            HTTPStatus.INTERNAL_SERVER_ERROR,
            f"something broke that should not have: {type(error).__name__}",
            "the daemon's log has the whole story: journalctl -u 'reelscribe@*', or the terminal in which it runs",
            instance=_asked(request),
        )
    )


def _asked(request: Request) -> str:
    raw: bytes = request.scope.get("raw_path") or b""
    return raw.decode("ascii", "replace")
