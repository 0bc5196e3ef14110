"""The model and its JSON: what is written is read as the same value, by the schema that is published."""

import json
from pathlib import Path

import jsonschema_rs
from hypothesis import given, settings

from daemon.screenplay.formats import mark
from daemon.screenplay.formats.document import SCHEMA, Document, document, schema
from daemon.screenplay.formats.fountain import written
from daemon.screenplay.formats.listed import FORMATS
from daemon.screenplay.homecoming import homecoming
from daemon.screenplay.model import Screenplay
from tests.daemon.screenplay.editions import edition, night_train_script
from tests.daemon.screenplay.nasty import screenplays

PUBLISHED = Path(__file__).parents[4] / "docs" / "screenplay.schema.json"
CHECKED = jsonschema_rs.validator_for(schema())


@settings(max_examples=60, deadline=None)
@given(screenplays())
def test_a_screenplay_is_the_same_value_after_its_json(screenplay: Screenplay) -> None:
    assert Screenplay.model_validate_json(screenplay.model_dump_json()) == screenplay
    content = document(edition(screenplay))
    assert Document.model_validate_json(content).screenplay == screenplay
    CHECKED.validate(json.loads(content))


def test_the_published_schema_is_the_one_that_holds() -> None:
    """``make schema`` writes it."""
    assert json.loads(PUBLISHED.read_text()) == schema()
    assert schema()["$id"] == SCHEMA


def test_a_document_holds_what_its_elements_refer_to() -> None:
    found = Document.model_validate_json(document(edition(night_train_script())))
    ids = {*(shot.id for shot in found.shots), *(cue.id for cue in found.cues), *(sound.id for sound in found.sounds)}
    for scene in found.screenplay.scenes:
        for element in (scene.heading, *scene.elements):
            assert ids >= {*element.evidence.shots, *element.evidence.cues, *element.evidence.sounds}
    assert (found.schema_id, found.film, found.duration) == (SCHEMA, "night_train.mp4", 40.0)


def test_a_stamped_document_follows_the_schema_too() -> None:
    form = FORMATS["json"]
    content = form.write(edition(night_train_script()))
    stamped = Document.model_validate_json(mark.marked(content, 3, form.mark))
    assert stamped.reelscribe is not None
    assert (stamped.reelscribe.version, stamped.reelscribe.sha256) == (3, mark.digest(content))
    CHECKED.validate(json.loads(mark.marked(content, 3, form.mark)))


def test_what_a_person_typed_goes_through_json() -> None:
    base = night_train_script()
    home = homecoming(base, written(base).replace("Snow on", "*Snow* on"))
    assert written(Screenplay.model_validate_json(home.model_dump_json())) == written(home)
