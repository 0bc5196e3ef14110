"""Letting folders into the hardened service: what is written, and what systemd is asked to do."""

import json
import re
import sys
from pathlib import Path

import pytest

from config.load import load
from tui.failures import Failed
from tui.service import Service, _quoted, _unquoted

RECORDS = "import json, sys; open(sys.argv[1], 'a').write(json.dumps(sys.argv[2:]) + chr(10)); print('ActiveState=active')"


class Machine:
    """A machine whose files lie in a folder, and whose systemctl notes what it is asked."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.asked = root / "asked"
        self.service = Service("anna", root, [sys.executable, "-c", RECORDS, str(self.asked)])
        self.drop_in = root / "etc/systemd/system/reelscribe@anna.service.d/inboxes.conf"
        self.config = root / "etc/reelscribe/anna.yaml"

    def folder(self, name: str) -> Path:
        folder = self.root / "home" / "anna" / name
        folder.mkdir(parents=True)
        return folder

    def watched(self) -> list[Path]:
        return [inbox.path for inbox in load(self.config, {}).inboxes]

    def verbs(self) -> list[str]:
        return [json.loads(line)[0] for line in self.asked.read_text().splitlines()]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_an_inbox_is_let_in_and_watched_and_the_service_restarted(machine: Machine) -> None:
    films, rushes = machine.folder("Films"), machine.folder("100% Rushes")
    machine.service.add(films)
    machine.service.add(rushes)
    machine.service.add(films)
    assert machine.service.inboxes() == [films, rushes]
    assert set(machine.watched()) == {films, rushes}
    text = machine.drop_in.read_text()
    assert f'BindPaths="-{films}"\nNoExecPaths="-{films}"' in text
    assert "100%% Rushes" in text
    assert machine.verbs() == ["daemon-reload", "try-restart"] * 3


def test_what_a_person_wrote_in_the_configuration_stays(machine: Machine) -> None:
    films, old = machine.folder("Films"), machine.folder("Old")
    machine.config.parent.mkdir(parents=True)
    machine.config.write_text(f"# mine\ninboxes: {old}   # for years\nsettle: 7\n")
    machine.config.chmod(0o640)
    machine.service.add(films)
    assert machine.watched() == [old, films]
    assert load(machine.config, {}).settle == 7
    assert "# mine" in machine.config.read_text()
    assert machine.config.stat().st_mode & 0o777 == 0o640


def test_an_inbox_that_goes_is_neither_seen_nor_watched_and_keeps_its_films(machine: Machine) -> None:
    films, rushes = machine.folder("Films"), machine.folder("Rushes")
    (films / "a.mp4").touch()
    for folder in (films, rushes):
        machine.service.add(folder)
    machine.service.remove(films)
    assert machine.service.inboxes() == machine.watched() == [rushes]
    assert (films / "a.mp4").exists()
    with pytest.raises(Failed, match="no inbox"):
        machine.service.remove(films)


@pytest.mark.parametrize("name", ["nowhere", "Films/inside"])
def test_what_can_be_no_inbox_is_refused_and_nothing_is_written(machine: Machine, name: str) -> None:
    machine.service.add(machine.folder("Films"))
    before = machine.drop_in.read_text()
    if "/" in name:
        machine.folder(name)
    with pytest.raises(Failed):
        machine.service.add(machine.root / "home/anna" / name)
    assert machine.drop_in.read_text() == before


def test_a_link_is_let_in_as_what_it_leads_to(machine: Machine) -> None:
    films = machine.folder("Films")
    (films.parent / "link").symlink_to(films)
    machine.service.add(films.parent / "link")
    assert machine.service.inboxes() == [films]


@pytest.mark.parametrize("name", ["a b", 'a"b', "a:b", "a\\b", "100%", "ü"])
def test_any_name_comes_back_from_the_drop_in(name: str) -> None:
    quoted = _quoted(Path("/films") / name)
    assert _unquoted(quoted) == f"/films/{name}"
    assert not re.search(r'(?<!\\)"', quoted)


def test_its_state_is_what_systemd_says(machine: Machine) -> None:
    assert machine.service.state() == {"ActiveState": "active"}
