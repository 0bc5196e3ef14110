"""Which model writes."""

from pathlib import Path

import pytest

from daemon.llm import choice, errors
from daemon.llm.client import Ollama
from daemon.llm.values import InstalledModel, LoadedModel
from tests.fakes.ollama import FakeOllama
from tests.fakes.ollama.models import LLAMA_8B, LLAMA_70B

GIB = 1 << 30
CTX = 8192


def model(
    name: str,
    gigabytes: float,
    parameters: float = 0,
    capabilities: tuple[str, ...] = ("completion",),
    family: str = "llama",
    context_length: int | None = 131072,
) -> InstalledModel:
    return InstalledModel(
        name=name,
        size=int(gigabytes * 1e9),
        digest=name,
        family=family,
        parameters=parameters,
        capabilities=capabilities,
        context_length=context_length,
        kv_bytes=131072,
    )


LARGE = model("llama3.1:70b", 42.5, 70.6)
MIDDLE = model("mistral-small:24b", 14.3, 23.6)
SMALL = model("llama3.1:8b", 4.9, 8.0)
LEAST = model("llama3.2:1b", 1.3, 1.2)
EMBEDDING = model("nomic-embed-text:latest", 0.3, 0.137, ("embedding",), "nomic-bert")
EYES = model("llava:34b", 20, 34, ("completion", "vision"))
ALL = (EMBEDDING, SMALL, EYES, LARGE, LEAST, MIDDLE)


@pytest.mark.parametrize(
    ("limit", "name"),
    [(100 * GIB, "llama3.1:70b"), (40 * GIB, "mistral-small:24b"), (8 * GIB, "llama3.1:8b"), (3 * GIB, "llama3.2:1b")],
)
def test_auto_takes_the_best_that_fits(limit: int, name: str) -> None:
    chosen = choice.choose("auto", ALL, num_ctx=CTX, limit=limit)

    assert chosen.model.name == name
    assert name in chosen.why


def test_the_favourite_is_taken_before_a_larger_one() -> None:
    larger = model("mistral-large:123b", 73, 123)

    assert choice.choose("auto", [larger, LARGE], num_ctx=CTX, limit=200 * GIB).model == LARGE


def test_any_build_of_the_favourite_is_the_favourite() -> None:
    build = model("llama3.1:70b-instruct-q4_K_M", 42.5, 70.6)

    assert choice.choose("auto", [model("command-r-plus:104b", 59, 104), build], num_ctx=CTX, limit=200 * GIB).model == build


def test_why_says_what_did_not_fit() -> None:
    why = choice.choose("auto", ALL, num_ctx=CTX, limit=40 * GIB).why

    assert why == "mistral-small:24b is the best that fits: it needs 14.8 GiB of 40.0 GiB; llama3.1:70b would need 41.1 GiB"


@pytest.mark.parametrize(
    "odd",
    [
        model("codellama:13b", 7.4, 13),
        model("deepseek-math:13b", 7.4, 13),
        model("qwen2:13b-text", 7.4, 13),
        model("qwen2:13b-base", 7.4, 13),
    ],
)
def test_a_model_for_something_else_is_taken_last(odd: InstalledModel) -> None:
    assert choice.choose("auto", [odd, SMALL], num_ctx=CTX, limit=20 * GIB).model == SMALL
    assert choice.choose("auto", [odd], num_ctx=CTX, limit=20 * GIB).model == odd


@pytest.mark.parametrize(
    "useless",
    [
        EMBEDDING,
        EYES,
        model("mxbai-embed-large:latest", 0.7, capabilities=()),
        model("moondream:1.8b", 1.7, 1.8, ("completion", "vision")),
        model("llama3.2-vision:11b", 7.8, 10.7, ("completion", "vision"), "mllama"),
        model("llama-guard3:8b", 4.9, 8.0),
        model("gpt-oss:120b-cloud", 0.1, 116.8),
        model("disguised:latest", 0.1, 100).model_copy(update={"remote": True}),
    ],
)
def test_models_that_never_write(useless: InstalledModel) -> None:
    assert not choice.can_write(useless)
    with pytest.raises(errors.NoModelFits):
        choice.choose("auto", [useless], num_ctx=CTX, limit=100 * GIB)
    with pytest.raises(errors.NotSuited):
        choice.choose(useless.name, [useless], num_ctx=CTX, limit=100 * GIB)


@pytest.mark.parametrize(
    ("limit", "advice"),
    [
        (64 * GIB, "ollama pull llama3.1:70b"),
        (24 * GIB, "ollama pull qwen2.5:32b"),
        (16 * GIB, "ollama pull qwen2.5:14b"),
        (8 * GIB, "ollama pull llama3.1:8b"),
        (4 * GIB, "ollama pull llama3.2:3b"),
        (int(2.2 * GIB), "ollama pull llama3.2:1b"),
        (GIB, "Raise memory.limit, lower ollama.num_ctx, or set writer.engine: draft."),
    ],
)
def test_none_installed_names_the_pull_that_suits(limit: int, advice: str) -> None:
    with pytest.raises(errors.NoModelFits) as raised:
        choice.choose("auto", [EMBEDDING], num_ctx=CTX, limit=limit)

    assert raised.value.advice == advice


