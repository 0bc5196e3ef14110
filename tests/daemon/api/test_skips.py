"""Skips over the socket."""

import httpx

from daemon.contract.evidence import Skip
from daemon.contract.states import JobState
from tests.daemon.api.served import Served

MANUAL = Skip(start=10, end=25.5, reason="manual", note="sponsor")
REPEAT = Skip(start=30, end=50, reason="repeat", confidence=0.8)


async def test_what_is_left_out_and_what_is_suggested(daemon: Served, http: httpx.AsyncClient) -> None:
    job = daemon.film("a.mp4", JobState.COMPLETED)
    daemon.store.skips_planned(job.id, [MANUAL])
    daemon.store.suggest(job.id, [REPEAT], "b\x1b.mp4")
    answer = (await http.get(f"/v1/videos/{job.id}/skips")).json()
    assert answer["skips"] == [{"start": 10, "end": 25.5, "reason": "manual", "confidence": 1, "note": "sponsor"}]
    assert [(one["start"], one["origin"]) for one in answer["suggestions"]] == [(30, "b\x1b.mp4")]


async def test_learning_and_taking_back(daemon: Served, http: httpx.AsyncClient) -> None:
    job = daemon.film("a.mp4", JobState.COMPLETED)
    daemon.store.skips_planned(job.id, [MANUAL])
    answer = await http.post(f"/v1/videos/{job.id}/skips/learn")
    assert answer.status_code == 201
    (one,) = answer.json()["items"]
    assert (one["start"], one["end"], one["film"], one["note"]) == (10, 25.5, "a.mp4", "sponsor")
    assert (await http.get("/v1/learned")).json() == answer.json()
    assert (await http.delete(f"/v1/learned/{one['id']}")).status_code == 204
    assert (await http.get("/v1/learned")).json() == {"items": []}
    assert (await http.delete(f"/v1/learned/{one['id']}")).status_code == 404


async def test_a_video_that_nobody_has(http: httpx.AsyncClient) -> None:
    assert (await http.get("/v1/videos/9/skips")).status_code == 404
    assert (await http.post("/v1/videos/9/skips/learn")).status_code == 404
