"""Every operation of the published document, asked in every way that schemathesis can think of: no 5xx, no hang, answers as documented.

The event stream has no end and is left out; ``test_events`` is about it.
"""

from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import checks
from schemathesis.core.result import Ok

from daemon.contract.states import JobState
from tests.daemon.api import unix
from tests.daemon.api.served import Elsewhere, served_elsewhere, short_folder

PATIENCE = 60.0  # seconds for an answer
EXAMPLES = 30  # of each operation
PARTS = 4  # that can run side by side
CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.response_headers_conformance,
]


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    with short_folder() as folder, served_elsewhere(folder) as daemon:
        for name, state in (("a.mp4", JobState.COMPLETED), ("b.mp4", JobState.FAILED), ("c.mp4", JobState.PENDING)):
            daemon.call(lambda served, name=name, state=state: served.film(name, state))  # type: ignore[misc]
        yield daemon


@pytest.fixture
def session(elsewhere: Elsewhere) -> Iterator[requests.Session]:
    with unix.session(elsewhere.socket, PATIENCE) as session:
        yield session


@pytest.mark.parametrize("part", range(PARTS))
def test_no_question_breaks_it(session: requests.Session, part: int) -> None:
    schema = schemathesis.openapi.from_dict(session.get(f"{unix.BASE}/openapi.json").json())
    operations = [found.ok() for found in schema.exclude(path="/v1/events").get_all_operations() if isinstance(found, Ok)]
    assert len(operations) > 20
    for operation in operations[part::PARTS]:
        fuzz(operation, session)


def fuzz(operation: Any, session: requests.Session) -> None:
    """Asks it in ``EXAMPLES`` ways."""

    @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    def asked(case: schemathesis.Case[Any]) -> None:
        response = case.call(base_url=unix.BASE, session=session)
        case.validate_response(response, checks=CHECKS)

    asked()
