"""Which model looks."""

import pytest

from daemon.llm import choice, errors, eyes
from daemon.llm.client import Ollama
from daemon.llm.values import InstalledModel
from tests.daemon.llm.test_choice import ALL, GIB, model
from tests.fakes.ollama import FakeOllama
from tests.fakes.ollama.models import ALL_ROUND, EYES

SEES = ("completion", "vision")
LARGE = model("llava:34b", 20, 34, SEES)
MIDDLE = model("qwen2.5vl:7b", 6, 8.3, SEES)
SMALL = model("moondream:1.8b", 1.7, 1.8, SEES)
READER = model("deepseek-ocr:30b", 9, 30, SEES)
SEEING = (SMALL, READER, LARGE, MIDDLE)


@pytest.mark.parametrize(
    ("limit", "name"), [(40 * GIB, "llava:34b"), (12 * GIB, "qwen2.5vl:7b"), (4 * GIB, "moondream:1.8b"), (None, "llava:34b")]
)
def test_auto_takes_the_best_that_fits(limit: int | None, name: str) -> None:
    chosen, why = eyes.choose("auto", SEEING, num_ctx=8192, limit=limit)

    assert chosen
    assert chosen.model.name == name
    assert name in why


def test_a_model_that_reads_pages_is_taken_last() -> None:
    chosen, _ = eyes.choose("auto", [READER], num_ctx=8192, limit=None)
    assert chosen
    assert chosen.model == READER


def test_without_a_vision_model_nobody_looks() -> None:
    blind = [one for one in ALL if "vision" not in one.capabilities]

    assert eyes.choose("auto", blind, num_ctx=8192, limit=None) == (None, "nobody: Ollama has no model that can look at pictures")


def test_where_none_fits_nobody_looks_and_it_is_said() -> None:
    chosen, why = eyes.choose("auto", [LARGE, MIDDLE], num_ctx=8192, limit=4 * GIB)

    assert chosen is None
    assert why == "nobody: qwen2.5vl:7b would need 7.1 GiB of 4.0 GiB"


@pytest.mark.parametrize(("asked", "given"), [(2048, 8192), (8192, 8192), (16384, 16384)])
def test_a_picture_needs_a_window_of_some_size(asked: int, given: int) -> None:
    chosen, _ = eyes.choose("auto", SEEING, num_ctx=asked, limit=None)
    assert chosen
    assert chosen.num_ctx == given


def test_a_model_named_by_hand() -> None:
    chosen, why = eyes.choose("moondream:1.8b", SEEING, num_ctx=8192, limit=40 * GIB)
    assert chosen
    assert (chosen.model, why) == (SMALL, "moondream:1.8b was chosen by hand")


@pytest.mark.parametrize(
    ("wanted", "error", "advice"),
    [
        ("llama3.1:8b", errors.NotSuited, "Choose a vision model"),
        ("bakllava:7b", errors.NoSuchModel, "ollama pull bakllava:7b"),
        ("qwen3-vl:235b-cloud", errors.NotSuited, "Choose a local model"),
        ("llava:34b", errors.ModelTooLarge, "Set ollama.eyes: qwen2.5vl:7b, which fits."),
    ],
)
def test_a_name_that_cannot_be(wanted: str, error: type[errors.NotSuited], advice: str) -> None:
    with pytest.raises(error) as raised:
        eyes.choose(wanted, (*SEEING, model("llama3.1:8b", 4.9, 8)), num_ctx=8192, limit=12 * GIB)

    assert raised.value.advice.startswith(advice)


def test_a_graphics_card_may_hold_what_a_person_named() -> None:
    chosen, _ = eyes.choose("llava:34b", SEEING, num_ctx=8192, limit=4 * GIB, graphics=True)
    assert chosen
    assert chosen.model == LARGE


@pytest.mark.parametrize(
    "useless",
    [
        model("gemma3:27b-cloud", 0.1, 27, SEES),
        model("disguised:latest", 0.1, 27, SEES).model_copy(update={"remote": True}),
        model("clip:latest", 1, 1, ("vision", "embedding")),
    ],
)
def test_models_that_never_look(useless: InstalledModel) -> None:
    assert not eyes.can_see(useless)


@pytest.mark.parametrize("era", ["A", "B"])
def test_asked_of_a_server(era: str) -> None:
    with FakeOllama([EYES, ALL_ROUND], era=era) as server, Ollama([server.url]) as client:
        best, _ = choice.of_server(client, eyes.choose, "auto", num_ctx=8192, limit=16 * GIB)
        small, _ = choice.of_server(client, eyes.choose, "auto", num_ctx=8192, limit=5 * GIB)

    assert best
    assert small
    assert (best.model.name, small.model.name) == (EYES.name, ALL_ROUND.name)
