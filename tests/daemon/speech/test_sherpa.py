"""sherpa-onnx is used where it is ready, and what is missing is said."""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from daemon.contract.errors import CannotGoOn, TryAgain
from daemon.speech import download, sherpa, speakers
from tests.daemon.speech import hub
from tests.daemon.speech.hub import Hub

SILENCE = np.zeros(16_000, np.int16)
KNOWN = {"model.onnx": b"segments", "wespeaker_en_voxceleb_resnet34_LM.onnx": b"voices"}


def nobody(_done: float, _total: float) -> None:
    return


@pytest.fixture(name="models")
def _models(tmp_path: Path) -> Path:
    (tmp_path / speakers.NAME).mkdir()
    for name in speakers.FILES:
        (tmp_path / speakers.NAME / name).write_bytes(b"no model")
    return tmp_path


def test_without_its_models_the_command_that_fetches_them_is_named(tmp_path: Path) -> None:
    pytest.importorskip("sherpa_onnx")
    with pytest.raises(CannotGoOn, match=r"not here: segmentation\.onnx, embedding\.onnx") as missing:
        sherpa.turns(SILENCE, tmp_path, None, nobody)
    assert "`reelscribe models pull speakers`" in missing.value.advice


def test_models_that_are_none_are_said(models: Path) -> None:
    pytest.importorskip("sherpa_onnx")
    with pytest.raises(CannotGoOn, match="cannot be loaded"):
        sherpa.turns(SILENCE, models, 2, nobody)


def test_without_the_library_its_extra_is_named(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sherpa_onnx", None)
    with pytest.raises(CannotGoOn, match="not installed") as missing:
        sherpa.turns(SILENCE, models, None, nobody)
    assert "reelscribe[speakers]" in missing.value.advice


def test_auto_is_sherpa_where_everything_is_there(models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speakers, "find_spec", lambda _name: object())
    assert speakers.chosen("auto", models) == "sherpa"
    assert speakers.chosen("auto", tmp_path / "empty") == "builtin"
    monkeypatch.setattr(speakers, "find_spec", lambda _name: None)
    assert speakers.chosen("auto", models) == "builtin"
    assert speakers.chosen("off", models) == "off"


@pytest.fixture(name="served")
def _served(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    with hub.serving(dict(KNOWN)) as served:
        monkeypatch.setenv("HF_ENDPOINT", served.address)
        yield served


def test_the_models_are_fetched_and_refused_where_they_are_not_the_known_ones(served: Hub, tmp_path: Path) -> None:
    with pytest.raises(TryAgain, match="arrived damaged"):
        download.pull_speakers(tmp_path, nobody)
    assert not speakers.installed(tmp_path)
    assert served.asked[0][0] == "/csukuangfj/sherpa-onnx-pyannote-segmentation-3-0/resolve/main/model.onnx"


def test_known_models_are_kept_under_our_names(served: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from hashlib import sha256

    contents = dict(zip(speakers.FILES, KNOWN.values(), strict=True))
    known = {name: file._replace(digest=sha256(contents[name]).hexdigest()) for name, file in speakers.FILES.items()}
    monkeypatch.setattr(speakers, "FILES", known)
    folder = download.pull_speakers(tmp_path, nobody)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == contents
    assert speakers.installed(tmp_path)
    asked = len(served.asked)
    download.pull_speakers(tmp_path, nobody)
    assert len(served.asked) == asked
