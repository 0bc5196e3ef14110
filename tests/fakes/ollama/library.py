"""The models of a server: lists of them, pulling, deleting, loading."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from tests.fakes.ollama.answering import Question, now
from tests.fakes.ollama.models import KNOWN, FakeModel
from tests.fakes.ollama.requests import Refusal

if TYPE_CHECKING:
    from tests.fakes.ollama.server import FakeOllama

STEPS = 4  # progress lines of a pull


def lists(fake: "FakeOllama", what: str) -> dict[str, Any]:
    """``/api/version``, ``/api/tags``, ``/api/ps``."""
    if what == "version":
        return {"version": fake.version}
    if what == "tags":
        return {"models": [model.tag(with_capabilities=fake.era == "B") for model in fake.models]}
    return {"models": fake.scheduler.processes()}


def model(fake: "FakeOllama", body: dict[str, Any]) -> FakeModel:
    """The model that a request names. Raises Refusal."""
    name = str(body.get("model") or body.get("name") or "")
    found = fake.find(name)
    if found is None:
        raise Refusal(404, f"model '{name}' not found")
    return found


def load(fake: "FakeOllama", asked: Question) -> None:
    """Into memory, or Refusal in the words of the era."""
    if not fake.scheduler.fits(asked.model, asked.num_ctx):
        raise Refusal(500, _too_little(fake, asked.model))
    fake.scheduler.load(asked.model, asked.num_ctx)


def loaded_or_unloaded(fake: "FakeOllama", asked: Question) -> dict[str, Any]:
    """What a question without messages does once the model is there, where it is to be."""
    unload = asked.keep_alive == 0
    fake.scheduler.keep(asked.model, asked.keep_alive)
    said = {"message": {"role": "assistant", "content": ""}} if asked.key == "message" else {"response": ""}
    reason = "unload" if unload else "load"
    return {"model": asked.model.name, "created_at": now(), **said, "done": True, "done_reason": reason}


def pull(fake: "FakeOllama", body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Progress, line by line; a failure is a line too."""
    name = str(body.get("model") or body.get("name") or "")
    known = next((known for known in KNOWN if known.name == name), None)
    yield {"status": "pulling manifest"}
    if known is None:
        yield {"error": "pull model manifest: file does not exist"}
        return
    for step in range(STEPS + 1):
        part = {"digest": f"sha256:{known.digest}", "total": known.size, "completed": known.size * step // STEPS}
        yield {"status": f"pulling {known.digest[:12]}", **part}
    for status in ("verifying sha256 digest", "writing manifest", "removing unused layers"):
        yield {"status": status}
    if known not in fake.models:
        fake.models.append(known)
    yield {"status": "success"}


def delete(fake: "FakeOllama", body: dict[str, Any]) -> None:
    """A model is gone from the disk; in memory it stays for its time."""
    fake.models.remove(model(fake, body))


def _too_little(fake: "FakeOllama", model: FakeModel) -> str:
    if fake.era == "A":
        free = (fake.scheduler.memory or 0) / (1 << 30)
        return f"model requires more system memory ({model.size / (1 << 30):.1f} GiB) than is available ({free:.1f} GiB)"
    failure = "ggml_aligned_malloc: insufficient memory (attempted to allocate 128.00 MB)"
    return f"llama-server process has terminated: exit status 1: {failure}"
