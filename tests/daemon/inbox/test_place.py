"""Where a folder stands, and what becomes of films whose disk is not there."""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from daemon.contract.states import HoldCause, JobState
from daemon.inbox.compare import Fate
from daemon.inbox.place import Place, is_remote, place_of, remote_devices
from daemon.inbox.survey import RollCall, fate_of, roll_call, stands_elsewhere
from daemon.jobs.rows import Facts, Known
from tests.daemon.inbox.conftest import Start, film, settings_for

HERE = Place(device=1, inode=2, mount_id=3)
WAITING = Known(1, 1, b"/in/a.mp4", JobState.PENDING, Facts(1, 1, 1, 1, 1), "", gone=False)

root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root to mount")


@contextlib.contextmanager
def mounted(folder: Path, *how: str) -> Iterator[None]:
    subprocess.run(["mount", *how, folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=False, stderr=subprocess.DEVNULL)


def test_a_folder_stands_somewhere(tmp_path: Path) -> None:
    place = place_of(os.fsencode(tmp_path))
    assert (place.device, place.inode) == (tmp_path.stat().st_dev, tmp_path.stat().st_ino)
    assert f"\n{place.mount_id} " in "\n" + Path("/proc/self/mountinfo").read_text()


def test_a_file_or_nothing_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    os.mkfifo(tmp_path / "pipe")
    for name, error in (("file", NotADirectoryError), ("pipe", NotADirectoryError), ("nothing", FileNotFoundError)):
        with pytest.raises(error):
            place_of(os.fsencode(tmp_path / name))


def test_file_systems_that_others_write_to_are_known_by_their_types(tmp_path: Path) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(
        "36 35 8:1 / / rw,noatime master:1 - ext4 /dev/sda1 rw\n"
        "37 36 0:41 / /mnt/my\\040share rw shared:2 master:1 - nfs4 server:/films rw,vers=4.2\n"
        "38 36 0:42 /x /mnt/ssh rw - fuse.sshfs me@there:/ rw\n"
        "39 36 8:17 / /mnt/ntfs rw - fuseblk /dev/sdb1 rw\n"
    )
    assert remote_devices(mounts) == {os.makedev(0, 41), os.makedev(0, 42)}
    assert is_remote("cifs")
    assert not is_remote("btrfs")


def test_an_inbox_stands_elsewhere_by_its_device_or_its_mount() -> None:
    assert stands_elsewhere(replace(HERE, device=9), 1, None)
    assert stands_elsewhere(replace(HERE, mount_id=9), 1, HERE)
    assert not stands_elsewhere(HERE, 1, HERE)


def test_after_a_restart_another_mount_id_means_nothing() -> None:
    assert not stands_elsewhere(replace(HERE, mount_id=9), 1, None)


def test_films_are_called_by_their_names(tmp_path: Path) -> None:
    there = replace(WAITING, path=os.fsencode(film(tmp_path / "b.mp4")))
    done = replace(WAITING, state=JobState.COMPLETED)
    assert roll_call([WAITING], HERE, 1) == RollCall(present=False, missing=True)
    assert roll_call([done, replace(WAITING, gone=True)], HERE, 1) == RollCall(present=False, missing=False)  # nothing to wait for
    assert roll_call([WAITING, there], HERE, 1).present  # a disk that came back under another number has its films


def test_a_film_is_gone_with_its_name_but_not_with_its_disk(tmp_path: Path) -> None:
    device = tmp_path.stat().st_dev
    known = replace(WAITING, path=os.fsencode(tmp_path / "below" / "a.mp4"), facts=Facts(device, 1, 1, 1, 1))
    assert fate_of(known, device, device) is Fate.GONE
    on_its_own_disk = replace(known, facts=Facts(device + 1, 1, 1, 1, 1))
    assert fate_of(on_its_own_disk, device, device) is Fate.THERE
    assert fate_of(on_its_own_disk, device + 5, device) is Fate.GONE
    film(tmp_path / "below" / "a.mp4")
    assert fate_of(known, device, device) is Fate.THERE


@root
@pytest.mark.needs("mount", "umount")
@pytest.mark.parametrize("bind", [False, True], ids=["tmpfs", "bind"])
async def test_a_disk_that_is_taken_away_and_put_back(start: Start, inbox: Path, tmp_path: Path, bind: bool) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    with mounted(disk, "-t", "tmpfs", "films") if not bind else contextlib.nullcontext():
        path = inbox / "movie.mp4"
        async with start(settings_for(inbox)) as daemon:
            with mounted(inbox, "--bind", str(disk)):
                film(path)
                await daemon.keeper.rescan()
                await daemon.until_state(path, JobState.PENDING)
            await daemon.keeper.rescan()
            job = daemon.job(path)
            assert job
            assert (job.state, job.cause) == (JobState.HELD, HoldCause.FOLDER)
            with mounted(inbox, "--bind", str(disk)):
                await daemon.keeper.rescan()
                assert daemon.state(path) is JobState.PENDING
                await daemon.until_state(film(inbox / "other.mp4"), JobState.PENDING)


@root
@pytest.mark.needs("mount", "umount")
async def test_a_disk_below_the_inbox_that_is_taken_away_takes_no_job_with_it(start: Start, inbox: Path) -> None:
    (inbox / "disk").mkdir()
    path, other = inbox / "disk" / "movie.mp4", film(inbox / "other.mp4")
    async with start(settings_for(inbox)) as daemon:
        with mounted(inbox / "disk", "-t", "tmpfs", "films"):
            film(path)
            await daemon.keeper.rescan()
            await daemon.until_state(path, JobState.PENDING)
        await daemon.until_state(other, JobState.PENDING)
        other.unlink()
        await daemon.keeper.rescan()
        assert (daemon.state(path), daemon.state(other)) == (JobState.PENDING, JobState.CANCELLED)
