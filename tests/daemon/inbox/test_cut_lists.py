"""Cut lists of other programs count as choices: a change of theirs is a change of the film's stamp."""

import os
from pathlib import Path

from config.settings import Watch
from daemon.inbox.admit import Rules, is_override, refusal
from daemon.inbox.scan import Part, films, overrides_of
from tests.daemon.inbox.conftest import film

RULES = Rules.of(Watch().extensions)


def stamp(path: Path) -> str:
    """By a scan, which is the same as when the worker asks."""
    raw = os.fsencode(path)
    part = Part(os.fsencode(path.parent), os.fsencode(path.parent), RULES)
    (scanned,) = (one.overrides for one in films(part) if one.path == raw)
    assert overrides_of(raw, part) == scanned
    return scanned


def test_a_cut_list_beside_a_film_is_in_its_stamp(inbox: Path) -> None:
    path = film(inbox / "a.mp4")
    film(inbox / "b.mp4")
    (inbox / "a.edl").write_text("1 2 0\n")
    first = stamp(inbox / "a.mp4")
    assert first
    assert stamp(inbox / "b.mp4") == ""
    (inbox / "a.edl").write_text("1 20 0\n")
    second = stamp(inbox / "a.mp4")
    (inbox / "a.txt").write_text("FILE PROCESSING COMPLETE\n---\n1 50\n")
    third = stamp(inbox / "a.mp4")
    assert len({first, second, third}) == 3
    (inbox / "a.edl").unlink()
    (inbox / "a.txt").unlink()
    assert stamp(inbox / "a.mp4") == ""
    assert path


def test_what_is_no_cut_list_changes_nothing(inbox: Path) -> None:
    film(inbox / "a.mp4")
    (inbox / "a.txt").write_text("my notes: 1 2 0\n")
    (inbox / "a.edl").write_text("TITLE: A\n001 AX V C 00:00:00:00 00:00:01:00 00:00:00:00 00:00:01:00\n")
    assert stamp(inbox / "a.mp4") == ""


def test_a_cut_list_is_hinted_at_and_is_no_film() -> None:
    assert is_override(b"a.edl")
    assert is_override(b"a.txt")
    assert refusal(b"a.txt", RULES) == "does not have the extension of a film (see watch.extensions)"
