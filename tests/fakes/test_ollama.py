"""The fake keeps to the contract, so that what passes with it passes with Ollama."""

import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import pytest

from tests.fakes.ollama import FakeOllama, FaultKind
from tests.fakes.ollama.models import EYES, GPT_OSS, LLAMA_8B, LLAMA_70B, THINKER

NAME = LLAMA_8B.name
TALK = [{"role": "user", "content": "A woman walks along the rainy harbour at night."}]
SCHEMA = {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}


@pytest.fixture
def http(ollama: FakeOllama) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=ollama.url, trust_env=False) as client:
        yield client


def chat(http: httpx.Client, **body: Any) -> httpx.Response:
    return http.post("/api/chat", json={"model": NAME, "messages": TALK, "options": {"num_predict": 300}, **body})


def lines(response: httpx.Response) -> list[dict[str, Any]]:
    return [json.loads(line) for line in response.content.split(b"\n") if line]


def test_lists(http: httpx.Client) -> None:
    assert http.get("/").text == "Ollama is running"
    assert http.get("/api/version").json() == {"version": "0.33.0"}
    assert [model["name"] for model in http.get("/api/tags").json()["models"]] == [NAME, "nomic-embed-text:latest"]
    assert http.get("/api/ps").json() == {"models": []}
    assert http.head("/api/version").content == b""


def test_show(http: httpx.Client) -> None:
    shown = http.post("/api/show", json={"model": NAME}).json()

    assert shown["capabilities"] == ["completion", "tools"]
    assert shown["model_info"]["llama.context_length"] == 131072


@pytest.mark.parametrize(
    ("method", "path", "status", "text"),
    [
        ("GET", "/api/chat", 405, "405 method not allowed"),
        ("POST", "/api/tags", 405, "405 method not allowed"),
        ("PUT", "/api/ps", 405, "405 method not allowed"),
        ("GET", "/api/nothing", 404, "404 page not found"),
        ("POST", "/v2/chat", 404, "404 page not found"),
    ],
)
def test_wrong_turns(http: httpx.Client, method: str, path: str, status: int, text: str) -> None:
    response = http.request(method, path)

    assert (response.status_code, response.text) == (status, text)


def test_a_foreign_host_is_shown_the_door(http: httpx.Client) -> None:
    response = http.get("/api/tags", headers={"Host": "evil.example:11434"})

    assert (response.status_code, response.content) == (403, b"")


def test_a_stream(http: httpx.Client) -> None:
    response = chat(http, format=SCHEMA)

    *pieces, last = lines(response)
    assert response.headers["content-type"] == "application/x-ndjson"
    assert {piece["done"] for piece in pieces} == {False}
    assert json.loads("".join(piece["message"]["content"] for piece in pieces))["text"]
    assert (last["done"], last["done_reason"], last["message"]["content"]) == (True, "stop", "")
    assert last["eval_count"] == len(pieces)
    assert last["prompt_eval_count"] == 21
    assert last["eval_duration"] > 1_000_000, "nanoseconds"


def test_in_one_piece(http: httpx.Client) -> None:
    response = chat(http, format=SCHEMA, stream=False)

    assert response.headers["content-type"] == "application/json; charset=utf-8"
    assert json.loads(response.json()["message"]["content"])["text"]
    assert response.json()["done"]


def test_generate(http: httpx.Client) -> None:
    body = {"model": NAME, "prompt": "A rainy harbour.", "system": "You write.", "stream": False, "options": {"num_predict": 20}}
    answer = http.post("/api/generate", json=body).json()

    assert answer["response"]
    assert "message" not in answer


