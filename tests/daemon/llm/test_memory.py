"""One model at a time: unloaded, seen gone, loaded with the options of the work, and seen there."""

from dataclasses import replace

import pytest

from daemon.llm import choice, errors, eyes, memory
from daemon.llm.answers import ask
from daemon.llm.client import Ollama
from daemon.llm.health import ready
from daemon.llm.values import Message, Options, Timeouts
from tests.fakes.ollama import FakeOllama, FaultKind
from tests.fakes.ollama.models import ALL_ROUND, LLAMA_1B, LLAMA_8B, THINKER

NAME = LLAMA_8B.name
OPTIONS = Options(num_ctx=4096, num_predict=200)
HELLO = (Message(role="user", content="A woman walks along the rainy harbour at night. " * 20),)
SCHEMA = {"type": "object", "properties": {"text": {"type": "string", "maxLength": 80}}, "required": ["text"]}
SOON = Timeouts(first_byte=1)


class Elsewhere(Ollama):
    """A client whose server runs on another machine, as far as it knows."""

    @property
    def local(self) -> bool:
        return False


def kept_by_another(server: FakeOllama) -> None:
    """Another program's model lies in memory for ever, and the scheduler waits for its idle timer."""
    server.models.append(THINKER)
    server.scheduler.load(THINKER, 8192)
    server.scheduler.keep(THINKER, -1)
    server.scheduler.wedged = True


def test_room_is_made_by_unloading_all(ollama: FakeOllama, client: Ollama) -> None:
    ollama.models.append(THINKER)
    for name in (NAME, THINKER.name):
        client.preload(name, OPTIONS)

    assert set(memory.make_room(client)) == {NAME, THINKER.name}
    assert client.loaded() == ()
    assert memory.make_room(client) == ()


def test_the_wanted_model_stays_unless_its_window_is_another(ollama: FakeOllama, client: Ollama) -> None:
    client.preload(NAME, OPTIONS)

    assert memory.make_room(client, keep=NAME, num_ctx=4096) == ()
    assert memory.make_room(client, keep=NAME, num_ctx=8192) == (NAME,)


def test_another_machines_models_are_left_alone(ollama: FakeOllama) -> None:
    client = Elsewhere([ollama.url])
    client.preload(NAME, OPTIONS)

    assert memory.make_room(client) == ()
    assert memory.make_room(client, anywhere=True) == (NAME,)


def test_the_others_go_and_are_seen_gone_before_a_model_is_loaded(ollama: FakeOllama, client: Ollama) -> None:
    ollama.models.append(THINKER)
    client.preload(THINKER.name, OPTIONS)
    before = len(ollama.record.requests)

    memory.load(client, NAME, OPTIONS, 10)

    asked = [(one.path, (one.body or {}).get("model"), (one.body or {}).get("keep_alive")) for one in ollama.record.requests[before:]]
    unload, seen, preload = ("/api/chat", THINKER.name, 0), ("/api/ps", None, None), ("/api/chat", NAME, "10m")
    assert asked.index(unload) < asked.index(seen, asked.index(unload)) < asked.index(preload)
    assert asked[-1] == ("/api/ps", None, None), "its window is looked at"


def test_it_is_loaded_with_the_very_options_of_the_work(ollama: FakeOllama, client: Ollama) -> None:
    ollama.models.append(THINKER)
    ready(client, THINKER.name, OPTIONS)
    client.chat(THINKER.name, HELLO, SCHEMA, OPTIONS)

    preload = next(asked.body for asked in ollama.record.requests if asked.path == "/api/chat")
    work = ollama.chats[-1]
    assert preload == {key: value for key, value in work.items() if key != "format"} | {"messages": []}
    assert ollama.scheduler.loads == [(THINKER.name, 4096)]


def test_a_load_is_counted_once_with_its_time() -> None:
    with FakeOllama(load_seconds=0.15) as server, Ollama([server.url]) as client:
        for _ in range(2):
            ready(client, NAME, OPTIONS)
        client.chat(NAME, HELLO, SCHEMA, OPTIONS)

    assert client.usage.loads == 1
    assert 0.15 <= client.usage.load_seconds < 5


def test_a_load_in_the_middle_of_the_work_is_counted_too() -> None:
    with FakeOllama(load_seconds=0.15) as server, Ollama([server.url]) as client:
        client.chat(NAME, HELLO, SCHEMA, OPTIONS)

    assert (client.usage.loads, client.usage.load_seconds) == (1, 0.15)


