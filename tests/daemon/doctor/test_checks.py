"""What the doctor says of each thing, well and ill."""

import asyncio
import os
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

from config.places import Places
from config.settings import Settings
from daemon.contract.doctor import Finding
from daemon.contract.status import Inbox
from daemon.demo import film
from daemon.doctor import inboxes, machine, models
from daemon.doctor.examine import Patient, examine, examined
from daemon.llm.choice import GIB, Choice
from daemon.llm.client import Ollama
from daemon.llm.machine import Memory
from daemon.llm.values import Answer, InstalledModel
from daemon.stages import confine
from daemon.worker.memory.admission import Room
from daemon.worker.memory.cgroups import Bound
from tests.fakes.ollama import FakeOllama

SPEECH_MODEL = Path(film.__file__).with_name("asr")
NOBODY = "http://127.0.0.1:9"
MODEL = Choice(model=InstalledModel(name="big", size=8 * GIB, digest="d"), num_ctx=8192, why="")


def patient(folder: Path, **settings: object) -> Patient:
    chosen = {"whisper": {"model": str(SPEECH_MODEL)}, "ollama": {"url": NOBODY}} | settings
    return Patient(Settings.model_validate(chosen), Places(folder / "state", folder / "models", folder / "s", {}))


def by_name(findings: tuple[Finding, ...]) -> dict[str, Finding]:
    return {finding.name: finding for finding in findings}


def test_a_machine_on_which_all_is_well(tmp_path: Path, ollama: FakeOllama) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    found = by_name(examine(patient(tmp_path, inboxes=str(inbox), ollama={"url": ollama.url})))
    assert [name for name, finding in found.items() if finding.verdict == "bad"] == []
    assert "llama3.1:8b" in found["writer"].found
    assert found["eyes"].verdict == "ok"
    assert "version" in found["ffmpeg"].found
    assert found[f"inbox {inbox}"].found == "can be read and written; watched by events"
    assert "1 folders" in found["inotify"].found
    assert "speed" not in found
    assert found["socket"].verdict == "warn"  # there is no daemon


def test_whatever_is_wrong_is_said_with_its_cure(tmp_path: Path) -> None:
    found = by_name(examine(patient(tmp_path, inboxes=str(tmp_path / "gone"), whisper={"model": "smal"}), speed=True))
    wrong = {name for name, finding in found.items() if finding.verdict == "bad"}
    assert wrong == {f"inbox {tmp_path / 'gone'}", "whisper", "ollama"}
    assert all(found[name].advice for name in wrong)
    assert "Did you mean small?" in found["whisper"].advice


def test_the_draft_writer_needs_no_ollama(tmp_path: Path) -> None:
    found = by_name(examine(patient(tmp_path, writer={"engine": "draft"})))
    assert "ollama" not in found
    assert found["inboxes"].verdict == "warn"


def test_speed_is_measured_with_the_options_of_the_work(tmp_path: Path, ollama: FakeOllama) -> None:
    found = by_name(examine(patient(tmp_path, ollama={"url": ollama.url, "num_ctx": 4096}), speed=True))
    assert "llama3.1:8b writes" in found["speed"].found
    with Ollama([ollama.url]) as client:
        assert [(model.name, model.context_length) for model in client.loaded()] == [("llama3.1:8b", 4096)]


def test_speed_is_not_measured_beside_a_film(tmp_path: Path, ollama: FakeOllama) -> None:
    busy = patient(tmp_path, ollama={"url": ollama.url})._replace(busy=True)
    assert "a film is being worked on" in by_name(examine(busy, speed=True))["speed"].found
    with Ollama([ollama.url]) as client:
        assert client.loaded() == ()


def test_a_slow_model_is_told_of_a_faster_one() -> None:
    answer = Answer(model="big", content="x", done_reason="length", answer_tokens=30, answer_seconds=20.0)
    slow = models.rated(MODEL, answer)
    assert (slow.verdict, slow.found) == ("warn", "big writes 1.5 tokens a second (9.8 GiB)")
    assert "ollama pull llama3.2:3b" in slow.advice
    assert models.rated(MODEL, answer.model_copy(update={"answer_seconds": 2.0})).verdict == "ok"


def test_a_look_that_fails_is_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("daemon.doctor.machine.box", lambda: 1 / 0)
    found = by_name(examine(patient(tmp_path, writer={"engine": "draft"})))
    assert (found["box"].verdict, found["box"].found) == ("warn", "could not be looked at: ZeroDivisionError: division by zero")


@pytest.mark.parametrize(
    ("limit", "own", "free", "writes", "verdict"),
    [(20, None, 20, 10, "ok"), (20, None, 5, 10, "warn"), (8, None, 20, 10, "bad"), (40, None, 20, 10, "warn"), (20, 2, 20, 10, "bad")],
)
def test_memory_against_the_models_chosen(limit: int, own: int | None, free: int, writes: int, verdict: str) -> None:
    room = Room(limit=limit * GIB, own=Bound(own * GIB, own * GIB) if own else None)
    found = machine.memory(room, Memory(24 * GIB, free * GIB), 3 * GIB, {"big": writes * GIB})
    assert found.verdict == verdict
    assert "the speech model about 3.0 GiB, big about 10.0 GiB" in found.found


