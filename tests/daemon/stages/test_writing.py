"""What a script's key depends on, as the recipe sees it without loading the library that fills the pages in."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from config.overrides import Overrides
from config.settings import Script, Settings
from daemon.contract.states import Stage
from daemon.stages.recipe import SCREENPLAY, Order
from daemon.stages.writing import LONGEST_ANSWER, Writing

(WRITE,) = (step for step in SCREENPLAY if step.stage is Stage.WRITE)


def order(title: str | None = None, **script: Any) -> Order:
    settings = Settings(script=Script.model_validate(script))
    film = Path("/films/night train.mp4")
    return Order(film, (1, 2), Overrides(settings, title), film.parent, film.stem, film.parent, film.parent)


def key(given: Order) -> str:
    return WRITE.key(given, dict.fromkeys(WRITE.takes, "k"))


def test_the_settings_are_those_that_the_stage_reads() -> None:
    settings = Writing.model_validate(WRITE.settings(order().written_by("llama3.1:8b", "d1", 8192)))
    assert (settings.title, settings.style, settings.language, settings.model) == ("night train", "hollywood", None, "llama3.1:8b")
    assert Writing.model_validate(WRITE.settings(order("Day Train", language="de"))).title == "Day Train"


def test_the_key_depends_on_the_text_of_the_pages_that_are_used_and_on_no_other(tmp_path: Path) -> None:
    given, drafted = order(prompts=tmp_path).written_by("llama3.1:8b", "d1", 8192), order(prompts=tmp_path)
    before = key(given)
    assert before == key(order().written_by("llama3.1:8b", "d1", 8192))
    (tmp_path / "look.md").write_text("What is this?")
    assert key(given) == before
    (tmp_path / "repair.md").write_text("No: {{ errors }}")
    assert key(given) != before
    assert key(drafted) == key(order()), "nobody reads them for a draft"


@pytest.mark.parametrize("script", [{"style": "sales"}, {"language": "de"}, {"chunk": 60}])
def test_the_key_depends_on_what_a_person_chooses(script: dict[str, Any]) -> None:
    assert key(order(**script)) != key(order())
    assert key(replace(order(), stem="day train")) != key(order())


@pytest.mark.parametrize("num_ctx", [2048, 8192, 131072])
def test_an_answer_has_a_bounded_part_of_the_window(num_ctx: int) -> None:
    options = Writing(num_ctx=num_ctx).options({"keep_alive": "5m"})
    assert 0 < options.num_predict <= min(LONGEST_ANSWER, num_ctx // 3)
    assert (options.num_ctx, options.keep_alive) == (num_ctx, "5m")


def test_a_key_is_made_without_the_library_of_the_pages() -> None:
    code = "import sys; import daemon.stages.recipe as recipe; recipe.pages.digest(None, 'system.md'); print('jinja2' in sys.modules)"
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "False"
