"""The settings as frozen values. What each means and its default, explained for a person, stands in ``defaults.yaml``."""

import os
import re
import shlex
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ByteSize,
    ConfigDict,
    Field,
    PlainSerializer,
    SecretStr,
    ValidationInfo,
)

FORMATS = (
    "fountain", "md", "fdx", "pdf", "html", "srt", "vtt", "json", "otio", "edl", "cmx.edl", "chapters.txt", "chapters.xml",
    "breakdown.csv",
)  # fmt: skip
"""The formats that a script can be had in."""

WHISPER_MODELS = (
    "tiny", "tiny.en", "base", "base.en", "small", "small.en", "medium", "medium.en", "large-v1", "large-v2", "large-v3", "large",
    "distil-small.en", "distil-medium.en", "distil-large-v2", "distil-large-v3", "distil-large-v3.5", "large-v3-turbo", "turbo",
)  # fmt: skip
"""The sizes that faster-whisper knows by name."""

LONGEST_SOCKET = 107  # bytes; what sockaddr_un holds


def _listed(value: Any) -> Any:
    """A single word where a list is meant is a list of one."""
    return [value] if isinstance(value, str) else value


def _number(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("should be a number")  # noqa: TRY004  a ValueError is what becomes a problem with a line
    return value


def _place(path: Path, info: ValidationInfo) -> Path:
    """The path with ``~`` written out, by the context's ``home`` where there is one. A service has no folder to be relative to."""
    path = _at_home(path, info)
    if not path.is_absolute():
        raise ValueError("should be a whole path, from / or ~")
    return Path(os.path.normpath(path))


def _at_home(path: Path, info: ValidationInfo) -> Path:
    home = (info.context or {}).get("home")
    if home and path.parts[:1] == ("~",):
        return Path(home, *path.parts[1:])
    try:
        return path.expanduser()
    except RuntimeError:
        raise ValueError("names a person whose home is not known") from None


def _socket(path: Path) -> Path:
    if len(os.fsencode(path)) > LONGEST_SOCKET:
        raise ValueError(f"is too long for a socket, which takes {LONGEST_SOCKET} bytes")
    return path


def _server(url: str) -> str:
    scheme, separator, _ = url.partition("://")
    if url.startswith("unix:/") or (separator and scheme in ("http", "https")):
        return url
    if separator or ":" not in url or re.search(r"\s|^unix:", url):
        raise ValueError("should be http://host:port, https://host or unix:/path/to.sock")
    return url


def _address(text: str) -> str:
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65536 or re.search(r"\s|/", host):
        raise ValueError("should be host:port, such as 127.0.0.1:8765")
    return text


def _model(name: str, info: ValidationInfo) -> str:
    return str(_place(Path(name), info)) if name[:1] in ("/", "~") else name


def _extension(name: str) -> str:
    return "." + name.lower().removeprefix(".")


def _somebody(value: Any) -> Any:
    return None if isinstance(value, str) and value.lower() == "none" else value


def _stays(value: Any) -> Any:
    """Whole seconds are fine too; Ollama takes text with a unit."""
    return f"{value}s" if isinstance(value, int) and not isinstance(value, bool) else value


def _size(size: int) -> int | str:
    """As a person writes it."""
    gib, rest = divmod(size, 1 << 30)
    return size if rest else f"{gib}GiB"


def _hours(text: str) -> str:
    if (match := re.fullmatch(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})", text.strip())) is None:
        raise ValueError("should be two times of day, such as 22:00-07:00")
    begin, end = (match[1], match[2]), (match[3], match[4])
    if any(int(hour) > 23 or int(minute) > 59 for hour, minute in (begin, end)) or begin == end:
        raise ValueError("should be two different times of day from 00:00 to 23:59, such as 22:00-07:00")
    return "-".join(f"{int(hour):02}:{minute}" for hour, minute in (begin, end))


Seconds = Annotated[float, BeforeValidator(_number)]
Count = Annotated[int, BeforeValidator(_number)]
Place = Annotated[Path, AfterValidator(_place)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]  # ISO 639
Words = Annotated[tuple[str, ...], BeforeValidator(_listed)]


class Section(BaseModel):
    """A value: cannot change, takes no key that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, validate_default=True)  # 30 and 30.0 are one value


class Inbox(Section):
    """One watched folder."""

    path: Place
    recipe: Literal["screenplay"] = "screenplay"


class OllamaModels(Section):
    """Which model does what; the part that may differ from film to film."""

    writer: Annotated[str, Field(min_length=1)] = "auto"
    eyes: Annotated[Annotated[str, Field(min_length=1)] | None, BeforeValidator(_somebody)] = "auto"  # None: nobody looks
    num_ctx: Count = Field(8192, ge=2048)


class Ollama(OllamaModels):
    """Where the language models are, and which is used for what. ``url`` is tried in order."""

    url: Annotated[tuple[Annotated[str, AfterValidator(_server)], ...], BeforeValidator(_listed), Field(min_length=1)] = (
        "http://127.0.0.1:11434",
    )
    keep_alive: Annotated[str, BeforeValidator(_stays), Field(pattern=r"^([0-9]+(\.[0-9]+)?(h|m|s|ms))+$")] = "10m"  # always finite
    connect_timeout: Seconds = Field(5, gt=0)
    first_token_timeout: Seconds = Field(1800, gt=0)  # loading and reading the prompt happen before the first byte
    idle_timeout: Seconds = Field(120, gt=0)
    total_timeout: Seconds = Field(3600, gt=0)
    price: Annotated[float, BeforeValidator(_number), Field(ge=0)] | None = None  # of a million tokens


class Whisper(Section):
    """The speech model: a size name, or a folder."""

    model: Annotated[str, AfterValidator(_model), Field(min_length=1)] = "small"
    device: Literal["auto", "cpu", "cuda"] = "auto"
    compute_type: Literal[
        "auto", "default", "int8", "int8_float32", "int8_float16", "int8_bfloat16", "int16", "float16", "bfloat16", "float32"
    ] = "auto"
    batch: Annotated[Count, Field(ge=1)] | Literal["auto"] = "auto"
    language: Language | None = None
    vocabulary: Words = ()
    subtitles: bool = False  # text subtitles in the sound's own language are taken instead of listening


class Speakers(Section):
    """How voices are told apart, and how many there are where a person knows."""

    engine: Literal["auto", "sherpa", "builtin", "off"] = "auto"
    count: Annotated[Count, Field(ge=1, le=20)] | None = None


class ScriptOfFilm(Section):
    """How the script reads and in which formats it comes; the part that may differ from film to film. Times in film seconds.

    ``language`` is that of the prose (null: the one that is spoken).
    ``evidence``: each element's evidence stands in a note; ``skipped_subtitles``: subtitles keep what the skips leave out;
    ``paper``: what a PDF is made for.
    """

    style: str = "hollywood"
    language: Language | None = None
    formats: Annotated[Words, Field(min_length=1)] = ("fountain", "md")
    chunk: Seconds = Field(30, ge=5, le=600)
    overlap: Seconds = Field(5, ge=0, le=60)
    evidence: bool = False
    skipped_subtitles: bool = False
    paper: Literal["letter", "a4"] = "letter"


class Script(ScriptOfFilm):
    """The same for all films. ``prompts``: a folder with pages that a model is given in place of the shipped ones."""

    prompts: Place | None = None


class Writer(Section):
    """Who writes: a model, or the built-in draft; ``fallback`` is for when no Ollama answers at all.

    ``draft_after``: seconds that a script may take before a draft is published first; null: never.
    """

    engine: Literal["ollama", "draft"] = "ollama"
    fallback: Literal["draft"] | None = None
    draft_after: Annotated[Seconds, Field(ge=0)] | None = 1800


class Memory(Section):
    """What Whisper's children and Ollama may use together, in bytes; null: 80 % of the machine."""

    limit: Annotated[ByteSize, BeforeValidator(_number), Field(gt=0)] | None = None


class Worker(Section):
    """In which order jobs are worked on, and when.

    ``detour``: jobs that may go past the one whose turn it is, because the model that they need is loaded; ``hours``: the times of day
    between which heavy work may begin, null: always.
    """

    detour: Count = Field(8, ge=0)
    hours: Annotated[str, AfterValidator(_hours)] | None = None


class Audio(Section):
    """Which sound track is transcribed, where there are several: a language, else the file's default."""

    language: Language | None = None


class Watch(Section):
    """How inboxes are watched. Times in seconds."""

    rescan: Seconds = Field(60, ge=1)
    polling: bool = False
    first_films: Count = Field(25, ge=0)  # an inbox seen for the first time with more films than this queues them paused
    extensions: Annotated[tuple[Annotated[str, AfterValidator(_extension)], ...], BeforeValidator(_listed), Field(min_length=1)] = (
        ".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".ts", ".m2ts", ".mts", ".wmv", ".flv", ".ogv", ".3gp", ".mxf",
        ".vob",
    )  # fmt: skip
    ignore: Words = ()  # further name patterns (glob) that are left alone


class Keep(Section):
    """How long things are kept, in days; how many backups of the job table."""

    events: Count = Field(30, ge=1)
    artefacts: Count = Field(90, ge=1)
    backups: Count = Field(7, ge=1)


class State(Section):
    """The state directory. ``max_size``: bytes that it may take before intermediate results go early; null: any number."""

    max_size: Annotated[ByteSize, BeforeValidator(_number), Field(gt=0), PlainSerializer(_size, when_used="json")] | None = ByteSize(
        50 << 30
    )


class Api(Section):
    """The socket's other way in: TCP, with a key. ``tcp`` is ``host:port``; null: there is none."""

    tcp: Annotated[str, AfterValidator(_address)] | None = None
    key: SecretStr | None = None

    @property
    def address(self) -> tuple[str, int] | None:
        """Host and port."""
        if self.tcp is None:
            return None
        host, _, port = self.tcp.rpartition(":")
        return host.strip("[]"), int(port)


def _program(command: str) -> str:
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise ValueError(f"is no command line: {error}") from None
    if not words or not words[0].startswith("/"):
        raise ValueError("should be a program's whole path, from /, with its arguments")
    return command


class Notify(Section):
    """Who is told of what becomes of films. ``urls`` are addresses of apprise's; ``command`` is run without a shell."""

    urls: Annotated[tuple[SecretStr, ...], BeforeValidator(_listed)] = ()
    command: Annotated[str, AfterValidator(_program)] | None = None
    on: Annotated[tuple[Literal["completed", "failed", "held"], ...], BeforeValidator(_listed)] = ("failed", "held")


def _inbox(value: Any) -> Any:
    return {"path": value} if isinstance(value, str) else value


class Settings(Section):
    """Everything a person may set."""

    inboxes: Annotated[tuple[Annotated[Inbox, BeforeValidator(_inbox)], ...], BeforeValidator(_listed)] = ()
    settle: Seconds = Field(5, ge=0)
    settle_unsure: Seconds = Field(60, ge=0)  # where nobody can tell whether the file is still open for writing
    output: Place | None = None
    state_dir: Place | None = None
    socket: Annotated[Place, AfterValidator(_socket)] | None = None
    api: Api = Api()
    ollama: Ollama = Ollama()
    whisper: Whisper = Whisper()
    speakers: Speakers = Speakers()
    audio: Audio = Audio()
    script: Script = Script()
    writer: Writer = Writer()
    memory: Memory = Memory()
    worker: Worker = Worker()
    watch: Watch = Watch()
    keep: Keep = Keep()
    state: State = State()
    notify: Notify = Notify()
