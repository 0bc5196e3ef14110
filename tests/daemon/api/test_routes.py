"""What is asked and what is answered."""

import os

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families as parsed

from daemon.contract.jobs import Job, JobDetail, JobPage, Why
from daemon.contract.problems import MEDIA_TYPE, Problem
from daemon.contract.states import HoldCause, JobState, Stage
from daemon.contract.status import Health, Status
from daemon.contract.values import packed
from tests.daemon.api.served import INBOX, NOWHERE, VERSION, Served


async def refused(http: httpx.AsyncClient, method: str, url: str, **rest: object) -> Problem:
    answer = await http.request(method, url, **rest)  # type: ignore[arg-type]
    assert answer.headers["content-type"] == MEDIA_TYPE
    problem = Problem.model_validate_json(answer.content)
    assert problem.status == answer.status_code
    return problem


async def test_health(http: httpx.AsyncClient) -> None:
    answer = await http.get("/v1/health")
    assert Health.model_validate_json(answer.content) == Health(version=VERSION)


async def test_status_counts_and_says_what_is_waited_for(http: httpx.AsyncClient, daemon: Served) -> None:
    daemon.film("a.mp4")
    held = daemon.film("b.mp4")
    daemon.store.move(held.id, JobState.HELD, reason="no Ollama", advice="start it", cause=HoldCause.OLLAMA, not_before=2e9)
    running = daemon.store.claim(1.0)
    assert running is not None
    daemon.store.progress(running.id, Stage.TRANSCRIBE, 0.5, 60.0)
    status = Status.model_validate_json((await http.get("/v1/status")).content)
    assert status.counts == {JobState.PROCESSING: 1, JobState.HELD: 1}
    assert [(hold.cause, hold.reason, hold.advice, hold.jobs) for hold in status.holds] == [(HoldCause.OLLAMA, "no Ollama", "start it", 1)]
    assert status.running is not None
    assert (status.running.name, status.running.progress, status.running.eta) == ("a.mp4", 0.5, 60.0)
    assert [inbox.path for inbox in status.inboxes] == ["/films/inbox"]


async def test_moments_are_in_utc_and_only_what_waits_has_a_next_try(http: httpx.AsyncClient, daemon: Served) -> None:
    held = daemon.film("a.mp4")
    daemon.store.move(held.id, JobState.HELD, reason="no Ollama", cause=HoldCause.OLLAMA, not_before=2e9)
    answer = (await http.get(f"/v1/jobs/{held.id}")).json()
    assert answer["next_try"] == "2033-05-18T03:33:20Z"
    assert answer["created"].endswith("Z")


async def test_jobs_page_by_key_newest_first_and_none_is_missed(http: httpx.AsyncClient, daemon: Served) -> None:
    made = [daemon.film(f"{number}.mp4").id for number in range(7)]
    seen: list[int] = []
    after: int | None = None
    while True:
        page = JobPage.model_validate_json((await http.get("/v1/jobs", params={"limit": 3} | ({"after": after} if after else {}))).content)
        seen += [job.id for job in page.items]
        after = page.next
        if after is None:
            break
    assert seen == sorted(made, reverse=True)


async def test_jobs_of_one_state(http: httpx.AsyncClient, daemon: Served) -> None:
    daemon.film("a.mp4")
    failed = daemon.film("b.mp4", JobState.FAILED, "no film")
    page = JobPage.model_validate_json((await http.get("/v1/jobs", params={"state": "failed"})).content)
    assert [(job.id, job.reason) for job in page.items] == [(failed.id, "no film")]


async def test_a_job_is_found_by_its_videos_bytes(http: httpx.AsyncClient, daemon: Served) -> None:
    film = daemon.film(b"caf\xe9\x1b[31m.mp4")
    page = JobPage.model_validate_json((await http.get("/v1/jobs", params={"path": packed(film.path)})).content)
    (job,) = page.items
    assert (job.id, job.name) == (film.id, "caf\\xe9\\x1b[31m.mp4")
    assert os.fsencode(job.path_bytes) == film.path
    assert (await http.get("/v1/jobs", params={"path": packed(b"/else")})).json() == {"items": [], "next": None}


