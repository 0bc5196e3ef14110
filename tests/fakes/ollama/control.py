"""Two addresses that Ollama does not have, for a server that runs as a process of its own: its faults, and what it was asked."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from tests.fakes.ollama.faults import Fault, FaultKind

if TYPE_CHECKING:
    from tests.fakes.ollama.server import FakeOllama

FAULTS = "/fake/faults"
ASKED = "/fake/asked"


def set_faults(fake: "FakeOllama", body: dict[str, Any]) -> dict[str, Any]:
    """``{"kind", "times", "seconds"}`` for the next answers, with ``"always"`` for all, ``{}`` for none."""
    if not body:
        fake.faults.clear()
        return {"faults": None}
    fault = Fault(FaultKind(body["kind"]), float(body.get("seconds", 0.5)))
    if body.get("always"):
        fake.faults.always = fault
    else:
        fake.faults.add(fault, int(body.get("times", 1)))
    return {"faults": fault.kind}


def asked(fake: "FakeOllama") -> dict[str, Any]:
    """Every request so far, and every load."""
    return {"requests": [asdict(one) for one in fake.record.requests], "loads": fake.scheduler.loads, "at_once": fake.scheduler.at_once}