@pytest.mark.parametrize("limit", [size * GIB // 4 for size in range(1, 260, 7)])
@pytest.mark.parametrize("num_ctx", [2048, 8192, 65536])
def test_no_advice_names_a_model_that_cannot_fit(limit: int, num_ctx: int) -> None:
    name = choice.pull_for(limit, num_ctx)

    assert not name or next(choice.pull_need(pull, num_ctx) for pull in choice.PULLS if pull.name == name) <= limit


def test_none_fits_says_how_much_the_smallest_needs() -> None:
    with pytest.raises(errors.NoModelFits) as raised:
        choice.choose("auto", [LARGE, MIDDLE], num_ctx=CTX, limit=8 * GIB)

    assert raised.value.message == "No model fits in 8.0 GiB: the smallest, mistral-small:24b, needs 14.8 GiB"
    assert raised.value.advice == "ollama pull llama3.1:8b"


def test_a_model_named_by_hand() -> None:
    chosen = choice.choose("llama3.1:8b", ALL, num_ctx=CTX, limit=100 * GIB)

    assert chosen.model == SMALL
    assert chosen.why == "llama3.1:8b was chosen by hand"


def test_a_name_without_a_tag_is_the_latest() -> None:
    mine = model("mine:latest", 5, 8)

    assert choice.choose("mine", [mine], num_ctx=CTX, limit=100 * GIB).model == mine


@pytest.mark.parametrize(
    ("wanted", "limit", "advice"),
    [
        ("mistral:7b", 8 * GIB, "ollama pull mistral:7b"),
        ("llama3.1:70b", 64 * GIB, "ollama pull llama3.1:70b"),
        ("llama3.1:70b", 8 * GIB, "ollama pull llama3.1:8b"),
    ],
)
def test_a_model_named_by_hand_that_is_not_there(wanted: str, limit: int, advice: str) -> None:
    with pytest.raises(errors.NoSuchModel) as raised:
        choice.choose(wanted, [SMALL], num_ctx=CTX, limit=limit)

    assert wanted in raised.value.message
    assert raised.value.advice == advice


def test_a_cloud_model_named_by_hand_is_refused() -> None:
    with pytest.raises(errors.NotSuited):
        choice.choose("qwen3-coder:cloud", [SMALL], num_ctx=CTX, limit=8 * GIB)


def test_a_model_named_by_hand_that_can_never_fit() -> None:
    with pytest.raises(errors.ModelTooLarge) as raised:
        choice.choose("llama3.1:70b", ALL, num_ctx=CTX, limit=8 * GIB)

    assert raised.value.message == "llama3.1:70b needs 41.1 GiB of memory, and 8.0 GiB may be used"
    assert raised.value.advice == "Set ollama.writer: llama3.1:8b, which fits."


def test_a_graphics_card_may_hold_what_a_person_named() -> None:
    assert choice.choose("llama3.1:70b", ALL, num_ctx=CTX, limit=8 * GIB, graphics=True).model == LARGE


def test_a_model_that_lies_in_a_graphics_card_takes_no_memory() -> None:
    loaded = LoadedModel(name=LARGE.name, digest="x", size=46 * GIB, size_vram=46 * GIB)

    assert choice.choose("auto", ALL, num_ctx=CTX, limit=8 * GIB, loaded=[loaded]).model == LARGE


def test_another_machine_has_no_limit_that_we_know() -> None:
    assert choice.choose("auto", ALL, num_ctx=CTX, limit=None).model == LARGE
    with pytest.raises(errors.NoModelFits) as raised:
        choice.choose("auto", [], num_ctx=CTX, limit=None)
    assert raised.value.advice == "ollama pull llama3.1:8b"


def test_the_window_is_never_larger_than_the_model_was_trained_for() -> None:
    short = model("old:7b", 4, 7, context_length=2048)

    assert choice.choose("auto", [short], num_ctx=CTX, limit=8 * GIB).num_ctx == 2048
    assert choice.need(short, CTX) == short.size + 2048 * 131072 + GIB // 2


def test_a_model_that_does_not_say_how_it_is_built_is_rather_overrated() -> None:
    assert choice.need(SMALL.model_copy(update={"kv_bytes": None}), CTX) > choice.need(SMALL, CTX)


def test_asked_of_a_server(ollama: FakeOllama, client: Ollama) -> None:
    ollama.models.append(LLAMA_70B)

    assert choice.of_server(client, choice.choose, "auto", num_ctx=CTX, limit=8 * GIB).model.name == LLAMA_8B.name
    assert choice.of_server(client, choice.choose, "auto", num_ctx=CTX, limit=64 * GIB).model.name == LLAMA_70B.name


@pytest.mark.parametrize("path", ["proc/driver/nvidia/gpus/0000:01:00.0", "dev/kfd"])
def test_a_graphics_card_is_known_by_its_driver(tmp_path: Path, path: str) -> None:
    assert not choice.graphics_card(tmp_path)
    (tmp_path / path).mkdir(parents=True)

    assert choice.graphics_card(tmp_path)
