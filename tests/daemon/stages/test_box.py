"""The box, in real processes: what a decoder must not do fails inside, and what it needs works."""

import ctypes
import json
import os
import platform
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from daemon import demo
from daemon.contract.evidence import Analysis, Shot
from daemon.contract.states import Stage
from daemon.contract.task import Request
from daemon.contract.values import packed
from daemon.demo import sound
from daemon.stages import confine
from tests.daemon.speech import hub

MODEL = Path(demo.__file__).parent / "asr"
PRELUDE = """
import json, os, socket, sys
from pathlib import Path
from daemon.contract.task import Request
from daemon.stages import box
request = Request.model_validate_json(sys.stdin.readline())
inside = box.enter(request)

def tried(act):
    try:
        act()
    except Exception as error:
        return type(error).__name__
    return "done"
"""

LANDLOCK = ctypes.CDLL(None).syscall(ctypes.c_long(444), None, ctypes.c_long(0), ctypes.c_long(1))  # the kernel's ABI
needs_landlock = pytest.mark.skipif(LANDLOCK < 1, reason="no Landlock in this kernel")
needs_filter = pytest.mark.skipif(platform.machine() not in confine._CALLS, reason="no filter for this architecture")


def request(folder: Path, stage: Stage = Stage.ANALYSE, **more: Any) -> Request:
    (folder / "out").mkdir(exist_ok=True)
    (folder / "cache").mkdir(exist_ok=True)
    given: dict[str, Any] = {"source": folder / "film.mp4", "inputs": {}, "settings": {}, "facts": {}}
    return Request(stage=stage, out=folder / "out", cache=folder / "cache", **given | more)