@pytest.mark.parametrize(
    ("body", "status", "text"),
    [
        ({"model": ""}, 400, "model is required"),
        ({"model": "nobody"}, 404, "model 'nobody' not found"),
        ({"model": "nomic-embed-text"}, 400, '"nomic-embed-text:latest" does not support chat'),
        ({"think": True}, 400, '"llama3.1:8b" does not support thinking'),
        ({"think": "much"}, 400, "invalid think value"),
        ({"keep_alive": "abc"}, 400, 'time: invalid duration "abc"'),
        ({"keep_alive": "10"}, 400, 'time: missing unit in duration "10"'),
        ({"options": {"num_ctx": "8192"}}, 500, 'option "num_ctx" must be of type integer'),
        ({"options": {"temperature": "hot"}}, 500, 'option "temperature" must be of type float32'),
        ({"format": "xml"}, 500, "invalid format"),
        ({"format": {"type": "thing"}}, 400, "Unrecognized schema type"),
        ({"format": {"$ref": "#/$defs/none"}}, 400, "Error resolving ref"),
        ({"format": {"type": "object", "properties": {"a": True}}}, 400, "a schema must be an object"),
        ({"format": {"type": "string", "pattern": "a"}}, 400, "not enforced everywhere: pattern"),
        ({"format": {"type": "number", "maximum": 1}}, 400, "not enforced"),
        ({"messages": [{"role": "user", "content": "x", "images": ["aGVsbG8="]}]}, 400, "does not support multimodal requests"),
        ({"messages": [{"role": "chorus", "content": "x"}]}, 400, "invalid role"),
        ({"stream": "yes"}, 400, "cannot unmarshal"),
        ({"num_ctx": 8192}, 400, "unknown field: num_ctx"),
        ({"options": {"num_ctxt": 8192}}, 400, "unknown option: num_ctxt"),
        ({"messages": [{"role": "user", "text": "x"}]}, 400, "unknown field of a message: text"),
    ],
)
def test_refusals(http: httpx.Client, body: dict[str, Any], status: int, text: str) -> None:
    response = chat(http, **body)

    assert response.status_code == status
    assert text in response.json()["error"]


def test_refusals_before_the_fields(http: httpx.Client) -> None:
    assert http.post("/api/chat").json() == {"error": "missing request body"}
    assert http.post("/api/chat", content=b"{").status_code == 400
    assert http.post("/api/chat", content=b"[]").status_code == 400


def test_a_data_url_is_no_picture(ollama: FakeOllama, http: httpx.Client) -> None:
    ollama.models.append(EYES)
    picture = [{"role": "user", "content": "What is it?", "images": ["data:image/png;base64,aGVsbG8="]}]

    assert "illegal base64" in chat(http, model=EYES.name, messages=picture).json()["error"]


PICTURES = {"jpeg": "/9j/4AAQ", "png": "iVBORw0KGgo="}


@pytest.mark.parametrize("picture", PICTURES.values(), ids=PICTURES)
def test_a_picture_is_described_by_its_bytes_alone(ollama: FakeOllama, http: httpx.Client, picture: str) -> None:
    ollama.models.append(EYES)

    def seen(question: str, **more: Any) -> str:
        asked = [{"role": "user", "content": question, "images": [picture]}]
        return str(chat(http, model=EYES.name, messages=asked, stream=False, **more).json()["message"]["content"])

    assert seen("What is it?") == seen("And this?") == json.loads(seen("What?", format=SCHEMA))["text"]
    assert ollama.chats[0]["messages"][0]["images"] == [picture]


def test_what_is_no_picture_is_refused(ollama: FakeOllama, http: httpx.Client) -> None:
    ollama.models.append(EYES)
    response = chat(http, model=EYES.name, messages=[{"role": "user", "content": "What is it?", "images": ["aGVsbG8="]}])

    assert (response.status_code, response.json()["error"]) == (500, "failed to process inputs: image: unknown format")


def test_a_wedge_ends_with_an_explicit_unload(ollama: FakeOllama, http: httpx.Client) -> None:
    ollama.models.append(THINKER)
    chat(http, keep_alive=-1)
    ollama.scheduler.wedged = True
    for _ in range(2):
        with httpx.Client(base_url=ollama.url, timeout=0.2, trust_env=False) as other, pytest.raises(httpx.ReadTimeout):
            chat(other, model=THINKER.name)
    assert lines(chat(http))[-1]["done"], "the resident model answers"

    chat(http, messages=[], keep_alive=0)
    assert lines(chat(http, model=THINKER.name))[-1]["done"]


def test_a_prompt_that_begins_as_the_last_one_takes_less_time(http: httpx.Client) -> None:
    def took(content: str) -> int:
        last = lines(chat(http, messages=[{"role": "system", "content": "You write. " * 200}, {"role": "user", "content": content}]))[-1]
        return int(last["prompt_eval_duration"])

    assert took("One.") > 20 * took("Two.")


def test_a_preload_takes_its_time() -> None:
    with FakeOllama(load_seconds=0.1) as server, httpx.Client(base_url=server.url, trust_env=False) as http:
        assert chat(http, messages=[]).elapsed.total_seconds() >= 0.1
        assert server.scheduler.loads == [(NAME, 4096)]


