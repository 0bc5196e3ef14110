"""The client against a real server on loopback."""

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from daemon.llm import errors
from daemon.llm.client import Ollama
from daemon.llm.values import Message, Options, Showing, Timeouts
from tests.fakes.ollama import FakeOllama, FaultKind
from tests.fakes.ollama.models import CLOUD, EMBEDDING, EYES, GPT_OSS, LLAMA_8B, THINKER

NAME = LLAMA_8B.name
HELLO = (
    Message(role="system", content="You write."),
    Message(role="user", content="A woman walks along the rainy harbour at night. " * 20),
)
OPTIONS = Options(num_predict=400)
SCHEMA = {"type": "object", "properties": {"text": {"type": "string", "maxLength": 80}}, "required": ["text"]}
NOBODY = "http://127.0.0.1:9"  # the discard port, where nothing listens


def test_what_the_server_says_of_itself(client: Ollama) -> None:
    assert client.version() == "0.33.0"
    assert client.local


def test_what_is_installed(client: Ollama) -> None:
    writer, embedding = client.installed()

    assert (writer.name, writer.size, writer.parameters, writer.context_length) == (NAME, 4_920_000_000, 8.0, 131072)
    assert writer.kv_bytes == 32 * 8 * 128 * 2 * 2  # layers, heads, size of a head, keys and values, two bytes
    assert "completion" in writer.capabilities
    assert embedding.capabilities == ("embedding",)


def test_a_server_of_the_first_era_tells_the_same() -> None:
    with FakeOllama(era="A") as server, Ollama([server.url]) as client, FakeOllama(era="B") as later, Ollama([later.url]) as other:
        assert client.installed() == other.installed()


def test_cloud_models_are_marked_and_not_asked_about(ollama: FakeOllama, client: Ollama) -> None:
    ollama.models.append(CLOUD)

    assert [model.remote for model in client.installed()] == [False, False, True]
    assert CLOUD.name not in [(asked.body or {}).get("model") for asked in ollama.record.requests]


def test_an_answer(client: Ollama) -> None:
    pieces: list[str] = []

    answer = client.chat(NAME, HELLO, SCHEMA, OPTIONS, pieces.append)

    assert json.loads(answer.content)["text"]
    assert "".join(pieces) == answer.content
    assert answer.done_reason == "stop"
    assert answer.prompt_tokens > 200
    assert answer.answer_tokens == len(pieces)
    assert client.usage.calls == 1
    assert client.usage.prompt_tokens == answer.prompt_tokens


def test_what_every_question_says(ollama: FakeOllama, client: Ollama) -> None:
    client.chat(NAME, HELLO, SCHEMA, Options(num_ctx=4096, num_predict=400, seed=7, temperature=0.2, keep_alive="3m"))

    assert ollama.chats == [
        {
            "model": NAME,
            "messages": [message.model_dump() for message in HELLO],
            "stream": True,
            "truncate": False,
            "keep_alive": "3m",
            "format": SCHEMA,
            "options": {"num_ctx": 4096, "num_predict": 400, "seed": 7, "temperature": 0.2},
        }
    ]


@pytest.mark.parametrize(("model", "think"), [(LLAMA_8B, None), (THINKER, False), (GPT_OSS, "low")])
def test_thinking_is_turned_off_where_a_model_can(ollama: FakeOllama, client: Ollama, model: object, think: object) -> None:
    ollama.models = [LLAMA_8B, THINKER, GPT_OSS]

    client.chat(getattr(model, "name"), HELLO, SCHEMA, OPTIONS)  # noqa: B009 - the fake's models are told apart by name alone

    assert ollama.chats[0].get("think") == think


def test_an_answer_that_came_as_thoughts(ollama: FakeOllama, client: Ollama) -> None:
    ollama.fail(FaultKind.IN_THOUGHTS)

    assert "text" in json.loads(client.chat(NAME, HELLO, SCHEMA, OPTIONS).content)


def test_the_same_seed_gives_the_same_answer(client: Ollama) -> None:
    one, same, other = (client.chat(NAME, HELLO, None, OPTIONS.model_copy(update={"seed": seed})).content for seed in (1, 1, 2))

    assert one == same != other


def test_letters_that_are_cut_on_the_way_are_whole_again(client: Ollama) -> None:
    text = "Zoë möchte Überfahrt naïve façade señora " * 20
    pieces: list[str] = []

    answer = client.chat(NAME, [Message(role="user", content=text)], None, OPTIONS, pieces.append)

    assert set(answer.content.lower().replace(".", "").split()) <= set(text.lower().split())
    assert "\ufffd" not in answer.content


def test_an_answer_that_ran_into_its_limit(client: Ollama) -> None:
    answer = client.chat(NAME, HELLO, SCHEMA, Options(num_predict=5))

    assert answer.done_reason == "length"
    assert answer.answer_tokens == 5


