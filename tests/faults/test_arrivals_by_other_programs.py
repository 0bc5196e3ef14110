"""Films that real programs bring into the inbox: each becomes one job, of the whole film, whatever the program does on the way."""

import getpass
import os
import shutil
import socket
import sqlite3
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from tests.end_to_end.running import WITHIN, Json, Running
from tests.faults.plug import disk

pytestmark = pytest.mark.faults

LONG_AGO = 1_000_000_000  # 2001-09-09T01:46:40Z
SLOWLY = 60  # kilobytes a second: the film takes ten times as long as it has to rest here
SETTINGS: Json = {"watch": {"rescan": 1}, "settle_unsure": 1}
TOLD = "SELECT data ->> 'state', count(*) FROM event WHERE type IN ('job.created', 'job.changed') GROUP BY 1"

SHARE = """\
[global]
server role = standalone server
smb ports = {port}
interfaces = 127.0.0.1
bind interfaces only = yes
disable spoolss = yes
load printers = no
map to guest = bad user
guest account = {user}
private dir = {own}
lock directory = {own}
state directory = {own}
cache directory = {own}
pid directory = {own}
ncalrpc dir = {own}/ncalrpc
[films]
path = {inbox}
guest ok = yes
read only = no
force user = {user}
"""


@pytest.fixture
def running(tmp_path: Path, short_results: Path) -> Iterator[Running]:
    """A daemon that has not been started."""
    made = Running(tmp_path, SETTINGS, results=short_results)
    yield made
    assert made.process.poll() is not None


def taken(running: Running, film: Path, name: str = "film.mp4") -> None:
    """Waits until a film is completed. It must not be taken before it is whole."""
    running.until(lambda: (running.job(name) or {}).get("state") not in {None, "arriving"})
    (brought,) = running.inbox.rglob(name)
    assert brought.stat().st_size == film.stat().st_size
    running.until_state(name, "completed")


def assert_once(running: Running, film: Path, *names: str) -> None:
    """These films had one job each, and nothing else had one; one that comes after them shows that all was looked at. Ends the daemon."""
    (running.inbox / ".last.part").write_bytes(film.read_bytes())
    (running.inbox / ".last.part").rename(running.inbox / "last.mp4")
    taken(running, film, "last.mp4")
    assert sorted(job["name"] for job in running.jobs()) == sorted([*names, "last.mp4"])
    running.stop()
    with closing(sqlite3.connect(running.state / "reelscribe.db")) as table:
        told = dict(table.execute(TOLD).fetchall())
    assert (told["arriving"], told["completed"]) == (len(names) + 1, len(names) + 1)


def run(*command: object) -> None:
    subprocess.run([str(part) for part in command], check=True, capture_output=True)


@pytest.mark.needs("mount", "umount", "mkfs.xfs")
def test_a_clone_of_a_film_and_a_copy_with_its_old_time_are_taken_once(tmp_path: Path, running: Running, short_film: Path) -> None:
    with disk(tmp_path, "xfs") as made:
        (made.at / "films").mkdir()
        running.inbox.rmdir()
        running.inbox.symlink_to(made.at / "films")
        original = Path(shutil.copy(short_film, made.at))
        os.utime(original, (LONG_AGO, LONG_AGO))
        with running:
            run("cp", "--reflink=always", original, running.inbox / "clone.mp4")
            run("cp", "-p", original, running.inbox / "old.mp4")
            assert (running.inbox / "old.mp4").stat().st_mtime == LONG_AGO
            for name in ("clone.mp4", "old.mp4"):
                taken(running, short_film, name)
            assert_once(running, short_film, "clone.mp4", "old.mp4")


@pytest.mark.needs("rsync")
@pytest.mark.parametrize("options", [["--archive"], ["--archive", "--inplace"], ["--archive", "--partial-dir=.rsync-partial"]])
def test_what_rsync_brings_is_taken_once_it_is_whole(running: Running, short_film: Path, options: Sequence[str]) -> None:
    with running:
        run("rsync", *options, f"--bwlimit={SLOWLY}", short_film, running.inbox / "film.mp4")
        taken(running, short_film)
        run("rsync", *options, short_film, running.inbox / "film.mp4")  # again, as every night
        assert_once(running, short_film, "film.mp4")


@contextmanager
def share(inbox: Path, own: Path) -> Iterator[int]:
    """The inbox as a share of Samba's, which anybody may write to. Gives its port."""
    (own / "ncalrpc").mkdir(parents=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    (own / "smb.conf").write_text(SHARE.format(port=port, own=own, inbox=inbox, user=getpass.getuser()))
    command = ["smbd", "--foreground", "--no-process-group", "--debug-stdout", f"--configfile={own / 'smb.conf'}"]
    with (
        (own / "log").open("wb") as log,
        # It ends its whole process group with itself.
        subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True) as server,
    ):
        try:
            trying = f"until smbclient -N -p {port} //127.0.0.1/films -c ls; do kill -0 {server.pid} || exit; done"
            run("timeout", WITHIN, "sh", "-c", trying)
            yield port
        finally:
            server.terminate()


@pytest.mark.needs("smbd", "smbclient", "mount")  # Samba has to be root, as mount has
def test_what_is_put_on_a_samba_share_is_taken_once_it_is_whole(tmp_path: Path, running: Running, short_film: Path) -> None:
    with running, share(running.inbox, tmp_path / "samba") as port:
        film = short_film.read_bytes()
        command = ["smbclient", "-N", "-p", str(port), "//127.0.0.1/films", "-c", "put - film.mp4"]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as client:
            assert client.stdin
            client.stdin.write(film[: len(film) // 2])
            client.stdin.flush()
            running.until_state("film.mp4", "arriving")
            (running.inbox / ".other.part").write_bytes(film)
            (running.inbox / ".other.part").rename(running.inbox / "other.mp4")
            taken(running, short_film, "other.mp4")  # while that one stands half there
            assert (running.job("film.mp4") or {})["state"] == "arriving"
            client.stdin.write(film[len(film) // 2 :])
            client.stdin.close()
            assert client.wait(WITHIN) == 0
        taken(running, short_film)
        assert_once(running, short_film, "film.mp4", "other.mp4")


@pytest.mark.needs("bindfs", "mount", "umount")
@pytest.mark.skipif(not Path("/dev/fuse").exists(), reason="this machine has no FUSE")
def test_an_inbox_that_tells_of_nothing_is_looked_through_again_and_again(tmp_path: Path, running: Running, short_film: Path) -> None:
    behind = tmp_path / "behind"
    behind.mkdir()
    run("bindfs", behind, running.inbox)
    try:
        with running:
            assert running.status()["inboxes"][0]["watched"] == "polling"
            (behind / ".film.part").write_bytes(short_film.read_bytes())
            (behind / ".film.part").rename(behind / "film.mp4")
            taken(running, short_film)
            assert sorted(path.name for path in behind.iterdir()) == ["film.fountain", "film.md", "film.mp4"]
            assert_once(running, short_film, "film.mp4")
    finally:
        with suppress(subprocess.CalledProcessError):
            run("umount", "--lazy", running.inbox)