def test_a_liar_tells_the_same_lie_again_and_never_the_same_to_another_seed() -> None:
    asked = [{"role": "user", "content": f'S{number} c{number} SPEAKER 1 "We leave tonight."'} for number in range(3)]

    def told(seed: int) -> list[str]:
        with FakeOllama(lies=seed) as server, httpx.Client(base_url=server.url, trust_env=False) as http:
            bodies = [{"messages": [turn], "options": {"seed": again}} for turn in asked for again in range(4)]
            return [chat(http, format=SCHEMA, stream=False, **body).json()["message"]["content"] for body in bodies]

    first = told(1)
    assert first == told(1) != told(2)
    assert len(set(first)) > 6


LONG = [{"role": "user", "content": "word " * 2000}]


@pytest.mark.parametrize(("era", "left"), [("A", 512), ("B", 259)])
def test_a_long_prompt_is_cut_without_a_word(era: str, left: int) -> None:
    with FakeOllama(era=era) as server, httpx.Client(base_url=server.url) as http:
        last = lines(chat(http, messages=LONG, options={"num_ctx": 512, "num_predict": 5}))[-1]

    assert last["prompt_eval_count"] == left


def test_or_refused_where_the_client_wants_no_cut(http: httpx.Client) -> None:
    response = chat(http, messages=LONG, truncate=False, options={"num_ctx": 512})

    inner = json.loads(response.json()["error"])["error"]
    assert response.status_code == 400
    assert (inner["type"], inner["n_ctx"]) == ("exceed_context_size_error", 512)
    assert inner["n_prompt_tokens"] > 2000


def test_the_oldest_turns_are_dropped_first(http: httpx.Client) -> None:
    turns = [{"role": "system", "content": "You write."}, *LONG, *TALK]

    assert lines(chat(http, messages=turns, options={"num_ctx": 512, "num_predict": 5}))[-1]["prompt_eval_count"] < 40


def test_the_window_is_cut_to_what_the_model_was_trained_for(ollama: FakeOllama, http: httpx.Client) -> None:
    chat(http, options={"num_ctx": 1 << 20, "num_predict": 5})

    assert http.get("/api/ps").json()["models"][0]["context_length"] == 131072


def test_num_predict_cuts_in_the_middle(http: httpx.Client) -> None:
    *pieces, last = lines(chat(http, format=SCHEMA, options={"num_predict": 6}))

    assert len(pieces) == 6
    assert last["done_reason"] == "length"
    with pytest.raises(json.JSONDecodeError):
        json.loads("".join(piece["message"]["content"] for piece in pieces))


def test_thinking_is_on_unless_it_is_turned_off(ollama: FakeOllama, http: httpx.Client) -> None:
    ollama.models += [THINKER, GPT_OSS]

    def thinks(**body: Any) -> bool:
        return any(line["message"].get("thinking") for line in lines(chat(http, **body)))

    assert thinks(model=THINKER.name)
    assert not thinks(model=THINKER.name, think=False)
    assert thinks(model=GPT_OSS.name, think=False), "gpt-oss does not listen"
    assert not thinks(model=NAME)


def test_thoughts_eat_the_tokens(ollama: FakeOllama, http: httpx.Client) -> None:
    ollama.models.append(THINKER)
    answer = chat(http, model=THINKER.name, stream=False, options={"num_predict": 10}).json()

    assert (answer["message"]["content"], answer["done_reason"]) == ("", "length")


def test_load_and_unload(ollama: FakeOllama, http: httpx.Client) -> None:
    assert chat(http, messages=[]).json()["done_reason"] == "load"
    assert [model["name"] for model in http.get("/api/ps").json()["models"]] == [NAME]
    assert chat(http, messages=[], keep_alive=0).json()["done_reason"] == "unload"
    assert http.get("/api/ps").json() == {"models": []}
    assert ollama.chats == []


def test_another_window_is_another_load(ollama: FakeOllama, http: httpx.Client) -> None:
    for num_ctx in (4096, 4096, 8192):
        chat(http, options={"num_ctx": num_ctx, "num_predict": 5})
    chat(http, options={"num_predict": 5})

    assert ollama.scheduler.loads == [(NAME, 4096), (NAME, 8192), (NAME, 4096)]


