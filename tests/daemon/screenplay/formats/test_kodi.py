"""Kodi's list of what is left out, and that our own never counts as somebody's choice."""

import os
from pathlib import Path

from config import cutlists
from daemon.inbox.scan import Part, overrides_of
from daemon.screenplay.edition import Edition
from daemon.screenplay.formats import mark
from daemon.screenplay.formats.kodi import kodi
from daemon.screenplay.formats.listed import FORMATS
from tests.daemon.inbox.test_cut_lists import RULES
from tests.daemon.screenplay.editions import SKIPPED, edition, night_train_script


def film(plan: bool = True) -> Edition:
    return edition(night_train_script(), plan=SKIPPED if plan else None)


def published(folder: Path, made: Edition) -> Path:
    """As the publish stage writes it."""
    path = folder / "night_train.edl"
    path.write_bytes(mark.marked(FORMATS["edl"].write(made), 1, FORMATS["edl"].mark))
    return path


def test_a_skip_is_a_commercial_break() -> None:
    assert kodi(film()) == b"31.000\t36.000\t3\n"
    assert [(cut.start, cut.end, cut.note) for cut in cutlists.parsed("a.edl", kodi(film()))] == [(31, 36, "Kodi: commercial break")]


def test_every_line_is_one_that_kodi_reads_or_passes_over(tmp_path: Path) -> None:
    """``EdlFileParser``: two or three fields, of which the third is a number, or ``##`` at the beginning."""
    for made in (film(), film(plan=False)):
        for line in published(tmp_path, made).read_text().splitlines():
            fields = line.split()
            assert not fields or fields[0].startswith("##") or (len(fields) == 3 and fields[2] == "3")


def test_what_was_published_changes_no_later_plan(tmp_path: Path) -> None:
    video = tmp_path / "night_train.mp4"
    video.write_bytes(b"film")
    part = Part(os.fsencode(tmp_path), os.fsencode(tmp_path), RULES)
    for made in (film(), film(plan=False)):
        path = published(tmp_path, made)
        assert cutlists.read(video) == ()
        assert overrides_of(os.fsencode(video), part) == ""
        path.write_bytes(b"1 2 3\n" + path.read_bytes())
        assert len(cutlists.read(video)) == 1 + len(made.plan.skips)  # a person's now
        assert overrides_of(os.fsencode(video), part)
