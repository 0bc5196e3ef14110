"""A job's log over the socket."""

import httpx

from daemon.contract.states import JobState, Stage
from tests.daemon.api.served import Served


async def test_a_log_is_paged_by_key_and_its_own(http: httpx.AsyncClient, daemon: Served) -> None:
    film = daemon.film("a.mp4")
    daemon.film("b.mp4")
    daemon.store.note(film.id, Stage.WRITE, "writer: llama")
    daemon.store.move(film.id, JobState.PAUSED, reason="by hand")
    first = (await http.get(f"/v1/jobs/{film.id}/log", params={"limit": 3})).json()
    rest = (await http.get(f"/v1/jobs/{film.id}/log", params={"after": first["next"]})).json()
    said = [line["text"] for line in first["items"] + rest["items"]]
    assert said == ["arriving", "pending", "writer: llama", "paused: by hand"]
    assert rest["next"] is None
    assert (await http.get("/v1/jobs/77/log")).status_code == 404
