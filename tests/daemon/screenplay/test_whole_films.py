"""Scripts of whole films, as they come out of continuity: read by two foreign programs, and home again."""

import pytest
from hypothesis import given, settings

from daemon.contract.evidence import Analysis, Captions, SkipPlan, Transcript
from daemon.screenplay.continuity import screenplay
from daemon.screenplay.formats.fountain import written
from daemon.screenplay.homecoming import homecoming
from daemon.screenplay.model import Screenplay
from daemon.screenplay.writing.chunks import divide
from daemon.screenplay.writing.draft import drafted
from daemon.screenplay.writing.drafts import Drafts
from tests.daemon.screenplay import long_films
from tests.daemon.screenplay.films import night_train, skips, timelines
from tests.daemon.screenplay.formats.test_fountain import agreed


def script(film: Analysis, spoken: Transcript, plan: SkipPlan) -> Screenplay:
    drafts = Drafts(engine="draft", drafts=tuple(drafted(chunk) for chunk in divide(film, spoken, plan, 30, 5)))
    return screenplay(drafts, film, spoken, plan, Captions(), title="Night Train")


@pytest.mark.parametrize("plan", [SkipPlan(), skips((6, 17))])
@pytest.mark.parametrize("film", [night_train(), long_films.timeline(10)])
def test_a_film_is_read_as_it_was_meant_and_comes_home(film: tuple[Analysis, Transcript], plan: SkipPlan) -> None:
    made = script(*film, plan)
    agreed(made)
    assert homecoming(made, written(made)) is made
    assert homecoming(made, written(made, evidence=True)) is made


@settings(max_examples=25, deadline=None)
@given(timelines())
def test_any_film_is_read_as_it_was_meant_and_comes_home(film: tuple[Analysis, Transcript]) -> None:
    made = script(*film, SkipPlan())
    agreed(made)
    assert homecoming(made, written(made)) is made
