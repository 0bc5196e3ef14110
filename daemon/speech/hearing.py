"""What was heard in a film, before anybody asks who spoke: kept, so that other settings of the voices do not mean listening again."""

from hashlib import blake2b
from pathlib import Path

from config.settings import Whisper
from daemon.contract.evidence import Span
from daemon.contract.values import Frozen
from daemon.speech.heard import Heard

VERSION = 1  # rises when the same sound gives other words


class Hearing(Frozen):
    """Segments as Whisper gave them, the film's language, and where somebody has a voice."""

    language: str | None
    speech: tuple[Span, ...]
    heard: tuple[Heard, ...]


def key(sound: Path, choice: Whisper) -> str:
    """The name under which a hearing is kept: of the sound's own bytes, and of the settings that words depend on."""
    digest = blake2b(digest_size=16)
    with sound.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    digest.update(f"{VERSION} {choice.model_dump_json(exclude={'subtitles'})}".encode())
    return f"heard-{digest.hexdigest()}"
