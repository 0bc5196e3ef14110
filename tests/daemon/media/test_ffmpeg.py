"""Running ffmpeg: what it gives, how it is fed, how it fails, how it is ended."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import ffmpeg
import psutil
import pytest

from daemon.contract.errors import ToolFailed, TryAgain
from daemon.media import ffmpeg as tool

GREY = {"format": "rawvideo", "pix_fmt": "gray", "s": "4x2", "r": 1}


def test_gives_what_ffmpeg_wrote() -> None:
    stream = ffmpeg.input("color=white:size=4x2:rate=1:duration=1", format="lavfi").output("pipe:", format="rawvideo", pix_fmt="gray")
    assert tool.run(stream) == bytes([255] * 8)


def test_feeds_piece_by_piece() -> None:
    frames = [bytes([i] * 8) for i in range(200)]
    stream = ffmpeg.input("pipe:", **GREY).output("pipe:", format="rawvideo", pix_fmt="gray")
    assert tool.run(stream, feed=iter(frames)) == b"".join(frames)


def test_a_failed_run_tells_arguments_code_and_last_lines(tmp_path: Path) -> None:
    film = tmp_path / "text.mp4"
    film.write_text("not a film")
    with pytest.raises(ToolFailed) as failed:
        tool.run(ffmpeg.input(tool.address(film)).output("pipe:", format="null"))
    assert "ended with code" in failed.value.message
    assert "text.mp4" in failed.value.detail
    assert "-f null" in failed.value.detail
    assert "Invalid data" in failed.value.detail


def test_a_failure_can_always_be_shown(tmp_path: Path) -> None:
    with pytest.raises(ToolFailed) as failed:
        tool.run(ffmpeg.input(tool.address(tmp_path / os.fsdecode(b"\xff\x1b.mp4"))).output("pipe:", format="null"))
    assert r"\xff\x1b.mp4" in failed.value.detail


def test_a_run_that_never_ends_is_killed() -> None:
    endless = ffmpeg.input("anullsrc", format="lavfi", re=None).output("pipe:", format="null")
    with pytest.raises(ToolFailed, match=r"did not end within 0\.2 s"):
        tool.run(endless, limit=0.2)
    assert _own_children() == []


def test_a_feed_that_never_ends_is_killed() -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield bytes(80_000)

    stream = ffmpeg.input("pipe:", **GREY).output("pipe:", format="null")
    with pytest.raises(ToolFailed, match="did not end"):
        tool.run(stream, feed=endless(), limit=0.3)


def test_one_that_somebody_killed_says_nothing_of_the_film() -> None:
    def killing() -> Iterator[bytes]:
        yield bytes(8)
        _own_children()[0].kill()

    with pytest.raises(TryAgain, match="was killed"):
        tool.run(ffmpeg.input("pipe:", **GREY).output("pipe:", format="null"), feed=killing())


def test_a_feed_that_breaks_ends_ffmpeg() -> None:
    def broken() -> Iterator[bytes]:
        yield bytes(8)
        raise ValueError("no more pictures")

    with pytest.raises(ValueError, match="no more pictures"):
        tool.run(ffmpeg.input("pipe:", **GREY).output("pipe:", format="null"), feed=broken())
    assert _own_children() == []


@pytest.mark.parametrize("name", ["-i.wav", "concat:x.wav", "pipe:0.wav", 'it\'s "odd"\n.wav', "x%03d.wav", os.fsdecode(b"\xff.wav")])
def test_odd_names_are_names_of_files(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tool.run(ffmpeg.input("anullsrc", format="lavfi", t=0.1).output(tool.address(tmp_path / name), format="wav"))
    monkeypatch.chdir(tmp_path)
    sound = tool.run(ffmpeg.input(tool.address(Path(name))).output("pipe:", format="s16le"))
    assert sound == bytes(len(sound))
    assert len(sound) > 8000


def test_the_wheel_serves_where_none_is_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "imageio_ffmpeg" in str(tool.program())
    installed = tmp_path / "ffmpeg"
    installed.write_text("#!/bin/sh\n")
    installed.chmod(0o755)
    assert tool.program() == installed


def test_ffmpeg_ends_with_its_parent() -> None:
    script = """
import ffmpeg, psutil, sys
from daemon.media import ffmpeg as tool

def pieces():
    print(psutil.Process().children()[0].pid, flush=True)
    sys.stdin.read()  # until the parent is killed
    yield b""

tool.run(ffmpeg.input("pipe:", format="s16le").output("pipe:", format="null"), feed=pieces())
"""
    with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
        parent.wait()
        assert psutil.wait_procs([child], timeout=60)[1] == []


def _own_children() -> list[psutil.Process]:
    return psutil.Process().children()


def test_a_program_whose_trial_was_killed_is_there_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def killed() -> str:
        raise RuntimeError

    monkeypatch.setattr("imageio_ffmpeg.get_ffmpeg_exe", killed)
    monkeypatch.setenv("PATH", "")
    assert tool.program().is_file()
