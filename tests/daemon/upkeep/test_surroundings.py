"""What is seen of Ollama and the disks."""

from pathlib import Path

from config.settings import Settings
from daemon.upkeep.surroundings import FRESH, Surroundings


async def test_a_look_is_good_for_a_while_and_silence_is_said(tmp_path: Path) -> None:
    now = [0.0]
    around = Surroundings(lambda: Settings.model_validate({"ollama": {"url": "http://127.0.0.1:9"}}), tmp_path, lambda: now[0])
    while not (seen := await around.seen([bytes(tmp_path)])).ollama:
        pass
    assert (seen.ollama.answers, seen.ollama.url) == (False, "http://127.0.0.1:9")
    assert seen.disk is not None
    assert seen.free[bytes(tmp_path)] > 0
    assert await around.seen([]) is seen
    now[0] = FRESH + 1
    while (again := await around.seen([])) is seen:
        await around._looking  # type: ignore[misc]
    assert again.free == {}