def test_a_full_disk_and_a_folder_that_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert machine.state(tmp_path / "not" / "made" / "yet").verdict == "ok"
    for left, verdict in ((5 * GIB, "warn"), (GIB // 2, "bad")):
        monkeypatch.setattr("daemon.doctor.machine.shutil.disk_usage", lambda _, left=left: SimpleNamespace(free=left))
        assert machine.state(tmp_path).verdict == verdict
    monkeypatch.setattr("daemon.doctor.machine.os.access", lambda *_: False)
    assert "cannot be written" in machine.state(tmp_path).found


def test_the_clock(tmp_path: Path) -> None:
    now = 1_800_000_000.0
    assert machine.clock(now, now - 5, tmp_path / "none").verdict == "ok"
    assert machine.clock(now, now + 2 * machine.DAY, tmp_path / "none").verdict == "bad"
    assert machine.clock(0.0, None, tmp_path / "none").verdict == "bad"
    assert machine.clock(now, None, tmp_path).verdict == "warn"
    (tmp_path / "synchronized").touch()
    assert machine.clock(now, None, tmp_path).verdict == "ok"


def test_an_inbox_as_the_daemon_has_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    polled = Inbox(path="x", path_bytes=tmp_path, watched="polling", note="The kernel tells nothing of this folder.")
    assert inboxes.inbox(tmp_path, polled, Settings()).verdict == "warn"
    missing = Inbox(path="x", path_bytes=tmp_path, watched="missing", note="its disk may not be there")
    assert inboxes.inbox(tmp_path, missing, Settings()).found == "its disk may not be there"
    assert "polling" in inboxes.inbox(tmp_path, None, Settings.model_validate({"watch": {"polling": True}})).found
    monkeypatch.setattr("daemon.doctor.inboxes.os.access", lambda _, mode: not mode & os.W_OK)
    assert "not written" in inboxes.inbox(tmp_path, None, Settings()).found
    assert inboxes.inbox(tmp_path, None, Settings(output=tmp_path)).verdict == "ok"


@pytest.mark.parametrize(("most", "instances", "verdict"), [(100, 10, "ok"), (5, 10, "warn"), (3, 10, "bad"), (100, 1, "bad")])
def test_the_kernels_limits_on_watching(tmp_path: Path, most: int, instances: int, verdict: str) -> None:
    limits, inbox = tmp_path / "limits", tmp_path / "inbox"
    limits.mkdir()
    for folder in ("a/b", "c"):
        (inbox / folder).mkdir(parents=True)
    (limits / "max_user_watches").write_text(f"{most}\n")
    (limits / "max_user_instances").write_text(f"{instances}\n")
    found = inboxes.watches((inbox,), limits)
    assert found.found.startswith("4 folders")
    assert found.verdict == verdict
    assert inboxes.watches((inbox,), tmp_path).verdict == "ok"  # they may be hidden


def test_a_speech_model_that_cannot_be_fetched(tmp_path: Path) -> None:
    network = tmp_path / "dev"
    network.write_text("Inter-| Receive\n face |bytes\n    lo: 1 2\n")
    assert models.whisper(Settings(), tmp_path, network).verdict == "bad"
    network.write_text("Inter-| Receive\n face |bytes\n    lo: 1 2\n  eth0: 3 4\n")
    found = models.whisper(Settings(), tmp_path, network)
    assert (found.verdict, found.advice) == ("warn", "reelscribe models pull small")


def test_a_kernel_without_a_box(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confine, "landlock", lambda: 0)
    assert (machine.box().verdict, "Landlock is not there" in machine.box().found) == ("warn", True)


def test_a_socket_for_everybody_is_bad(tmp_path: Path) -> None:
    served = patient(tmp_path)._replace(inboxes=())
    served.places.socket.touch(mode=0o600)
    for mode, verdict in ((0o660, "ok"), (0o666, "bad")):
        served.places.socket.chmod(mode)
        assert by_name(examine(served))["socket"].verdict == verdict


async def test_a_loop_that_ends_does_not_wait_for_a_look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looking, enough = threading.Event(), threading.Event()

    def slow() -> Finding:
        looking.set()
        enough.wait(30)
        return Finding(name="box", verdict="ok", found="")

    monkeypatch.setattr("daemon.doctor.machine.box", slow)
    asked = asyncio.create_task(examined(patient(tmp_path, writer={"engine": "draft"})))
    assert await asyncio.to_thread(looking.wait, 20)
    (thread,) = [each for each in threading.enumerate() if each.name == "doctor"]
    assert thread.daemon
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    enough.set()
    await asyncio.to_thread(thread.join, 20)
    assert not thread.is_alive()
