"""Whether a file is open for writing: real files, real writers."""

import mmap
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from daemon.inbox.lease import READ_ONLY, Missing, ask, look
from daemon.inbox.settle import Lease, Look


def seen(path: Path, remote: frozenset[int] = frozenset()) -> Look:
    found = look(os.fsencode(path), remote)
    assert isinstance(found, Look)
    return found


def test_a_closed_file_is_free(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"x" * 5000)
    assert seen(path).lease is Lease.FREE
    assert not seen(path).holes
    assert seen(path).facts.size == 5000


def test_a_file_held_open_and_idle_has_a_writer(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    with path.open("wb"):
        assert seen(path).lease is Lease.WRITER
    assert seen(path).lease is Lease.FREE


def test_a_reader_is_no_writer(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.touch()
    with path.open("rb"):
        assert seen(path).lease is Lease.FREE


@pytest.mark.parametrize("reserve", [os.ftruncate, lambda file, size: os.posix_fallocate(file, 0, size)], ids=["truncate", "fallocate"])
def test_a_file_reserved_at_full_length_has_a_writer(tmp_path: Path, reserve: object) -> None:
    path = tmp_path / "a.mp4"
    with path.open("wb") as writing:
        assert callable(reserve)
        reserve(writing.fileno(), 1 << 20)
        assert (seen(path).lease, seen(path).facts.size) == (Lease.WRITER, 1 << 20)


def test_what_a_dead_writer_left_has_holes(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    code = "import os,sys; f=open(sys.argv[1],'wb'); f.truncate(1<<20); f.write(b'x'*1000); f.flush(); os.kill(os.getpid(), 9)"
    subprocess.run([sys.executable, "-c", code, path], check=False)
    assert (seen(path).lease, seen(path).holes) == (Lease.FREE, True)


def test_a_mapping_counts_as_a_writer_after_its_file_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"x" * 8192)
    with path.open("r+b") as file:
        mapped = mmap.mmap(file.fileno(), 8192)
    assert seen(path).lease is Lease.WRITER
    mapped.close()
    assert seen(path).lease is Lease.FREE


def test_files_that_other_machines_write_to_are_not_asked_about(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.touch()
    assert seen(path, frozenset({path.stat().st_dev})).lease is Lease.CANNOT_TELL


def test_there_is_nothing_to_look_at(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp4")
    (tmp_path / "folder.mp4").mkdir()
    (tmp_path / "link.mp4").symlink_to("/etc/passwd")
    (tmp_path / "loop.mp4").symlink_to("loop.mp4")
    bound = socket.socket(socket.AF_UNIX)
    bound.bind(str(tmp_path / "s.mp4"))
    bound.close()
    for name in ("pipe.mp4", "folder.mp4", "link.mp4", "loop.mp4", "s.mp4", "nothing.mp4", "s.mp4/below.mp4"):
        assert look(os.fsencode(tmp_path / name), frozenset()) is Missing.GONE, name


def test_a_writer_that_comes_while_a_lease_is_held_does_not_end_the_process(tmp_path: Path) -> None:
    """SIGIO's default ends a process; the lease's signal is another one. The writer waits for the lease, and is let through."""
    path = tmp_path / "a.mp4"
    path.touch()
    assert signal.getsignal(signal.SIGIO) is signal.SIG_DFL
    code = f"""
import fcntl, os, sys, threading
from daemon.inbox import lease
kept = []
real = fcntl.fcntl
def slow(descriptor, command, argument=0):
    if (command, argument) == (fcntl.F_SETLEASE, fcntl.F_UNLCK):
        writer = threading.Thread(target=lambda: os.close(os.open({str(path)!r}, os.O_WRONLY)))
        writer.start()
        signalled = threading.Event()
        while real(descriptor, fcntl.F_GETLEASE) != fcntl.F_UNLCK and not signalled.wait(0.01):
            pass
        kept.append(writer)
    return real(descriptor, command, argument)
fcntl.fcntl = slow
print(lease.ask(os.open({str(path)!r}, lease.READ_ONLY)))
kept[0].join()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "Lease.FREE"), done.stderr


def test_asking_many_times_while_others_write_is_harmless(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.touch()
    done = threading.Event()

    def write() -> None:
        while not done.is_set():
            os.close(os.open(path, os.O_WRONLY))

    writer = threading.Thread(target=write)
    writer.start()
    descriptor = os.open(path, READ_ONLY)
    answers = {ask(descriptor) for _ in range(2000)}
    done.set()
    writer.join()
    assert answers <= {Lease.FREE, Lease.WRITER}
    assert ask(descriptor) is Lease.FREE
    os.close(descriptor)


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become somebody else")
def test_another_owners_file_cannot_be_told_about(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    path = tmp_path / "a.mp4"
    path.touch()
    code = "import os,sys; from daemon.inbox.lease import look; os.chdir(sys.argv[1]); os.setuid(65534); print(look(b'a.mp4', ()).lease)"
    for mode in (0o644, 0o600):
        path.chmod(mode)
        done = subprocess.run([sys.executable, "-c", code, tmp_path], capture_output=True, text=True, check=False)
        assert done.stdout.strip() == "Lease.CANNOT_TELL", done.stderr