def test_a_window_that_is_smaller_than_was_asked_for() -> None:
    small = replace(LLAMA_1B, context_length=2048)
    with FakeOllama([small]) as server, Ollama([server.url]) as client, pytest.raises(errors.SmallWindow, match="2048 tokens") as raised:
        memory.load(client, small.name, OPTIONS, 10)

    assert raised.value.advice == "Set ollama.num_ctx: 2048."


def test_a_model_under_another_name_is_ours_where_it_is_alone(ollama: FakeOllama, client: Ollama) -> None:
    """One file under two names is listed under the one that was used first."""
    small = replace(LLAMA_1B, name="twin:latest", context_length=2048)
    ollama.scheduler.load(small, 2048)

    with pytest.raises(errors.SmallWindow):
        memory.load(_Unlisted([ollama.url]), NAME, OPTIONS, 10)


class _Unlisted(Elsewhere):
    def preload(self, model: str, options: Options, *, timeouts: Timeouts | None = None) -> None:
        """The server finds it loaded under its twin's name."""


def test_a_wedge_is_passed_by_unloading_first(ollama: FakeOllama, client: Ollama) -> None:
    kept_by_another(ollama)

    ready(client, NAME, OPTIONS)

    assert ollama.scheduler.unloads == [THINKER.name]


def test_a_wedge_that_comes_while_loading_is_ended(ollama: FakeOllama) -> None:
    kept_by_another(ollama)
    client = Elsewhere([ollama.url], timeouts=SOON)

    ready(client, NAME, OPTIONS)

    assert ollama.scheduler.unloads == [THINKER.name]
    assert ollama.scheduler.loads == [(THINKER.name, 8192), (NAME, 4096)]


def test_a_wedge_that_comes_between_two_questions_is_ended(ollama: FakeOllama) -> None:
    client = Ollama([ollama.url], timeouts=SOON)
    ready(client, NAME, OPTIONS)
    client.unload(NAME)
    kept_by_another(ollama)

    assert ask(client, NAME, HELLO, SCHEMA, OPTIONS)["text"]
    assert ollama.scheduler.unloads == [NAME, THINKER.name]


def test_a_wedge_on_our_own_model_in_another_window_is_ended(ollama: FakeOllama) -> None:
    client = Elsewhere([ollama.url], timeouts=SOON)
    ollama.scheduler.load(LLAMA_8B, 16384)
    ollama.scheduler.keep(LLAMA_8B, -1)
    ollama.scheduler.wedged = True

    ready(client, NAME, OPTIONS)

    assert ollama.scheduler.loads[-1] == (NAME, 4096)


def test_silence_with_no_other_model_there_is_told_at_once(ollama: FakeOllama) -> None:
    client = Ollama([ollama.url], timeouts=SOON)
    ready(client, NAME, OPTIONS)
    ollama.fail(FaultKind.HANG)

    with pytest.raises(errors.Hung):
        ask(client, NAME, HELLO, SCHEMA, OPTIONS)


def test_want_of_memory_sends_the_other_models_away_once(ollama: FakeOllama, client: Ollama) -> None:
    ready(client, NAME, OPTIONS)
    ollama.models.append(THINKER)
    ollama.scheduler.load(THINKER, 8192)
    ollama.fail(FaultKind.MEMORY)

    assert ask(client, NAME, HELLO, SCHEMA, OPTIONS)["text"]
    assert ollama.scheduler.unloads == [THINKER.name]


def test_a_model_that_looks_and_writes_is_loaded_once(ollama: FakeOllama, client: Ollama) -> None:
    """The eyes' window is the writer's, where that is large enough for a picture."""
    ollama.models = [ALL_ROUND]
    looks, _ = choice.of_server(client, eyes.choose, "auto", num_ctx=8192, limit=16 << 30)
    writes = choice.of_server(client, choice.choose, "auto", num_ctx=8192, limit=16 << 30)
    assert looks
    assert looks.model == writes.model
    for chosen, longest in ((looks, 300), (writes, 2048)):
        ready(client, chosen.model.name, Options(num_ctx=chosen.num_ctx, num_predict=longest))

    assert (len(ollama.scheduler.loads), client.usage.loads) == (1, 1)


def test_a_load_that_fails_with_status_200_fails(ollama: FakeOllama, client: Ollama, monkeypatch: pytest.MonkeyPatch) -> None:
    said = {"error": "llama-server process has terminated: signal: killed"}
    monkeypatch.setattr("tests.fakes.ollama.library.loaded_or_unloaded", lambda fake, asked: said)

    with pytest.raises(errors.OutOfMemory):
        client.preload(NAME, OPTIONS)
    assert client.usage.loads == 0