def test_a_prompt_beyond_the_window_is_not_even_sent(ollama: FakeOllama, client: Ollama) -> None:
    with pytest.raises(errors.PromptTooLong) as raised:
        client.chat(NAME, [Message(role="user", content="word " * 4000)], None, Options(num_ctx=1024, num_predict=100))

    assert raised.value.n_ctx == 1024
    assert ollama.chats == []


def test_a_prompt_that_the_server_finds_too_long(client: Ollama) -> None:
    signs = Message(role="user", content="! " * 700)  # far more tokens than letters would be
    with pytest.raises(errors.PromptTooLong) as raised:
        client.chat(NAME, [signs], None, Options(num_ctx=1024, num_predict=1))

    assert raised.value.n_prompt_tokens == 1405
    assert raised.value.n_ctx == 1024


def test_a_prompt_that_was_cut_without_a_word(ollama: FakeOllama, client: Ollama) -> None:
    """A server that does not know ``truncate`` yet."""
    long = [Message(role="user", content="A woman walks along the rainy harbour. " * 300)]
    client.chat(NAME, long, None, Options(num_predict=10))
    ollama.fail(FaultKind.COUNTS_HALF)

    with pytest.raises(errors.PromptTooLong):
        client.chat(NAME, long, None, Options(num_ctx=3000, num_predict=10))


def test_a_picture_goes_as_bare_base64_after_the_text_that_is_always_the_same(ollama: FakeOllama, client: Ollama) -> None:
    ollama.models.append(EYES)
    shown = Showing(role="user", content="What does it show?", images=(b"\xff\xd8\xff\xe0 a small picture",))

    client.chat(EYES.name, (HELLO[0], shown), None, OPTIONS)

    assert ollama.chats[0]["messages"][1] == {"role": "user", "content": "What does it show?", "images": ["/9j/4CBhIHNtYWxsIHBpY3R1cmU="]}


def test_what_the_server_had_in_its_cache_is_counted(client: Ollama) -> None:
    long = Message(role="system", content="You write a script. " * 100)
    for question in ("What comes first?", "What comes then?"):
        client.chat(NAME, (long, Message(role="user", content=question)), None, OPTIONS)

    assert 0.4 < client.usage.cached_tokens / client.usage.prompt_tokens < 0.5, "all of the second prompt but its end"
    assert client.usage.record()["tokens_cached"] == client.usage.cached_tokens


@pytest.mark.parametrize(("given", "good"), [("10m", True), ("1h30m", True), ("1.5h", True), ("0s", False), ("-1s", False), ("10", False)])
def test_how_long_a_model_stays_is_finite(given: str, good: bool) -> None:
    try:
        assert Options(keep_alive=given).keep_alive == given
        assert good
    except ValidationError:
        assert not good


def test_the_estimate_learns(client: Ollama) -> None:
    guess = client.estimate(NAME, HELLO)
    counted = client.chat(NAME, HELLO, None, OPTIONS).prompt_tokens

    assert abs(client.estimate(NAME, HELLO) - counted) <= 2 < abs(guess - counted)
    assert client.room(NAME, HELLO, 8192) < 8192 - counted


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (FaultKind.MISSING, errors.NoSuchModel),
        (FaultKind.CRASH, errors.RunnerFailed),
        (FaultKind.MEMORY, errors.OutOfMemory),
        (FaultKind.BUSY, errors.ServerBusy),
        (FaultKind.TOO_MANY, errors.ServerBusy),
        (FaultKind.DROP, errors.Unreachable),
        (FaultKind.BREAK, errors.BrokenOff),
        (FaultKind.NO_DONE, errors.BrokenOff),
        (FaultKind.NOTHING, errors.BrokenOff),
        (FaultKind.ERROR_MIDWAY, errors.RunnerFailed),
        (FaultKind.MEMORY_MIDWAY, errors.OutOfMemory),
        (FaultKind.HTML, errors.NotOllama),
        (FaultKind.NOT_LINES, errors.NotOllama),
        (FaultKind.EMPTY, errors.AnswerEmpty),
        (FaultKind.LOOP, errors.AnswerLooped),
        (FaultKind.BLANKS, errors.AnswerLooped),
        (FaultKind.GARBAGE, errors.AnswerLooped),
        (FaultKind.HUGE, errors.AnswerLooped),
    ],
)
def test_what_goes_wrong(ollama: FakeOllama, client: Ollama, fault: FaultKind, error: type[Exception]) -> None:
    ollama.fail(fault)
    with pytest.raises(error):
        client.chat(NAME, HELLO, SCHEMA, OPTIONS)

    assert client.chat(NAME, HELLO, SCHEMA, OPTIONS).content, "and the next question is answered"


def test_a_model_that_is_not_there(client: Ollama) -> None:
    with pytest.raises(errors.NoSuchModel) as raised:
        client.chat("llama9:8b", HELLO, SCHEMA, OPTIONS)

    assert raised.value.advice == "ollama pull llama9:8b"


