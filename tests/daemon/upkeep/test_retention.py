"""What is deleted when: as the documentation says, and nothing else."""

import os
from pathlib import Path

import pytest

from config.settings import Settings
from daemon.contract.states import Stage
from daemon.upkeep.retention import RULES, table, trim
from daemon.worker.artefacts import DAY, Artefacts

OPERATIONS = Path(__file__).parents[3] / "docs" / "operations.md"
NOW = 2_000_000_000.0
KIB = 1024


@pytest.fixture
def kept(tmp_path: Path) -> Artefacts:
    """Two films' analyses with their sounds, a transcript, a chunk; a version and a published script beside them."""
    artefacts = Artefacts(tmp_path / "state" / "artefacts")
    for age, film in ((9, "old"), (3, "new")):
        lay(artefacts.folder(Stage.ANALYSE, film) / "audio.s16", 50 * KIB)
        lay(artefacts.folder(Stage.ANALYSE, film) / "result.json", 10 * KIB, age)
    lay(artefacts.folder(Stage.TRANSCRIBE, "old") / "result.json", 10 * KIB, 8)
    lay(artefacts.cache / "chunks" / "one.json", 10 * KIB, 20)
    lay(artefacts.root.parent / "versions" / "text", 10 * KIB, 900)
    lay(artefacts.root.parent / "scripts" / "film.fountain", 10 * KIB, 900)
    return artefacts


def lay(file: Path, size: int, days: float = 0) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(bytes(size))
    for path in (file, file.parent):
        os.utime(path, (NOW - days * DAY, NOW - days * DAY))


def there(artefacts: Artefacts) -> set[str]:
    state = artefacts.root.parent
    return {str(path.relative_to(state)) for path in state.rglob("*") if path.is_file() and path.stat().st_size}


SOUNDS = ("artefacts/analyse/old/audio.s16", "artefacts/analyse/new/audio.s16")
OLD, NEW = "artefacts/analyse/old/result.json", "artefacts/analyse/new/result.json"
HEARD, CHUNK = "artefacts/transcribe/old/result.json", "artefacts/cache/chunks/one.json"
SACRED = {"versions/text", "scripts/film.fountain"}


@pytest.mark.parametrize(
    ("largest", "left"),
    [
        (None, {*SOUNDS, OLD, NEW, HEARD, CHUNK}),
        (160 * KIB, {*SOUNDS, OLD, NEW, HEARD, CHUNK}),
        (120 * KIB, {SOUNDS[1], OLD, NEW, HEARD, CHUNK}),  # kept sound first, the oldest
        (60 * KIB, {OLD, NEW, HEARD, CHUNK}),
        (50 * KIB, {NEW, HEARD, CHUNK}),  # then results
        (30 * KIB, {CHUNK}),
        (1, set[str]()),  # never a version, nor a script
    ],
)
def test_a_state_directory_that_is_too_large_loses_results_in_the_order_of_the_table(
    kept: Artefacts, largest: int | None, left: set[str]
) -> None:
    trim(kept, NOW, 90, largest)
    assert there(kept) == left | SACRED


def test_what_was_used_within_a_day_stays(kept: Artefacts) -> None:
    os.utime(kept.folder(Stage.ANALYSE, "old"), (NOW - 3600, NOW - 3600))
    trim(kept, NOW, 90, 1)
    assert there(kept) == {SOUNDS[0], OLD} | SACRED


def test_what_nothing_used_for_so_many_days_goes(kept: Artefacts) -> None:
    assert trim(kept, NOW, 7, None) == 3
    assert there(kept) == {SOUNDS[1], NEW} | SACRED


def test_to_lose_its_sound_is_not_to_be_used(kept: Artefacts) -> None:
    trim(kept, NOW, 90, 60 * KIB)
    assert kept.has_lost_its_sound("old")
    assert kept.folder(Stage.ANALYSE, "old").stat().st_mtime == NOW - 9 * DAY


def test_the_documentation_has_this_very_table() -> None:
    part = OPERATIONS.read_text(encoding="utf-8").partition("## What is deleted when")[2].partition("\n## ")[0]
    rows = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in part.splitlines() if line.startswith("|")]
    assert rows[2:] == table()
    assert {rule.piece for rule in RULES} == {"sound", "result", "cache", None}


def test_every_setting_that_it_names_is_one() -> None:
    for name in (name for rule in RULES for name in rule.settings.split(", ") if name):
        section, key = name.split(".")
        assert key in type(getattr(Settings(), section)).model_fields
