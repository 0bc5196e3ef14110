"""The speech models: which sizes there are, which lie in the models folder, and how one gets there.

A model is a folder with CTranslate2's ``model.bin`` beside its tokenizer, as the Hugging Face hub keeps them. Nothing here loads one.
"""

import difflib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import httpx

from daemon.contract.errors import CannotGoOn, MustWait, TryAgain
from daemon.contract.states import HoldCause

HUB = "https://huggingface.co"  # HF_ENDPOINT in the environment names a mirror, as for the hub's own tools
FILES = {"config.json": True, "tokenizer.json": True, "preprocessor_config.json": False, "vocabulary.json": False, "vocabulary.txt": False,
         "model.bin": True}  # fmt: skip
"""What a model is made of, and whether every model has it."""
PATIENCE = httpx.Timeout(30, connect=10)  # seconds without a byte

OnProgress = Callable[[int, int], None]


class Size(NamedTuple):
    """Where a size is kept, and its ``model.bin`` in bytes, rounded."""

    repository: str
    bytes: int


SIZES = {
    "tiny": Size("Systran/faster-whisper-tiny", 76_000_000),
    "tiny.en": Size("Systran/faster-whisper-tiny.en", 76_000_000),
    "base": Size("Systran/faster-whisper-base", 145_000_000),
    "base.en": Size("Systran/faster-whisper-base.en", 145_000_000),
    "small": Size("Systran/faster-whisper-small", 484_000_000),
    "small.en": Size("Systran/faster-whisper-small.en", 484_000_000),
    "distil-small.en": Size("Systran/faster-distil-whisper-small.en", 332_000_000),
    "medium": Size("Systran/faster-whisper-medium", 1_530_000_000),
    "medium.en": Size("Systran/faster-whisper-medium.en", 1_530_000_000),
    "distil-medium.en": Size("Systran/faster-distil-whisper-medium.en", 789_000_000),
    "turbo": Size("mobiuslabsgmbh/faster-whisper-large-v3-turbo", 1_620_000_000),
    "large-v2": Size("Systran/faster-whisper-large-v2", 3_090_000_000),
    "large-v3": Size("Systran/faster-whisper-large-v3", 3_090_000_000),
    "distil-large-v3": Size("Systran/faster-distil-whisper-large-v3", 1_510_000_000),
}


def installed(models_dir: Path) -> tuple[str, ...]:
    """The sizes that lie ready in ``models_dir``."""
    return tuple(size for size in SIZES if is_model(models_dir / size))


def is_model(folder: Path) -> bool:
    """Whether ``folder`` holds a whole model."""
    return all((folder / name).is_file() for name, needed in FILES.items() if needed)


def find(model: str, models_dir: Path) -> Path | None:
    """The folder of ``model``, a size or a folder; None where it is a size that is yet to be fetched. Raises CannotGoOn."""
    if model in SIZES:
        folder = models_dir / model
        return folder if is_model(folder) else None
    folder = Path(model).expanduser()
    if is_model(folder):
        return folder
    raise CannotGoOn(f"whisper.model: {model} is neither a size nor a folder with a speech model.", _choices(model))


def _choices(model: str) -> str:
    near = difflib.get_close_matches(model, SIZES, n=1)
    meant = f"Did you mean {near[0]}? " if near else ""
    return f"{meant}Sizes: {', '.join(SIZES)}."


def weight(size: str) -> str:
    """How large a download is, for a person: ``484 MB``."""
    amount = SIZES[size].bytes
    return f"{amount / 1e9:.1f} GB" if amount >= 1e9 else f"{amount / 1e6:.0f} MB"


def pull(size: str, models_dir: Path, on_progress: OnProgress) -> Path:
    """Fetches ``size`` into ``models_dir`` and gives its folder; ``on_progress`` hears bytes done and bytes in all.

    What broke off is taken up where it ended. Raises CannotGoOn (no such size, not on the hub), MustWait (no network) and TryAgain (a
    connection that broke, a server in trouble, a damaged file); what the disk says comes as OSError.
    """
    if size not in SIZES:
        raise CannotGoOn(f"There is no speech model called {size}.", _choices(size))
    folder = models_dir / size
    if not is_model(folder):
        arriving = models_dir / f".{size}.part"
        arriving.mkdir(parents=True, exist_ok=True)
        with _told_plainly(size), httpx.Client(follow_redirects=True, timeout=PATIENCE) as client:
            for name in FILES:
                _fetch(client, SIZES[size].repository, arriving / name, on_progress)
        shutil.rmtree(folder, ignore_errors=True)
        arriving.rename(folder)
    return folder


def _fetch(client: httpx.Client, repository: str, file: Path, on_progress: OnProgress) -> None:
    """One file of a model, unless it is there already."""
    if file.exists():
        return
    part = file.with_name(f"{file.name}.part")
    have = part.stat().st_size if part.exists() else 0
    address = f"{os.environ.get('HF_ENDPOINT', HUB)}/{repository}/resolve/main/{file.name}"
    wanted = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    with client.stream("GET", address, headers=wanted) as answer:
        if answer.status_code == httpx.codes.NOT_FOUND and not FILES[file.name]:
            return
        if answer.status_code != httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:  # else it is all here, unchecked
            answer.raise_for_status()
            _write(answer, part, have if answer.status_code == httpx.codes.PARTIAL_CONTENT else 0, on_progress)
        _check(part, _digest(answer))
    part.rename(file)


def _write(answer: httpx.Response, part: Path, have: int, on_progress: OnProgress) -> None:
    total = have + int(answer.headers.get("Content-Length", 0))
    with part.open("ab" if have else "wb") as file:
        for piece in answer.iter_raw():
            file.write(piece)
            have += len(piece)
            on_progress(have, max(have, total))
        os.fsync(file.fileno())


def _digest(answer: httpx.Response) -> str:
    """The content's SHA-256 where the hub names it, which it does for large files, before it sends elsewhere for their bytes."""
    tags = [hop.headers.get("X-Linked-Etag", "").strip('"') for hop in (*answer.history, answer)]
    return next((tag for tag in tags if len(tag) == 64), "")


def _check(part: Path, digest: str) -> None:
    with part.open("rb") as file:
        whole = sha256()
        while piece := file.read(1 << 20):
            whole.update(piece)
    if digest and whole.hexdigest() != digest:
        part.unlink()
        raise TryAgain(f"{part.stem} of the speech model arrived damaged.", "It is fetched again.")


@contextmanager
def _told_plainly(size: str) -> Iterator[None]:
    """What a failed download means for the job that needs the model."""
    advice = f"`reelscribe models pull {size}` fetches it ({weight(size)}) where there is a network."
    try:
        yield
    except httpx.HTTPStatusError as problem:
        code = problem.response.status_code
        if code >= 500 or code == httpx.codes.TOO_MANY_REQUESTS:
            raise TryAgain(f"The speech model {size} could not be fetched: the server answered {code}.", advice) from problem
        raise CannotGoOn(f"The speech model {size} could not be fetched: the server answered {code}.", advice) from problem
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError) as problem:
        raise MustWait(HoldCause.MODEL, f"The speech model {size} is not here, and there is no network to fetch it.", advice) from problem
    except httpx.HTTPError as problem:
        raise TryAgain(f"The download of the speech model {size} broke off.", advice, str(problem)) from problem