def inside(asked: Request, code: str, prelude: str = PRELUDE) -> Any:
    """What ``code`` prints in the box, as JSON."""
    done = subprocess.run(
        [sys.executable, "-c", prelude + code], input=asked.model_dump_json() + "\n", capture_output=True, text=True,
        timeout=60, check=False, start_new_session=True, env={**os.environ, "TMPDIR": str(asked.out)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@needs_landlock
@needs_filter
def test_it_says_which_parts_are_in_force(tmp_path: Path) -> None:
    found = inside(request(tmp_path), "print(inside.model_dump_json())")
    assert found["landlock"] >= 1
    assert found["calls"] is True
    assert found["network"] is False


@needs_filter
def test_where_the_kernel_has_no_landlock_the_rest_holds(tmp_path: Path) -> None:
    (tmp_path / "other").write_text("x")
    lacking = PRELUDE.replace("inside =", "box.confine._CREATE_RULESET = 9999\ninside =")
    code = """
print(json.dumps([inside.landlock, inside.calls, tried(lambda: socket.socket()), tried((request.source.parent / "other").read_text)]))
"""
    assert inside(request(tmp_path), code, lacking) == [0, True, "PermissionError", "done"]


@needs_landlock
def test_the_film_is_read_and_no_other_file(tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_text("film")
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "artefact").mkdir()
    (tmp_path / "artefact/result.json").write_text("{}")
    asked = request(tmp_path, inputs={Stage.PROBE: tmp_path / "artefact"})
    code = """
at = request.source.parent
print(json.dumps([tried(lambda: (at / name).read_text()) for name in ("film.mp4", "artefact/result.json", "secret", "../..")]
    + [tried(lambda: os.listdir(at)), tried(lambda: Path("/etc/passwd").read_text()), tried(lambda: os.listdir(Path.home()))]))
"""
    assert inside(asked, code) == ["done", "done", *["PermissionError"] * 5]


@needs_landlock
def test_only_its_own_folders_are_written_to(tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_text("film")
    code = """
at = request.source.parent
def link(): os.link(request.source, request.out / "film")
def move(): os.rename(request.source, request.out / "film")
def make(): (at / "new").mkdir()
def make_own(): (request.out / "new").mkdir()
print(json.dumps([tried(lambda: (at / name).write_text("x")) for name in ("out/a", "cache/a", "b", "film.mp4")]
    + [tried(act) for act in (link, move, request.source.unlink, make, make_own)]))
"""
    found = inside(request(tmp_path), code)
    assert found[:2] == ["done", "done"]
    assert "done" not in found[2:-1]
    assert found[-1] == "done"
    assert (tmp_path / "film.mp4").read_text() == "film"


@needs_filter
def test_no_socket_of_any_kind(tmp_path: Path) -> None:
    code = """
print(json.dumps([tried(lambda: socket.socket(family)) for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX)]))
"""
    assert inside(request(tmp_path), code) == ["PermissionError"] * 3


@needs_filter
@pytest.mark.skipif(platform.machine() != "x86_64", reason="x32 is a matter of x86-64")
def test_no_socket_by_the_second_set_of_numbers(tmp_path: Path) -> None:
    code = """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall(ctypes.c_long(0x40000000 | 41), ctypes.c_long(2), ctypes.c_long(1), ctypes.c_long(0))
print(json.dumps(os.strerror(ctypes.get_errno())))
"""
    assert inside(request(tmp_path), code) == "Permission denied"


@needs_landlock
def test_what_it_brings_along_is_not_run(tmp_path: Path) -> None:
    code = """
import subprocess
own = request.out / "own"
own.write_text("#!/bin/sh\\necho ran")
own.chmod(0o755)
print(json.dumps([tried(lambda: subprocess.run([str(own)], check=True)), tried(lambda: subprocess.run(["/bin/true"], check=True))]))
"""
    assert inside(request(tmp_path), code) == ["PermissionError", "done"]


def test_what_is_started_from_it_is_in_the_box_too(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    code = """
import subprocess
done = subprocess.run(["/bin/cat", str(request.source.parent / "secret")], capture_output=True)
print(json.dumps([done.returncode, done.stdout.decode()]))
"""
    code_, out = inside(request(tmp_path), code)
    assert code_ != 0
    assert out == ""


def test_limits_are_set_and_rights_are_not_gained(tmp_path: Path) -> None:
    code = """
import resource
status = dict(line.split(":\\t", 1) for line in Path("/proc/self/status").read_text().splitlines())
print(json.dumps([resource.getrlimit(resource.RLIMIT_CORE), resource.getrlimit(resource.RLIMIT_NOFILE)[0] <= 1024,
    resource.getrlimit(resource.RLIMIT_AS)[0] > 0, status["NoNewPrivs"], os.getsid(0) == os.getpid()]))
"""
    assert inside(request(tmp_path), code) == [[0, 0], True, True, "1", True]


def test_a_stage_that_is_not_boxed_keeps_its_files_and_sockets(tmp_path: Path) -> None:
    (tmp_path / "other").write_text("x")
    code = """
print(json.dumps([tried(lambda: socket.socket().close()), tried(lambda: (request.source.parent / "other").write_text("y"))]))
"""
    assert inside(request(tmp_path, boxed=False), code) == ["done", "done"]


@pytest.mark.parametrize("boxed", [True, False])
def test_it_dies_with_its_parent(tmp_path: Path, boxed: bool) -> None:
    waiting = PRELUDE + "print(os.getpid(), flush=True); sys.stdin.read()"
    parent_code = f"""
import sys
from subprocess import PIPE, Popen
child = Popen([sys.executable, "-c", {waiting!r}], stdin=PIPE, stdout=PIPE, text=True, start_new_session=True)
child.stdin.write(sys.stdin.readline())
child.stdin.flush()
print(child.stdout.readline(), end="", flush=True)
sys.stdin.read()
"""
    with subprocess.Popen([sys.executable, "-c", parent_code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdin
        assert parent.stdout
        parent.stdin.write(request(tmp_path, boxed=boxed).model_dump_json() + "\n")
        parent.stdin.flush()
        child = psutil.Process(int(parent.stdout.readline()))
        parent.send_signal(signal.SIGKILL)
        parent.wait()
        assert psutil.wait_procs([child], timeout=60)[1] == []


def test_decoders_and_ffmpeg_work_inside(tmp_path: Path, short_film: Path) -> None:
    code = """
import av, cv2, ffmpeg, numpy as np
from daemon.media import ffmpeg as tool
with av.open(f"file:{request.source}") as film:
    frames = [frame.to_ndarray(format="bgr24") for frame in film.decode(video=0)]
with av.open(f"file:{request.source}") as film:
    sound = sum(frame.samples for frame in film.decode(audio=0))
cv2.imwrite(str(request.out / "key.jpg"), cv2.resize(frames[0], (320, 180)))
shift, _ = cv2.phaseCorrelate(*(np.float32(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY)) for frame in frames[50:52]))
print_ = tool.run(ffmpeg.input(tool.address(request.source)).output("pipe:", format="chromaprint"))
print(json.dumps([len(frames), sound, (request.out / "key.jpg").stat().st_size, len(print_)]))
"""
    frames, samples, picture, fingerprint = inside(request(tmp_path, source=short_film), code)
    assert frames == 144
    assert samples == pytest.approx(6 * 48_000, rel=0.02)
    assert picture > 1000
    assert fingerprint > 20


@pytest.fixture(name="listening")
def _listening(tmp_path: Path) -> Callable[..., list[dict[str, Any]]]:
    """Runs the transcribe stage as the worker does, and gives its reports."""
    analysed = tmp_path / "analysed"
    analysed.mkdir()
    track = sound.recorded("station")
    seconds = len(track) / sound.RATE
    analysis = Analysis(duration=seconds, shots=(Shot(id="S1", start=0, end=seconds, brightness=0.5),), has_audio=True)
    (analysed / "result.json").write_text(analysis.model_dump_json())
    (analysed / "audio.s16").write_bytes((np.clip(track, -1, 1) * 32767).astype("<i2").tobytes())

    def run(model: str, **environment: str) -> list[dict[str, Any]]:
        facts = {"models_dir": packed(tmp_path / "models")}
        asked = request(tmp_path, Stage.TRANSCRIBE, inputs={Stage.ANALYSE: analysed}, settings={"model": model}, facts=facts)
        done = subprocess.run(
            [sys.executable, "-P", "-m", "daemon.stages", "transcribe"], input=asked.model_dump_json().encode(), capture_output=True,
            timeout=60, check=False, env={**os.environ, "TMPDIR": str(asked.out), "PYTHONPATH": os.pathsep.join(sys.path), **environment},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr.decode()
        return [json.loads(line) for line in done.stdout.splitlines()]

    return run


def test_speech_is_heard_inside(listening: Callable[..., list[dict[str, Any]]], tmp_path: Path) -> None:
    assert listening(str(MODEL))[-1]["kind"] == "finished"
    cues = json.loads((tmp_path / "out/result.json").read_text())["cues"]
    assert [cue["text"] for cue in cues] == ["The train leaves at seven.", "Please wait at the station."]


def test_a_missing_model_is_fetched_from_inside(listening: Callable[..., list[dict[str, Any]]], tmp_path: Path) -> None:
    with hub.serving({file.name: file.read_bytes() for file in MODEL.iterdir()}) as served:
        reports = listening("tiny.en", HF_ENDPOINT=served.address)
    assert reports[-1]["kind"] == "finished", reports
    assert (tmp_path / "models/tiny.en/model.bin").exists()


def test_an_unknown_model_is_refused_with_an_advice(listening: Callable[..., list[dict[str, Any]]]) -> None:
    refused = listening("smal")[-1]
    assert (refused["kind"], refused["outcome"]) == ("refused", "failed")
    assert "Did you mean small?" in refused["advice"]
