"""Over TCP: with the key, and not too often."""

from collections.abc import AsyncIterator

import httpx
import pytest

from daemon.api.tcp import A_SECOND, AT_ONCE, MOST_ADDRESSES, Rates, TcpServer
from daemon.contract.errors import CannotStart
from daemon.contract.problems import MEDIA_TYPE
from tests.daemon.api.served import Served

KEY = "a-key-that-nobody-guesses"


@pytest.fixture
async def tcp(daemon: Served) -> AsyncIterator[TcpServer]:
    server = TcpServer(daemon.app, "127.0.0.1", 0, KEY)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def visitor(tcp: TcpServer) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{tcp.port}", trust_env=False) as client:
        yield client


async def test_with_the_key_everything_is_as_on_the_socket(visitor: httpx.AsyncClient, daemon: Served) -> None:
    daemon.film("a.mp4")
    answer = await visitor.get("/v1/jobs", headers={"Authorization": f"Bearer {KEY}"})
    assert [job["name"] for job in answer.json()["items"]] == ["a.mp4"]


@pytest.mark.parametrize("header", ["", KEY, f"Basic {KEY}", "Bearer", "Bearer \xe4", f"Bearer {KEY}x"])
async def test_without_it_nobody_comes_in(visitor: httpx.AsyncClient, header: str) -> None:
    answer = await visitor.get("/v1/health", headers={b"Authorization": header.encode("latin-1")})
    assert (answer.status_code, answer.headers["Content-Type"]) == (401, MEDIA_TYPE)
    assert answer.headers["WWW-Authenticate"] == "Bearer"


async def test_who_guesses_has_to_wait(visitor: httpx.AsyncClient) -> None:
    answers = [await visitor.get("/v1/health", headers={"Authorization": f"Bearer {guess}"}) for guess in range(12)]
    assert answers[0].status_code == 401
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) >= 1


def test_rates_fill_up_again_and_each_address_has_its_own() -> None:
    now = 0.0
    rates = Rates(lambda: now)
    assert [rates.wait("a") for _ in range(int(AT_ONCE))] == [0.0] * int(AT_ONCE)
    assert rates.wait("a") == pytest.approx(1 / A_SECOND)
    assert rates.wait("b") == 0.0
    now = 1.0
    assert [rates.wait("a") for _ in range(int(A_SECOND))] == [0.0] * int(A_SECOND)
    assert rates.wait("a") > 0
    for number in range(2 * MOST_ADDRESSES):
        rates.wait(str(number))
    assert rates.wait("a") == 0.0, "who was not heard of for long is forgotten"


async def test_an_address_that_is_taken_is_said(tcp: TcpServer, daemon: Served) -> None:
    with pytest.raises(CannotStart, match="cannot listen on"):
        await TcpServer(daemon.app, "127.0.0.1", tcp.port, KEY).start()