async def test_a_job_has_its_stages_and_scripts(http: httpx.AsyncClient, daemon: Served) -> None:
    film = daemon.film("a.mp4")
    daemon.store.claim(1.0)
    run = daemon.store.stage_started(film.id, Stage.WRITE, "key")
    daemon.store.stage_ended(run, "done", record={"tokens_in": 10, "tokens_out": 4}, peak_memory=1024)
    daemon.store.published(film.id, 1, [(INBOX + b"/a.fountain", "fountain", "ab")])
    daemon.store.complete(film.id, "")
    detail = JobDetail.model_validate_json((await http.get(f"/v1/jobs/{film.id}")).content)
    assert [(run.stage, run.outcome, run.tokens_in, run.peak_memory) for run in detail.stages] == [(Stage.WRITE, "done", 10, 1024)]
    assert [(script.path, script.version) for script in detail.scripts] == [("/films/inbox/a.fountain", 1)]


async def test_add_takes_bytes(http: httpx.AsyncClient, daemon: Served) -> None:
    answer = await http.post("/v1/jobs", json={"paths": [packed(b"/films/caf\xe9.mp4"), packed(b"/films/b.mp4")]})
    assert answer.status_code == 201
    page = JobPage.model_validate_json(answer.content)
    assert [job.name for job in page.items] == ["caf\\xe9.mp4", "b.mp4"]
    assert daemon.store.job_by_path(b"/films/caf\xe9.mp4") is not None


async def test_what_cannot_be_added_is_said(http: httpx.AsyncClient) -> None:
    problem = await refused(http, "POST", "/v1/jobs", json={"paths": [packed(NOWHERE)]})
    assert (problem.status, problem.detail, problem.advice) == (404, "there is no such file", "is it spelt as it is on the disk?")


@pytest.mark.parametrize(
    ("state", "action", "after"),
    [
        (JobState.FAILED, "retry", JobState.PENDING),
        (JobState.PENDING, "cancel", JobState.CANCELLED),
        (JobState.PENDING, "pause", JobState.PAUSED),
        (JobState.PAUSED, "resume", JobState.PENDING),
    ],
)
async def test_moves(http: httpx.AsyncClient, daemon: Served, state: JobState, action: str, after: JobState) -> None:
    film = daemon.film("a.mp4", state)
    answer = await http.post(f"/v1/jobs/{film.id}/{action}")
    assert Job.model_validate_json(answer.content).state == after
    found = daemon.store.job(film.id)
    assert found is not None
    assert found.state == after


@pytest.mark.parametrize(("state", "action"), [(JobState.COMPLETED, "pause"), (JobState.CANCELLED, "cancel"), (JobState.PENDING, "resume")])
async def test_an_illegal_move_is_a_conflict_with_its_reason(http: httpx.AsyncClient, daemon: Served, state: JobState, action: str) -> None:
    film = daemon.film("a.mp4", state)
    problem = await refused(http, "POST", f"/v1/jobs/{film.id}/{action}")
    assert problem.status == 409
    assert str(state) in problem.detail


async def test_many_are_resumed_at_once(http: httpx.AsyncClient, daemon: Served) -> None:
    for number in range(3):
        daemon.film(f"{number}.mp4", JobState.PAUSED)
    other = await http.post("/v1/jobs/resume", json={"inbox": packed(b"/else")})
    assert other.json() == {"count": 0}
    assert (await http.post("/v1/jobs/resume", json={"inbox": packed(INBOX)})).json() == {"count": 3}
    assert (await http.post("/v1/jobs/resume")).json() == {"count": 0}


async def test_delete_forgets(http: httpx.AsyncClient, daemon: Served) -> None:
    film = daemon.film("a.mp4")
    assert (await http.delete(f"/v1/jobs/{film.id}")).status_code == 204
    assert daemon.store.job(film.id) is None
    assert (await refused(http, "DELETE", f"/v1/jobs/{film.id}")).status == 404


async def test_why(http: httpx.AsyncClient, daemon: Served) -> None:
    film = daemon.film("a.mp4")
    answer = Why.model_validate_json((await http.post("/v1/why", json={"path": packed(film.path)})).content)
    assert answer.job is not None
    assert (answer.job.id, answer.answer) == (film.id, "it has a job")


async def test_the_openapi_document_names_the_problem(http: httpx.AsyncClient) -> None:
    document = (await http.get("/openapi.json")).json()
    refusal = document["paths"]["/v1/jobs/{job_id}"]["get"]["responses"]["default"]
    assert refusal["content"][MEDIA_TYPE]["schema"] == {"$ref": "#/components/schemas/Problem"}
    assert document["components"]["schemas"]["Problem"]["required"] == ["title", "status"]
    assert "422" not in document["paths"]["/v1/jobs"]["post"]["responses"]


