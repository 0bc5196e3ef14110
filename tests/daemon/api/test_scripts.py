"""Scripts over the socket: versions, what is asked for, what is found."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from daemon.contract.states import JobState, Stage
from daemon.contract.values import packed
from daemon.jobs.rows import JobRow
from tests.daemon.api.scripted import SCRIPT, changed, film, written
from tests.daemon.api.served import INBOX, Served, facts
from tests.daemon.screenplay.editions import edition

Json = dict[str, Any]


async def got(http: httpx.AsyncClient, path: str, **params: object) -> Json:
    answer = await http.get(f"/v1{path}", params=params)  # type: ignore[arg-type]
    assert answer.status_code == 200, answer.text
    body: Json = answer.json()
    return body


async def refused(http: httpx.AsyncClient, method: str, path: str, json: object = None) -> tuple[int, str]:
    answer = await http.request(method, f"/v1{path}", json=json)
    return answer.status_code, answer.json()["detail"]


async def test_the_current_version_with_its_text(daemon: Served, http: httpx.AsyncClient) -> None:
    job = film(daemon, warnings=("c4 is too fast",), pages={"pages": 1.5}, record={"invented_lines": 0})
    found = await got(http, f"/scripts/{job.id}")
    assert (found["number"], found["title"], found["style"], found["status"]) == (1, "Night Train", "hollywood", "draft")
    assert (found["warnings"], found["pages"], found["record"]) == (["c4 is too fast"], {"pages": 1.5}, {"invented_lines": 0})
    first = found["scenes"][0]
    assert (first["number"], first["heading"]) == ("1", "INT. STATION - DAY")
    assert first["lines"][2] == {
        "line": 3, "kind": "dialogue", "text": "Anna opens the door.", "who": "ANNA", "cues": ["c1"], "locked": False,
    }  # fmt: skip


async def test_a_film_without_a_script(daemon: Served, http: httpx.AsyncClient) -> None:
    job = daemon.film("a.mp4")
    assert (await refused(http, "GET", f"/scripts/{job.id}"))[0] == 404
    assert await refused(http, "GET", "/scripts/99/versions") == (404, "There is no job 99.")
    assert (await got(http, f"/scripts/{job.id}/versions")) == {"items": [], "next": None}


async def test_versions_and_how_two_differ(daemon: Served, http: httpx.AsyncClient) -> None:
    job = film(daemon)
    written(daemon, job, changed(SCRIPT, 3, 1, "Rain on the rails."), why="scene 3 written again")
    page = await got(http, f"/scripts/{job.id}/versions", limit=1)
    assert ([one["number"] for one in page["items"]], page["next"]) == ([2], 2)
    assert (await got(http, f"/scripts/{job.id}/versions", after=2))["items"][0]["parent"] is None
    difference = await got(http, f"/scripts/{job.id}/versions/1/diff/2")
    (scene,) = difference["scenes"]
    assert (scene["number"], scene["change"]) == ("5", "changed")
    assert [(one["change"], one["text"]) for one in scene["elements"]] == [
        ("removed", "Snow on the rails."),
        ("added", "Rain on the rails."),
    ]
    assert (await refused(http, "GET", f"/scripts/{job.id}/versions/1/diff/9"))[0] == 404


async def test_the_list_is_filtered_and_paged(daemon: Served, http: httpx.AsyncClient) -> None:
    one, two = film(daemon, "a\x1b.mp4"), film(daemon, "b.mp4", style="documentary")
    assert [item["name"] for item in (await got(http, "/scripts"))["items"]] == ["b.mp4", "a\\x1b.mp4"]
    await http.post(f"/v1/scripts/{one.id}/versions/1/status", json={"status": "approved", "by": "Anna", "note": "good"})

    async def listed(**wanted: object) -> list[int]:
        return [item["job"] for item in (await got(http, "/scripts", **wanted))["items"]]

    now = datetime.now(UTC).isoformat()
    assert await listed(style="documentary") == [two.id]
    assert await listed(status="approved") == [one.id]
    assert await listed(inbox=packed(INBOX)) == [two.id, one.id]
    assert await listed(inbox=packed(b"/other")) == await listed(since=now) == []
    assert await listed(until=now) == [two.id, one.id]
    page = await got(http, "/scripts", limit=1)
    assert await listed(after=page["next"]) == [one.id]


async def test_what_somebody_thinks_of_a_version(daemon: Served, http: httpx.AsyncClient) -> None:
    job = film(daemon)
    answer = await http.post(f"/v1/scripts/{job.id}/versions/1/status", json={"status": "needs revision", "by": "Anna", "note": "slow"})
    assert answer.status_code == 200
    judged = answer.json()
    assert (judged["status"], judged["status_by"], judged["status_note"]) == ("needs revision", "Anna", "slow")
    assert judged["status_at"]
    assert (await refused(http, "POST", f"/scripts/{job.id}/versions/1/status", {"status": "fine"}))[0] == 422
    assert (await refused(http, "POST", f"/scripts/{job.id}/versions/7/status", {"status": "draft"}))[0] == 404


async def test_a_scene_is_asked_for_again_and_taken_back(daemon: Served, http: httpx.AsyncClient) -> None:
    job = film(daemon)
    answer = await http.post(f"/v1/scripts/{job.id}/regenerate", json={"scene": "5", "instructions": "more tension"})
    assert answer.status_code == 202
    (asked,) = answer.json()["asked"]
    assert (asked["kind"], asked["scene"], asked["instructions"], asked["state"]) == ("regenerate", "5", "more tension", "open")
    assert (found := daemon.store.job(job.id))
    assert found.state is JobState.PENDING
    assert (wish := daemon.store.open_wish(job.id))
    assert wish.scene == "scene-S5"
    assert (await http.delete(f"/v1/scripts/{job.id}/regenerate")).status_code == 204
    assert (await got(http, f"/scripts/{job.id}"))["asked"][0]["said"] == "taken back"
    assert await refused(http, "POST", f"/scripts/{job.id}/regenerate", {"scene": "12"}) == (404, "There is no scene 12.")


async def test_what_is_locked_is_not_written_again(daemon: Served, http: httpx.AsyncClient) -> None:
    job = film(daemon)
    locked = (await http.post(f"/v1/scripts/{job.id}/lock", json={"scene": "3"})).json()
    assert (locked["number"], locked["why"], locked["author"], locked["parent"]) == (2, "scene 3 locked", "person", 1)
    assert await refused(http, "POST", f"/scripts/{job.id}/regenerate", {"scene": "3"}) == (409, "Scene 3 is locked.")
    again = await http.post(f"/v1/scripts/{job.id}/lock", json={"scene": "3"})
    assert again.json()["number"] == 2
    freed = (await http.post(f"/v1/scripts/{job.id}/lock", json={"scene": "3", "locked": False})).json()
    assert (freed["number"], freed["why"]) == (3, "scene 3 unlocked")
    line = (await http.post(f"/v1/scripts/{job.id}/lock", json={"scene": "1", "line": 3})).json()
    assert line["why"] == "scene 1, line 3 locked"
    assert [one["locked"] for one in (await got(http, f"/scripts/{job.id}"))["scenes"][0]["lines"]].count(True) == 1
    assert (await refused(http, "POST", f"/scripts/{job.id}/lock", {"scene": "1", "line": 99}))[0] == 404


async def test_rolling_back_is_another_version_that_is_published(daemon: Served, http: httpx.AsyncClient) -> None:
    job = film(daemon)
    written(daemon, job, changed(SCRIPT, 3, 1, "Rain on the rails."))
    answer = await http.post(f"/v1/scripts/{job.id}/versions/1/rollback")
    assert (answer.status_code, answer.json()["number"], answer.json()["parent"]) == (201, 3, 1)
    assert (await got(http, f"/scripts/{job.id}/versions/1/diff/3"))["scenes"] == []
    assert (found := daemon.store.job(job.id))
    assert found.state is JobState.PENDING


async def test_deleted_versions_are_out_of_sight_and_destroyed_ones_are_gone(daemon: Served, http: httpx.AsyncClient) -> None:
    job = film(daemon)
    written(daemon, job, changed(SCRIPT, 3, 1, "Rain on the rails."))
    assert (await http.delete(f"/v1/scripts/{job.id}/versions/2")).status_code == 204
    assert (await got(http, f"/scripts/{job.id}"))["number"] == 1
    assert [one["number"] for one in (await got(http, f"/scripts/{job.id}/versions", deleted=True))["items"]] == [2, 1]
    assert (await got(http, f"/scripts/{job.id}/versions/2"))["deleted"]
    assert (await http.delete(f"/v1/scripts/{job.id}/versions/2", params={"hard": True})).status_code == 204
    assert (await refused(http, "GET", f"/scripts/{job.id}/versions/2"))[0] == 410
    assert (await http.delete(f"/v1/scripts/{job.id}", params={"hard": True})).status_code == 204
    assert (await refused(http, "GET", f"/scripts/{job.id}"))[0] == 404
    assert (await got(http, "/scripts"))["items"] == []


async def test_what_is_searched_for_is_found_in_every_film_and_marked(daemon: Served, http: httpx.AsyncClient) -> None:
    film(daemon, "a.mp4"), film(daemon, "b.mp4")
    page = await got(http, "/scripts/search", q="train leaves", limit=1)
    (found,) = page["items"]
    assert (found["name"], found["number"], found["who"], found["start"]) == ("a.mp4", "1", "ANNA", 7.0)
    assert [found["text"][start:end] for start, end in found["marks"]] == ["train", "leaves"]
    rest = await got(http, "/scripts/search", q="train leaves", after=page["next"])
    assert ([one["name"] for one in rest["items"]], rest["next"]) == (["b.mp4"], None)


@pytest.mark.parametrize("words", ['"', "NEAR(a b", "a* OR", "text:x", "'; DROP TABLE line; --", "(((", "\x00", "-", "^"])
async def test_no_query_is_an_error(daemon: Served, http: httpx.AsyncClient, words: str) -> None:
    film(daemon)
    assert (await got(http, "/scripts/search", q=words))["items"] == []


async def test_unclear_voices_are_listed_and_a_line_is_given_to_somebody(folder: Path, daemon: Served, http: httpx.AsyncClient) -> None:
    video = folder / "film.mp4"
    video.write_bytes(b"film")
    number = daemon.store.arrive(os.fsencode(video), os.fsencode(folder), facts(), "screenplay")
    job = daemon.store.job(number)
    assert job
    written(daemon, job)
    (line,) = (await got(http, f"/scripts/{number}/review"))["items"]
    assert line == {"cue": "c6", "text": "We must not wait here.", "start": 14, "end": 15.6, "who": "VOICE"}
    answer = await http.post(f"/v1/scripts/{number}/names", json={"who": "c6", "name": "MARCO"})
    override = folder / "film.reelscribe.yaml"
    assert answer.json()["file"] == str(override)
    assert '"0:00:14.800": MARCO  # We must not wait here.' in override.read_text()
    await http.post(f"/v1/scripts/{number}/names", json={"who": "SPEAKER 1", "name": "ANNA"})
    assert "SPEAKER 1: ANNA" in override.read_text()
    await http.post(f"/v1/scripts/{number}/names", json={"who": "Anna", "name": "VERA"})
    assert "SPEAKER 1: VERA" in override.read_text()
    assert (await refused(http, "POST", f"/scripts/{number}/names", {"who": "x", "name": "a\nb"}))[0] == 422


async def test_a_line_that_is_locked_is_not_given_to_somebody(daemon: Served, http: httpx.AsyncClient) -> None:
    job = film(daemon)
    scene, line = next(
        (scene, number)
        for scene in SCRIPT.scenes
        for number, element in enumerate(scene.elements, 1)
        if element.kind == "dialogue" and "c6" in element.evidence.cues
    )
    assert (await http.post(f"/v1/scripts/{job.id}/lock", json={"scene": scene.number, "line": line, "locked": True})).is_success
    said = await refused(http, "POST", f"/scripts/{job.id}/names", {"who": "c6", "name": "MARCO"})
    assert said == (409, f"Line {line} of scene {scene.number} is locked.")


async def test_any_format_is_made_from_what_was_kept(daemon: Served, http: httpx.AsyncClient) -> None:
    job = film(daemon, "Night Train.mp4")
    written(daemon, job, changed(SCRIPT, 3, 1, "Rain on the rails."))
    answer = await http.get(f"/v1/scripts/{job.id}/versions/1/export/fountain", timeout=60)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''Night%20Train.fountain"
    assert "Snow on the rails." in answer.text
    assert "reelscribe script, version 1" in answer.text
    assert (await refused(http, "GET", f"/scripts/{job.id}/versions/1/export/docx"))[0] == 404


async def test_statistics_say_what_a_film_minute_took(daemon: Served, http: httpx.AsyncClient) -> None:
    job = daemon.film("a.mp4")
    daemon.store.claim(0)
    daemon.store.probed(job.id, "digest", edition(SCRIPT).probe.model_dump(mode="json") | {"duration": 120})
    run = daemon.store.stage_started(job.id, Stage.WRITE, "key")
    daemon.store.stage_ended(run, "done", record={"model": "llama", "tokens_in": 900, "tokens_out": 100})
    (work,) = (await got(http, "/stats"))["items"]
    assert (work["stage"], work["model"], work["film_minutes"], work["tokens_per_minute"], work["price"]) == (
        "write",
        "llama",
        2,
        500,
        None,
    )


async def test_what_somebody_else_changed_is_not_swept_away(daemon: Served, http: httpx.AsyncClient) -> None:
    job = film(daemon)
    seen = (await http.get(f"/v1/scripts/{job.id}")).headers["ETag"]
    judged = await http.post(f"/v1/scripts/{job.id}/versions/1/status", json={"status": "approved"}, headers={"If-Match": seen})
    assert judged.status_code == 200
    late = await http.post(f"/v1/scripts/{job.id}/versions/1/status", json={"status": "rejected"}, headers={"If-Match": seen})
    assert late.status_code == 412
    assert (await http.get(f"/v1/scripts/{job.id}")).json()["status"] == "approved"
    scene = (await http.get(f"/v1/scripts/{job.id}")).json()["scenes"][0]["id"]
    assert (await http.post(f"/v1/scripts/{job.id}/lock", json={"scene": scene}, headers={"If-Match": seen})).status_code == 412
    assert (await http.post(f"/v1/scripts/{job.id}/lock", json={"scene": scene})).status_code == 200


async def test_stale_scripts_are_marked_and_written_again_by_choice(daemon: Served, http: httpx.AsyncClient) -> None:
    old = {"made_with": {"laid": {}, "stages": {}}, "models": {"engine": "draft"}}
    stale, fresh, unwritten = film(daemon, settings=old), film(daemon, "b.mp4"), daemon.film("c.mp4")
    listed = {item["job"]: item["stale"] for item in (await got(http, "/scripts"))["items"]}
    assert listed[fresh.id] == ""
    assert listed[stale.id].startswith("another Reelscribe wrote it (")
    assert (await got(http, f"/scripts/{stale.id}"))["stale"] == listed[stale.id]

    assert (await got(http, "/status"))["stale"] == 0, "nobody looked yet"
    await daemon.controls.scripts.all_stale()
    assert (await got(http, "/status"))["stale"] == 1
    assert {job["id"]: job["stale"] for job in (await got(http, "/jobs"))["items"]} == listed | {unwritten.id: ""}
    assert (await got(http, f"/jobs/{stale.id}"))["stale"] == listed[stale.id]

    answer = await http.post("/v1/scripts/refresh", json={})
    assert (answer.status_code, answer.json()) == (202, {"count": 1, "refused": []})
    assert [state_of(daemon, job) for job in (stale, fresh)] == [JobState.PENDING, JobState.COMPLETED]

    answer = await http.post("/v1/scripts/refresh", json={"jobs": [fresh.id, unwritten.id, 99]})
    assert answer.json() == {
        "count": 1,
        "refused": [{"id": unwritten.id, "reason": "Nothing was written of this film yet."}, {"id": 99, "reason": "There is no job 99."}],
    }
    assert state_of(daemon, fresh) is JobState.PENDING


def state_of(daemon: Served, job: JobRow) -> JobState:
    found = daemon.store.job(job.id)
    assert found
    return found.state
