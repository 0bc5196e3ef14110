"""What a person is told of a file."""

from pathlib import Path

from daemon.contract.states import JobState
from daemon.inbox.settle import Lease, Look, Observation, Patience
from daemon.inbox.why import waiting
from daemon.jobs.rows import Facts
from tests.daemon.inbox.conftest import Start, film, settings_for

FREE = Look(Facts(1, 1, 1, 1, 1), holes=False, lease=Lease.FREE)


def test_what_an_arriving_file_waits_for() -> None:
    def told(look: Look) -> str:
        return waiting(Observation(look, first=100, since=100, again=105, whole=False), 102, Patience(5, 60))

    assert told(FREE) == "it is taken in 3 s if it does not change."
    assert "in 58 s" in told(Look(FREE.facts, holes=True, lease=Lease.FREE))
    assert "not on the disk" in told(Look(FREE.facts, holes=True, lease=Lease.FREE))
    assert "nobody can tell" in told(Look(FREE.facts, holes=False, lease=Lease.CANNOT_TELL))
    assert "open for writing" in told(Look(FREE.facts, holes=False, lease=Lease.WRITER))


async def test_every_path_has_an_answer(start: Start, inbox: Path, tmp_path: Path) -> None:
    (inbox / "link.mp4").symlink_to(tmp_path)
    async with start(settings_for(inbox, settle=60, polling=True)) as daemon:
        film(inbox / "arriving.mp4")
        await daemon.keeper.rescan()
        await daemon.until_state(inbox / "arriving.mp4", JobState.ARRIVING)
        film(inbox / "unseen.mp4")
        answers = {
            "link.mp4": "symbolic link",
            "unseen.mp4": "not been seen yet",
            "nothing.mp4": "No such file",
            "notes.txt": "extension",
            "../outside.mp4": "no inbox",
        }
        film(inbox / "notes.txt")
        for name, words in answers.items():
            assert words in daemon.keeper.why((inbox / name).resolve() if name.startswith("..") else inbox / name).answer
        assert "add" in daemon.keeper.why(inbox / "notes.txt").advice
        assert not daemon.keeper.why(inbox / "link.mp4").advice  # nor does `add` take it
        job = daemon.job(inbox / "arriving.mp4")
        assert job
        assert daemon.keeper.why(inbox / "arriving.mp4").job == job
        daemon.store.gone(job.id, "Its file is gone.")
        assert "was cancelled: Its file is gone." in daemon.keeper.why(inbox / "arriving.mp4").answer