def test_a_model_goes_when_its_time_is_up() -> None:
    now = [1000.0]
    with FakeOllama(clock=lambda: now[0]) as server, httpx.Client(base_url=server.url) as http:
        chat(http, keep_alive="10m")
        now[0] += 599
        assert http.get("/api/ps").json()["models"]
        now[0] += 1
        assert http.get("/api/ps").json() == {"models": []}


def test_for_ever_is_a_year_far_away(http: httpx.Client) -> None:
    chat(http, keep_alive=-1)

    assert http.get("/api/ps").json()["models"][0]["expires_at"].startswith("2319")


def test_keep_alive_zero_unloads_after_the_answer(ollama: FakeOllama, http: httpx.Client) -> None:
    chat(http, keep_alive=0)

    assert ollama.scheduler.unloads == [NAME]


def test_one_model_goes_for_another() -> None:
    with FakeOllama([LLAMA_8B, LLAMA_70B], memory=46 << 30) as server, httpx.Client(base_url=server.url) as http:
        chat(http)
        chat(http, model=LLAMA_70B.name)

        assert [model["name"] for model in http.get("/api/ps").json()["models"]] == [LLAMA_70B.name]


@pytest.mark.parametrize(("era", "text"), [("A", "requires more system memory"), ("B", "llama-server process has terminated")])
def test_too_little_memory(era: str, text: str) -> None:
    with FakeOllama([LLAMA_70B], memory=8 << 30, era=era) as server, httpx.Client(base_url=server.url) as http:
        response = chat(http, model=LLAMA_70B.name)

    assert response.status_code == 500
    assert text in response.json()["error"]


def test_pull(ollama: FakeOllama, http: httpx.Client) -> None:
    progress = lines(http.post("/api/pull", json={"model": LLAMA_70B.name}))

    assert progress[0] == {"status": "pulling manifest"}
    assert progress[-1] == {"status": "success"}
    assert ollama.find(LLAMA_70B.name)


def test_a_pull_that_fails_says_so_after_status_200(http: httpx.Client) -> None:
    response = http.post("/api/pull", json={"model": "nobody:1b"})

    assert response.status_code == 200
    assert lines(response)[-1] == {"error": "pull model manifest: file does not exist"}


def test_delete(ollama: FakeOllama, http: httpx.Client) -> None:
    assert http.request("DELETE", "/api/delete", json={"model": NAME}).status_code == 200
    assert ollama.find(NAME) is None


def test_every_request_is_recorded(ollama: FakeOllama, http: httpx.Client) -> None:
    chat(http)

    (asked,) = ollama.record.requests
    assert ollama.wait_until(lambda: asked.outcome == "answered"), "the server notes it only after its last byte"
    assert (asked.method, asked.path, asked.status) == ("POST", "/api/chat", 200)
    assert ollama.scheduler.at_once == 1


def test_faults_come_one_by_one_and_then_all_is_well(ollama: FakeOllama, http: httpx.Client) -> None:
    ollama.fail(FaultKind.BUSY, times=2)
    ollama.fail(FaultKind.CRASH)

    assert [chat(http).status_code for _ in range(4)] == [503, 503, 500, 200]


def test_faults_from_outside(ollama: FakeOllama, http: httpx.Client) -> None:
    http.post("/fake/faults", json={"kind": "busy", "always": True})
    assert [chat(http).status_code for _ in range(2)] == [503, 503]

    http.post("/fake/faults", json={})
    assert chat(http).status_code == 200
    assert [one["path"] for one in http.get("/fake/asked").json()["requests"]][1] == "/api/chat"


def test_on_a_unix_socket() -> None:
    with TemporaryDirectory(prefix="rs-") as folder, FakeOllama(unix=Path(folder) / "o.sock") as server:
        with httpx.Client(transport=httpx.HTTPTransport(uds=f"{folder}/o.sock"), base_url="http://localhost") as http:
            assert lines(chat(http))[-1]["done"]
        assert server.url == f"unix:{folder}/o.sock"


def test_it_ends_in_the_middle_of_an_answer() -> None:
    """Its threads are looked for by the fixture that watches over every test."""
    with FakeOllama() as server:
        server.fail(FaultKind.HANG)
        with httpx.Client(base_url=server.url, timeout=0.2) as http, pytest.raises(httpx.ReadTimeout):
            chat(http)
        waiting = httpx.Client(base_url=server.url)
        waiting.get("/api/version")
    waiting.close()
