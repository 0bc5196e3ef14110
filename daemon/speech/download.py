"""Fetches a speech model from the Hugging Face hub: resumed where it broke off, checked, and there only when it is whole."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import httpx

from daemon.contract.errors import CannotGoOn, MustWait, TryAgain
from daemon.contract.states import HoldCause
from daemon.speech import speakers
from daemon.speech.models import FILES, SIZES, OnProgress, choices, is_model, weight

HUB = "https://huggingface.co"  # HF_ENDPOINT in the environment names a mirror, as for the hub's own tools
PATIENCE = httpx.Timeout(30, connect=10)  # seconds without a byte


def pull(size: str, models_dir: Path, on_progress: OnProgress) -> Path:
    """Fetches ``size`` into ``models_dir`` and gives its folder; ``on_progress`` hears bytes done and bytes in all of each file.

    What broke off is taken up where it ended. Raises CannotGoOn (no such size, not on the hub), MustWait (no network) and TryAgain (a
    connection that broke, a server in trouble, a damaged file); what the disk says comes as OSError.
    """
    if size not in SIZES:
        raise CannotGoOn(f"There is no speech model called {size}.", choices(size))
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


def pull_speakers(models_dir: Path, on_progress: OnProgress) -> Path:
    """The same for the two models that tell voices apart, whose digests are known."""
    folder = models_dir / speakers.NAME
    folder.mkdir(parents=True, exist_ok=True)
    with _told_plainly(speakers.NAME), httpx.Client(follow_redirects=True, timeout=PATIENCE) as client:
        for name, known in speakers.FILES.items():
            _fetch(client, known.repository, folder / name, on_progress, known.path, known.digest)
    return folder


def _fetch(client: httpx.Client, repository: str, file: Path, on_progress: OnProgress, path: str | None = None, digest: str = "") -> None:
    """One file of a model, unless it is there already; ``path`` is what the hub calls it, where that is another name."""
    if file.exists():
        return
    part = file.with_name(f"{file.name}.part")
    have = part.stat().st_size if part.exists() else 0
    address = f"{os.environ.get('HF_ENDPOINT', HUB)}/{repository}/resolve/main/{path or file.name}"
    wanted = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    with client.stream("GET", address, headers=wanted) as answer:
        if answer.status_code == httpx.codes.NOT_FOUND and not FILES.get(file.name, True):
            return
        if answer.status_code != httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:  # else it is all here, unchecked
            answer.raise_for_status()
            _write(answer, part, have if answer.status_code == httpx.codes.PARTIAL_CONTENT else 0, on_progress)
        _check(part, digest or _digest(answer))
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
    amount = weight(size) if size in SIZES else speakers.WEIGHT
    advice = f"`reelscribe models pull {size}` fetches it ({amount}) where there is a network."
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