def test_a_model_that_cannot_chat(client: Ollama) -> None:
    with pytest.raises(errors.RequestRefused, match="does not support chat"):
        client.chat(EMBEDDING.name, HELLO, SCHEMA, OPTIONS)


@pytest.mark.parametrize("name", ["gpt-oss:120b-cloud", "qwen3-coder:cloud", "disguised:latest"])
def test_cloud_models_are_never_asked(ollama: FakeOllama, client: Ollama, name: str) -> None:
    ollama.models.append(type(CLOUD)("disguised:latest", 384, remote_host="https://ollama.com:443"))

    with pytest.raises(errors.NotSuited):
        client.chat(name, HELLO, SCHEMA, OPTIONS)
    assert ollama.chats == []


def test_a_caller_that_has_heard_enough_cancels(ollama: FakeOllama, client: Ollama) -> None:
    ollama.fail(FaultKind.SLOW, seconds=30)

    def enough(piece: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        client.chat(NAME, HELLO, SCHEMA, OPTIONS, enough)

    assert ollama.wait_until(lambda: ollama.record.requests[-1].outcome == "left")


def test_a_model_is_unloaded_and_seen_gone(ollama: FakeOllama, client: Ollama) -> None:
    client.chat(NAME, HELLO, SCHEMA, OPTIONS)
    (loaded,) = client.loaded()
    assert (loaded.name, loaded.context_length, loaded.size_vram) == (NAME, 8192, 0)

    client.unload(NAME)

    assert client.loaded() == ()
    assert ollama.scheduler.unloads == [NAME]


def test_a_model_that_will_not_go(ollama: FakeOllama, client: Ollama) -> None:
    client.chat(NAME, HELLO, SCHEMA, OPTIONS)
    ollama.scheduler.stubborn = True
    looks: list[float] = []

    with pytest.raises(errors.StillLoaded):
        client.unload(NAME, deadline=0.05, pause=looks.append)
    assert looks


def test_a_model_that_was_deleted_while_loaded_can_be_unloaded(ollama: FakeOllama, client: Ollama) -> None:
    client.chat(NAME, HELLO, SCHEMA, OPTIONS)
    ollama.models.clear()

    with pytest.raises(errors.StillLoaded):
        client.unload(NAME, deadline=0, pause=lambda seconds: None)


def test_one_load_for_all_questions(ollama: FakeOllama, client: Ollama) -> None:
    for seed in range(3):
        client.chat(NAME, HELLO, SCHEMA, OPTIONS.model_copy(update={"seed": seed, "num_predict": 100 + seed}))

    assert ollama.scheduler.loads == [(NAME, 8192)]


def test_the_next_address_is_tried(ollama: FakeOllama) -> None:
    with Ollama([NOBODY, ollama.url]) as client:
        assert client.version()
        assert client.chat(NAME, HELLO, SCHEMA, OPTIONS).content


def test_the_server_that_answered_stays_ours_until_it_is_gone(ollama: FakeOllama) -> None:
    with FakeOllama() as second:
        client = Ollama([NOBODY, second.url, ollama.url])
        client.version()
        client.loaded()
        assert (len(second.record.requests), len(ollama.record.requests)) == (2, 0)
    assert client.loaded() == ()
    assert len(ollama.record.requests) == 1


def test_a_question_that_was_refused_is_not_asked_elsewhere(ollama: FakeOllama) -> None:
    with FakeOllama() as second, Ollama([ollama.url, second.url]) as client:
        ollama.fail(FaultKind.CRASH)
        with pytest.raises(errors.RunnerFailed):
            client.chat(NAME, HELLO, SCHEMA, OPTIONS)
        assert second.chats == []


def test_nobody_answers() -> None:
    with Ollama([NOBODY]) as client, pytest.raises(errors.Unreachable) as raised:
        client.version()

    assert NOBODY in raised.value.message
    assert "ollama serve" in raised.value.advice


def test_a_unix_socket(short_folder: Path) -> None:
    with FakeOllama(unix=short_folder / "ollama.sock") as server, Ollama([server.url]) as client:
        assert client.local
        assert client.chat(NAME, HELLO, SCHEMA, OPTIONS).content


def test_a_unix_socket_that_is_not_there(tmp_path: Path) -> None:
    with Ollama([f"unix:{tmp_path}/none.sock"]) as client, pytest.raises(errors.Unreachable):
        client.version()


def test_proxies_from_the_environment_are_passed_by(ollama: FakeOllama, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, NOBODY)

    assert Ollama([ollama.url]).version()
    monkeypatch.undo()


def test_the_deadlines_of_one_call_may_be_others(ollama: FakeOllama, client: Ollama) -> None:
    ollama.fail(FaultKind.HANG)

    with pytest.raises(errors.Hung):
        client.chat(NAME, HELLO, SCHEMA, OPTIONS, timeouts=Timeouts(first_byte=1))
