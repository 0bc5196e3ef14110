"""Fetching a speech model from a hub, and what is said when that fails."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from daemon.contract.errors import CannotGoOn, MustWait, TryAgain
from daemon.contract.states import HoldCause
from daemon.speech import download, models
from tests.daemon.speech import hub
from tests.daemon.speech.hub import Hub

MODEL = {"config.json": b"{}", "tokenizer.json": b"{}", "vocabulary.txt": b"a", "model.bin": bytes(range(256)) * 8000}


@pytest.fixture(name="served")
def _served(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    with hub.serving(dict(MODEL)) as served:
        monkeypatch.setenv("HF_ENDPOINT", served.address)
        yield served


def nobody_listens(_done: int, _total: int) -> None:
    return


def test_a_size_is_fetched_whole_and_then_installed(served: Hub, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    assert models.installed(tmp_path) == ()
    folder = download.pull("small", tmp_path, lambda done, total: told.append((done, total)))
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == MODEL
    assert told[-1] == (len(MODEL["model.bin"]), len(MODEL["model.bin"]))
    assert models.installed(tmp_path) == ("small",)
    assert models.find("small", tmp_path) == folder
    assert served.asked[0][0] == "/Systran/faster-whisper-small/resolve/main/config.json"


def test_what_is_there_is_not_fetched_again(served: Hub, tmp_path: Path) -> None:
    download.pull("tiny", tmp_path, nobody_listens)
    asked = len(served.asked)
    download.pull("tiny", tmp_path, nobody_listens)
    assert len(served.asked) == asked


def test_a_download_that_broke_off_is_taken_up_where_it_ended(served: Hub, tmp_path: Path) -> None:
    served.cut = 300_000
    with pytest.raises(TryAgain, match="broke off") as broken:
        download.pull("small", tmp_path, nobody_listens)
    assert "reelscribe models pull small" in broken.value.advice
    assert models.installed(tmp_path) == ()
    served.cut = None
    folder = download.pull("small", tmp_path, nobody_listens)
    assert (folder / "model.bin").read_bytes() == MODEL["model.bin"]
    assert ("/store/model.bin", "bytes=300000-") in served.asked


def test_a_damaged_file_is_thrown_away(served: Hub, tmp_path: Path) -> None:
    served.digest = "0" * 64
    with pytest.raises(TryAgain, match=r"model\.bin of the speech model arrived damaged"):
        download.pull("small", tmp_path, nobody_listens)
    served.digest = None
    assert models.is_model(download.pull("small", tmp_path, nobody_listens))


def test_all_bytes_there_but_unchecked_is_taken_up(served: Hub, tmp_path: Path) -> None:
    arriving = tmp_path / ".small.part"
    arriving.mkdir()
    (arriving / "model.bin.part").write_bytes(MODEL["model.bin"])
    assert (download.pull("small", tmp_path, nobody_listens) / "model.bin").read_bytes() == MODEL["model.bin"]
    assert served.asked[-1] == ("/store/model.bin", f"bytes={len(MODEL['model.bin'])}-")


@pytest.mark.parametrize(("code", "error"), [(500, TryAgain), (503, TryAgain), (429, TryAgain), (403, CannotGoOn), (404, CannotGoOn)])
def test_what_the_hub_refuses_is_said(served: Hub, tmp_path: Path, code: int, error: type[Exception]) -> None:
    served.broken = code
    with pytest.raises(error, match=f"the server answered {code}"):
        download.pull("medium", tmp_path, nobody_listens)


def test_without_a_network_the_job_waits_and_the_advice_names_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{closed.getsockname()[1]}")
    with pytest.raises(MustWait, match="there is no network") as waits:
        download.pull("small", tmp_path, nobody_listens)
    assert waits.value.cause is HoldCause.MODEL
    assert waits.value.advice == "`reelscribe models pull small` fetches it (484 MB) where there is a network."


def test_a_size_nobody_knows_is_refused_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(CannotGoOn) as refused:
        download.pull("smal", tmp_path, nobody_listens)
    assert refused.value.advice.startswith("Did you mean small? Sizes: tiny,")


def test_a_folder_is_a_model_where_it_holds_one(tmp_path: Path) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    with pytest.raises(CannotGoOn, match="neither a size nor a folder"):
        models.find(str(folder), tmp_path)
    for name, content in MODEL.items():
        (folder / name).write_bytes(content)
    assert models.find(str(folder), tmp_path) == folder


def test_a_size_that_is_not_there_is_found_nowhere(tmp_path: Path) -> None:
    assert models.find("small", tmp_path) is None


@pytest.mark.parametrize(("size", "said"), [("tiny", "76 MB"), ("small", "484 MB"), ("large-v3", "3.1 GB")])
def test_how_large_a_download_is(size: str, said: str) -> None:
    assert models.weight(size) == said
