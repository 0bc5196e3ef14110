"""What a person is told where the speech model is too large with its smallest settings too."""

from pathlib import Path
from typing import Any

import pytest

from config.overrides import Overrides
from config.settings import Settings
from daemon.stages.recipe import Order
from daemon.worker.child import TooBig
from daemon.worker.memory import easing

HERE = Path("/nowhere")
GIB = 1 << 30


def order(**settings: Any) -> Order:
    return Order(HERE, (1,), Overrides(Settings.model_validate(settings)), HERE, "film", HERE, HERE)


@pytest.mark.parametrize(
    ("engine", "most", "advice"),
    [
        ("builtin", 2 * GIB, "Set whisper.model: turbo, or raise memory.limit."),
        ("sherpa", 2 * GIB, "Set whisper.model: turbo or speakers.engine: builtin, or raise memory.limit."),
        ("sherpa", GIB // 2, "Set speakers.engine: builtin, or raise memory.limit."),
        ("off", GIB // 2, "Raise memory.limit."),
    ],
)
def test_the_advice_names_what_takes_less(engine: str, most: int, advice: str) -> None:
    found = easing.after(order(whisper={"model": "large-v3"}, speakers={"engine": engine}), TooBig("it took 3 GiB"), most)
    assert isinstance(found, TooBig)
    assert (found.advice, found.message) == (advice, "large-v3 is too large, also with its smallest settings: it took 3 GiB")
