"""Every error of ours has a status of its own choosing, and keeps its words."""

import inspect
from http import HTTPStatus

import pytest

from daemon.api.problems import STATUSES
from daemon.contract import errors as common
from daemon.contract.errors import CannotGoOn, ChangedMeanwhile, MustWait, NotThere, ReelscribeError, TryAgain
from daemon.jobs import errors as of_jobs
from tests.daemon.api.served import Served
from tui.client import Daemon, Refused

EXPECTED = {
    of_jobs.NoSuchJob: HTTPStatus.NOT_FOUND,
    of_jobs.IllegalMove: HTTPStatus.CONFLICT,
    of_jobs.DiskFull: HTTPStatus.SERVICE_UNAVAILABLE,
    of_jobs.TableBusy: HTTPStatus.SERVICE_UNAVAILABLE,
    of_jobs.Locked: HTTPStatus.CONFLICT,
    of_jobs.EditionGone: HTTPStatus.GONE,
    of_jobs.TableNewer: HTTPStatus.UNPROCESSABLE_ENTITY,
    of_jobs.TableUnwritable: HTTPStatus.SERVICE_UNAVAILABLE,
    of_jobs.SqliteTooOld: HTTPStatus.UNPROCESSABLE_ENTITY,
    MustWait: HTTPStatus.SERVICE_UNAVAILABLE,
    TryAgain: HTTPStatus.SERVICE_UNAVAILABLE,
    ChangedMeanwhile: HTTPStatus.PRECONDITION_FAILED,
    NotThere: HTTPStatus.NOT_FOUND,
    CannotGoOn: HTTPStatus.UNPROCESSABLE_ENTITY,
    ReelscribeError: HTTPStatus.UNPROCESSABLE_ENTITY,
}


def errors_of(module: object) -> set[type[ReelscribeError]]:
    return {kind for _, kind in inspect.getmembers(module, inspect.isclass) if issubclass(kind, ReelscribeError)}


@pytest.mark.parametrize("kind", sorted(errors_of(common) | errors_of(of_jobs), key=str))
def test_every_error_has_a_status_that_somebody_thought_of(kind: type[ReelscribeError]) -> None:
    status = next(status for base, status in STATUSES if issubclass(kind, base))
    known = next(EXPECTED[base] for base in kind.__mro__ if base in EXPECTED)
    assert status == known
    assert kind in EXPECTED or kind.__mro__[1] in EXPECTED


async def test_an_errors_words_arrive(daemon: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise TryAgain("the table is busy", "try again")

    monkeypatch.setattr(daemon.store, "page", refuse)
    async with Daemon([daemon.socket]) as client:
        with pytest.raises(Refused) as refused:
            await client.jobs()
    problem = refused.value.problem
    assert (problem.status, problem.title, problem.detail, problem.advice) == (503, "Service Unavailable", "the table is busy", "try again")
    assert problem.instance == "/v1/jobs"
