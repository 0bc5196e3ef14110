"""The settings as frozen values. What each means and its default, explained for a person, stands in ``defaults.yaml``."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Section(BaseModel):
    """A value: cannot change, takes no key that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Inbox(Section):
    """One watched folder."""

    path: Path
    recipe: Literal["screenplay"] = "screenplay"


class Ollama(Section):
    """Where the language models are, and which is used for what."""

    url: tuple[str, ...] = ("http://127.0.0.1:11434",)  # tried in order; also unix:/path/to.sock
    writer: str = "auto"
    eyes: str = "auto"
    num_ctx: int = Field(8192, ge=2048)
    keep_alive: str = "10m"
    connect_timeout: float = Field(5, gt=0)  # seconds
    first_token_timeout: float = Field(1800, gt=0)  # loading and reading the prompt happen before the first byte
    idle_timeout: float = Field(120, gt=0)
    total_timeout: float = Field(3600, gt=0)


class Whisper(Section):
    """The speech model: a size name, or a folder."""

    model: str = "small"
    device: Literal["auto", "cpu", "cuda"] = "auto"
    compute_type: str = "auto"
    batch: int | Literal["auto"] = "auto"
    language: str | None = None
    vocabulary: tuple[str, ...] = ()


class Script(Section):
    """How the script reads and in which formats it comes. ``chunk`` and ``overlap`` in film seconds."""

    style: str = "hollywood"
    formats: tuple[str, ...] = ("fountain", "md")
    chunk: float = Field(30, ge=5, le=600)
    overlap: float = Field(5, ge=0, le=60)


class Writer(Section):
    """Who writes: a model, or the built-in draft; ``fallback`` is for when no Ollama answers at all."""

    engine: Literal["ollama", "draft"] = "ollama"
    fallback: Literal["draft"] | None = None


class Memory(Section):
    """What Whisper's children and Ollama may use together, in bytes; null: 80 % of the machine."""

    limit: int | None = None


class Audio(Section):
    """Which sound track is transcribed, where there are several: a language, else the file's default."""

    language: str | None = None


class Watch(Section):
    """How inboxes are watched. Times in seconds."""

    rescan: float = Field(60, ge=1)
    polling: bool = False
    first_films: int = Field(25, ge=0)  # an inbox seen for the first time with more films than this queues them paused
    extensions: tuple[str, ...] = (".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".ts", ".m2ts", ".mts", ".wmv", ".flv",
                                   ".ogv", ".3gp", ".mxf", ".vob")  # fmt: skip
    ignore: tuple[str, ...] = ()  # further name patterns (glob) that are left alone


class Keep(Section):
    """How long things are kept, in days."""

    events: int = Field(30, ge=1)
    artefacts: int = Field(90, ge=1)


class Settings(Section):
    """Everything a person may set."""

    inboxes: tuple[Inbox, ...] = ()
    settle: float = Field(5, ge=0)
    settle_unsure: float = Field(60, ge=0)  # where nobody can tell whether the file is still open for writing
    output: Path | None = None
    state_dir: Path | None = None
    socket: Path | None = None
    ollama: Ollama = Ollama()
    whisper: Whisper = Whisper()
    audio: Audio = Audio()
    script: Script = Script()
    writer: Writer = Writer()
    memory: Memory = Memory()
    watch: Watch = Watch()
    keep: Keep = Keep()
