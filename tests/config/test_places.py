"""Where things lie, under systemd and without it."""

from pathlib import Path

import pytest

from config import places
from config.settings import Settings

SYSTEMD = {
    "USER": "ann",
    "HOME": "/home/ann",
    "STATE_DIRECTORY": "/var/lib/reelscribe-ann",
    "CACHE_DIRECTORY": "/var/cache/reelscribe-ann:/var/cache/other",
    "RUNTIME_DIRECTORY": "/run/reelscribe-ann",
}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """platformdirs looks at the process's own environment."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for variable in ("XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(variable, raising=False)
    return tmp_path


def test_under_systemd_its_directories_are_taken() -> None:
    found = places.find(Settings(), SYSTEMD)
    assert found.state == Path("/var/lib/reelscribe-ann")
    assert found.models == Path("/var/cache/reelscribe-ann/models")
    assert found.socket == Path("/run/reelscribe-ann/reelscribe.sock")


def test_without_systemd_the_persons_own_directories_are_taken(home: Path) -> None:
    found = places.find(Settings(), {"XDG_RUNTIME_DIR": "/run/user/7"})
    assert found.state == home / ".local/state/reelscribe"
    assert found.models == home / ".cache/reelscribe/models"
    assert found.socket == Path("/run/user/7/reelscribe.sock")


def test_a_person_finds_the_speech_models_of_their_service(home: Path, tmp_path: Path) -> None:
    (tmp_path / "reelscribe-ann").mkdir()
    assert places.cache_dir({"USER": "ann"}, tmp_path) == tmp_path / "reelscribe-ann"
    assert places.cache_dir({"USER": "bob"}, tmp_path) == home / ".cache/reelscribe"
    assert places.cache_dir({}, tmp_path) == home / ".cache/reelscribe"


def test_without_any_runtime_directory_the_socket_lies_where_nobody_else_can_write(home: Path) -> None:
    assert places.socket(Settings(), {}) == home / ".local/state/reelscribe/reelscribe.sock"


def test_the_configuration_goes_before_systemd() -> None:
    settings = Settings(state_dir=Path("/films/state"), socket=Path("/films/here.sock"))
    found = places.find(settings, SYSTEMD)
    assert (found.state, found.socket) == (Path("/films/state"), Path("/films/here.sock"))


def test_a_client_looks_for_the_service_then_for_the_persons_own() -> None:
    environ = {"USER": "ann", "XDG_RUNTIME_DIR": "/run/user/7"}
    assert places.sockets(Settings(), environ) == (Path("/run/reelscribe-ann/reelscribe.sock"), Path("/run/user/7/reelscribe.sock"))


def test_a_socket_named_by_hand_or_in_the_configuration_is_the_only_one() -> None:
    settings = Settings(socket=Path("/films/here.sock"))
    assert places.sockets(settings, SYSTEMD) == (Path("/films/here.sock"),)
    assert places.sockets(settings, SYSTEMD, Path("/by/hand.sock")) == (Path("/by/hand.sock"),)


def test_the_client_of_a_daemon_without_systemd_looks_where_that_daemon_makes_its_socket(home: Path) -> None:
    for environ in ({}, {"XDG_RUNTIME_DIR": "/run/user/7"}):
        assert places.socket(Settings(), environ) in places.sockets(Settings(), environ)


def test_configuration_files_are_looked_for_in_order() -> None:
    assert places.config_files({"USER": "ann", "HOME": "/home/ann"}) == (
        Path("/etc/reelscribe/config.yaml"),
        Path("/etc/reelscribe/ann.yaml"),
        Path("/home/ann/.config/reelscribe/config.yaml"),
    )
    assert places.config_files({"XDG_CONFIG_HOME": "/c", "LOGNAME": "bob"})[1:] == (
        Path("/etc/reelscribe/bob.yaml"),
        Path("/c/reelscribe/config.yaml"),
    )


@pytest.mark.parametrize("user", ["../../tmp/x", "..", "", "/etc/passwd"])
def test_a_name_that_is_no_name_leads_nowhere(user: str) -> None:
    assert places.config_files({"USER": user}) == (Path("/etc/reelscribe/config.yaml"),)
    assert places.sockets(Settings(), {"USER": user, "XDG_RUNTIME_DIR": "/r"}) == (Path("/r/reelscribe.sock"),)


def test_relative_directories_are_not_taken(home: Path) -> None:
    environ = {"STATE_DIRECTORY": "state", "RUNTIME_DIRECTORY": "run", "XDG_CONFIG_HOME": "config", "HOME": "home"}
    assert places.state_dir(Settings(), environ) == home / ".local/state/reelscribe"
    assert places.config_files(environ) == (Path("/etc/reelscribe/config.yaml"),)
    assert places.home(environ) is None


def test_the_mirrors_repeat_the_folders() -> None:
    assert places.mirrored_overrides(Path("/films/in/new"), Path("/state")) == Path("/state/overrides/films/in/new")
    assert places.mirrored_output(Path("/films/in/new"), Path("/films/in"), Path("/out")) == Path("/out/new")
    assert places.mirrored_output(Path("/elsewhere"), Path("/films/in"), Path("/out")) == Path("/out")
