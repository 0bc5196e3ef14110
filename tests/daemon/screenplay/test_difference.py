"""How two versions differ, by scene and element."""

from hypothesis import given

from daemon.screenplay.difference import scene_changes, title_changes
from daemon.screenplay.model import Screenplay
from tests.daemon.screenplay.scripts import action, scene, screenplays, script

ONE, TWO, THREE = scene(1, action("Rain.")), scene(2, action("Steam.")), scene(3, action("Dawn."))


def test_what_is_the_same_is_not_in_it() -> None:
    assert scene_changes(script(ONE, TWO), script(ONE, TWO)) == ()


def test_a_changed_line_is_the_old_and_the_new_one() -> None:
    (change,) = scene_changes(script(ONE, TWO), script(ONE, scene(2, action("Smoke."), number="2")))
    assert (change.id, change.number, change.change) == ("scene-S2", "2", "changed")
    assert [(one.change, one.kind, one.text) for one in change.elements] == [("removed", "action", "Steam."), ("added", "action", "Smoke.")]


def test_scenes_that_came_went_and_moved() -> None:
    changes = scene_changes(script(ONE, TWO, THREE), script(THREE, ONE, scene(4, action("End."))))
    assert [(one.id, one.change) for one in changes] == [("scene-S3", "moved"), ("scene-S2", "removed"), ("scene-S4", "added")]
    assert [one.text for one in changes[-1].elements] == ["INT. TRAIN - NIGHT", "End."]


def test_the_title_page() -> None:
    (removed, added) = title_changes(script(title="One").title_page, script(title="Two").title_page)
    assert ((removed.change, removed.text), (added.change, added.text)) == (("removed", "One"), ("added", "Two"))


@given(screenplays(), screenplays())
def test_every_scene_that_differs_is_in_it_once(old: Screenplay, new: Screenplay) -> None:
    changes = scene_changes(old, new)
    before, after = ({one.id: one.elements for one in each.scenes} for each in (old, new))
    differ = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    assert sorted(one.id for one in changes) == sorted(differ)
