import os
import shutil
from pathlib import Path

import pytest

from daemon.contract.states import Stage
from daemon.upkeep.retention import trim
from daemon.worker.artefacts import DAY, Artefacts, Kept


@pytest.fixture
def artefacts(tmp_path: Path) -> Artefacts:
    return Artefacts(tmp_path)


def made(artefacts: Artefacts, text: str) -> Path:
    folder = artefacts.begin()
    (folder / "result.json").write_text(text)
    return folder


def test_a_result_takes_its_name_only_when_it_is_whole(artefacts: Artefacts) -> None:
    folder = made(artefacts, "one")
    assert not artefacts.has(Stage.PROBE, "k")
    kept = artefacts.keep(folder, Stage.PROBE, "k")
    assert artefacts.has(Stage.PROBE, "k")
    assert (kept / "result.json").read_text() == "one"
    assert not folder.exists()


def test_the_first_of_two_equal_results_stands(artefacts: Artefacts) -> None:
    artefacts.keep(made(artefacts, "one"), Stage.PROBE, "k")
    kept = artefacts.keep(made(artefacts, "two"), Stage.PROBE, "k")
    assert (kept / "result.json").read_text() == "one"


def test_what_acts_on_the_world_is_replaced(artefacts: Artefacts) -> None:
    artefacts.keep(made(artefacts, "one"), Stage.PUBLISH, "k")
    kept = artefacts.keep(made(artefacts, "two"), Stage.PUBLISH, "k", instead=True)
    assert (kept / "result.json").read_text() == "two"


def test_a_crash_leaves_nothing_half_made(artefacts: Artefacts) -> None:
    made(artefacts, "half")
    artefacts.clear_making()
    assert not list(artefacts.root.glob("making/*"))


def test_a_result_that_goes_loses_its_name_first(artefacts: Artefacts, monkeypatch: pytest.MonkeyPatch) -> None:
    removed, replaced = (artefacts.keep(made(artefacts, key), Stage.PUBLISH, key) for key in ("removed", "replaced"))
    again = made(artefacts, "again")
    with monkeypatch.context() as cut_short:
        cut_short.setattr(shutil, "rmtree", lambda *_, **__: None)
        artefacts.remove(Kept(removed, 0, 0))
        artefacts.keep(again, Stage.PUBLISH, "replaced", instead=True)
    assert not artefacts.has(Stage.PUBLISH, "removed")
    assert (replaced / "result.json").read_text() == "again"
    artefacts.clear_making()
    assert not list(artefacts.root.glob("making/*"))


def test_what_a_stage_left_half_written_in_the_cache_goes_with_its_process(artefacts: Artefacts) -> None:
    artefacts.begin()
    for process in ("1", "999999999"):
        (artefacts.cache / f"heard.{process}.part").touch()
    artefacts.clear_making()
    assert [file.name for file in artefacts.cache.iterdir()] == ["heard.1.part"]


def test_trimming_takes_what_nothing_used(artefacts: Artefacts) -> None:
    old = artefacts.keep(made(artefacts, "old"), Stage.PROBE, "old")
    artefacts.keep(made(artefacts, "new"), Stage.PROBE, "new")
    chunk = artefacts.cache / "chunk.json"
    chunk.write_text("{}")
    now = (artefacts.root / Stage.PROBE / "new").stat().st_mtime
    for path in (old, chunk):
        os.utime(path, (now - 91 * DAY, now - 91 * DAY))
    assert trim(artefacts, now, 90, None) == 2
    assert artefacts.has(Stage.PROBE, "new")
    assert not artefacts.has(Stage.PROBE, "old")


def test_using_a_result_keeps_it(artefacts: Artefacts) -> None:
    old = artefacts.keep(made(artefacts, "old"), Stage.PROBE, "old")
    now = old.stat().st_mtime
    os.utime(old, (now - 91 * DAY, now - 91 * DAY))
    assert artefacts.has(Stage.PROBE, "old")
    assert trim(artefacts, now, 90, None) == 0
