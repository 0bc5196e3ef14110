"""The styles' pages, as a model gets them."""

import pytest

from config import styles
from daemon.contract.errors import CannotGoOn
from daemon.stages.styles import instructions


@pytest.mark.parametrize("style", styles.names())
def test_a_page_reaches_the_model_without_its_remarks_to_people(style: str) -> None:
    assert "<!--" in (styles.FOLDER / f"{style}.md").read_text(encoding="utf-8")
    assert instructions(style).startswith("You are")
    assert "<!--" not in instructions(style)


@pytest.mark.parametrize("style", ["", "../hollywood", "musical"])
def test_a_style_without_a_page_is_refused(style: str) -> None:
    with pytest.raises(CannotGoOn):
        instructions(style)