@pytest.mark.parametrize("number", ["0", "-1", str(2**63), "1e3", "x", "%00"])
async def test_a_number_that_is_none_is_refused(http: httpx.AsyncClient, number: str) -> None:
    problem = await refused(http, "GET", f"/v1/jobs/{number}")
    assert problem.status == 422
    assert problem.errors[0].where == "path.job_id"


@pytest.mark.parametrize(
    ("method", "url", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/v2/jobs", 404),
        ("GET", f"/v1/jobs/{2**63 - 1}", 404),
        ("POST", "/v1/jobs/1/retry", 404),
        ("PUT", "/v1/jobs", 405),
        ("GET", "/v1/jobs?limit=0", 422),
        ("GET", "/v1/jobs?limit=501", 422),
        ("GET", "/v1/jobs?state=sleeping", 422),
        ("GET", "/v1/jobs?path=%FF", 422),
        ("POST", "/v1/jobs", 422),
        ("GET", "/v1/events", 422),
    ],
)
async def test_every_refusal_is_a_problem_document(http: httpx.AsyncClient, method: str, url: str, status: int) -> None:
    headers = {"Last-Event-ID": "yesterday"} if "events" in url else {}
    assert (await refused(http, method, url, headers=headers)).status == status


@pytest.mark.logs_errors
async def test_a_mistake_of_ours_is_a_problem_document_too(http: httpx.AsyncClient, daemon: Served) -> None:
    daemon.store.counts = lambda: 1 / 0  # type: ignore[method-assign, assignment, return-value]
    problem = await refused(http, "GET", "/v1/status")
    assert (problem.status, problem.detail) == (500, "something broke that should not have: ZeroDivisionError")


async def test_jobs_are_filtered_and_sorted(http: httpx.AsyncClient, daemon: Served) -> None:
    train = daemon.film("Night Train.mp4", JobState.FAILED).id
    rain = daemon.film("rain.mp4").id
    daemon.film("b.mp4")

    async def listed(**params: str) -> list[int]:
        return [job["id"] for job in (await http.get("/v1/jobs", params=params)).json()["items"]]

    assert await listed(text="AIN", sort="name") == [train, rain]
    assert await listed(text="ain", state="failed") == [train]
    assert await listed(inbox=packed(b"/elsewhere")) == []
    assert (await http.get("/v1/jobs", params={"sort": "colour"})).status_code == 422


async def test_the_same_for_many(http: httpx.AsyncClient, daemon: Served) -> None:
    failed = [daemon.film(f"{name}.mp4", JobState.FAILED).id for name in "abc"]
    done = daemon.film("ddd.mp4", JobState.CANCELLED).id
    waits = daemon.film("eee.mp4").id

    async def bulk(**asked: object) -> tuple[int, list[int]]:
        answer = (await http.post("/v1/jobs/bulk", json=asked)).json()
        return answer["count"], [one["id"] for one in answer["refused"]]

    assert await bulk(action="retry", filter={"states": ["failed"], "text": "/"}) == (3, [])
    assert await bulk(action="pause", ids=[*failed, done]) == (3, [done])
    assert await bulk(action="prioritise", ids=[waits], priority=7) == (1, [])
    assert (await http.get(f"/v1/jobs/{waits}")).json()["priority"] == 7
    assert await bulk(action="cancel") == (0, []), "asked about nothing, nothing is done"
    assert await bulk(action="delete", ids=[done, 999]) == (1, [999])


async def test_a_job_goes_first(http: httpx.AsyncClient, daemon: Served) -> None:
    job = daemon.film("a.mp4").id
    assert (await http.put(f"/v1/jobs/{job}/priority", json={"priority": 3})).json()["priority"] == 3
    assert (await http.put("/v1/jobs/99/priority", json={"priority": 3})).status_code == 404


async def test_metrics_are_what_prometheus_reads(http: httpx.AsyncClient, daemon: Served) -> None:
    daemon.film("a.mp4")
    daemon.film("b.mp4", JobState.HELD, reason="Ollama does not answer")
    answer = await http.get("/v1/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    found = {(sample.name, *sample.labels.values()): sample.value for family in parsed(answer.text) for sample in family.samples}
    assert (found["reelscribe_jobs", "pending"], found["reelscribe_jobs", "held"], found["reelscribe_held_jobs", "other"]) == (1, 1, 1)
    assert found["reelscribe_inbox_watched", "/films/inbox"] == 1
    assert found["reelscribe_process_resident_memory_bytes",] > 1e6
