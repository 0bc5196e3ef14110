"""A disk that the machine let go of, as the mounts of a service's own namespace show it."""

import asyncio
from pathlib import Path

import pytest

from daemon.inbox.unmounted import DiskLetGo, let_go, mind, read

ROOT = "335 1 254:0 / / ro,relatime shared:100 master:1 - ext4 /dev/root rw"
HELD = "352 335 8:1 /films {at} rw,noexec shared:123 master:63 - {kind} /dev/sdb1 rw"
SEVERED = "352 335 8:1 /films {at} rw,noexec shared:123 - {kind} /dev/sdb1 rw"


INBOXES = (Path("/home/anna/inbox"), Path("/mnt/disk/films to do"))


@pytest.fixture
def mounts(tmp_path: Path) -> Path:
    return tmp_path / "mountinfo"


def lost(mounts: Path, line: str = SEVERED, at: str = "/mnt/disk", kind: str = "ext4", known: tuple[int, ...] = (335, 352)) -> Path | None:
    mounts.write_text(f"{ROOT}\n{line.format(at=at, kind=kind)}\n")
    return let_go(known, read(mounts), INBOXES)


def test_an_inbox_on_a_mount_that_follows_no_other_any_more_is_lost(mounts: Path) -> None:
    assert lost(mounts) == INBOXES[1]
    assert lost(mounts, at="/mnt/disk/films\\040to\\040do") == INBOXES[1]
    assert lost(mounts, HELD) is None


def test_what_is_no_inbox_never_followed_or_answers_all_the_same_is_left_alone(mounts: Path) -> None:
    assert lost(mounts, at="/mnt/other") is None
    assert lost(mounts, known=(335,)) is None
    assert lost(mounts, kind="nfs4") is None


async def test_it_is_noticed_while_it_is_looked_on(mounts: Path) -> None:
    lost(mounts, HELD)
    looking = asyncio.create_task(mind(lambda: INBOXES, mounts, every=0.01))
    await asyncio.wait([looking], timeout=0.05)
    assert not looking.done()
    lost(mounts, SEVERED)
    with pytest.raises(DiskLetGo, match="the disk of /mnt/disk/films to do was unmounted"):
        await asyncio.wait_for(looking, 30)
