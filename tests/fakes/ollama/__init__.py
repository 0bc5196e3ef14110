"""A server that speaks Ollama's HTTP interface on loopback, for tests and for runs by hand.

It writes by schema: nothing that it says is kept ready, everything comes from the seed, the schema and the words of the prompt.
It refuses what Ollama refuses, and unknown fields and options too, which Ollama passes over in silence. ``server.FakeOllama`` is the
way in; ``python -m tests.fakes.ollama --port N`` runs one alone.
"""

from tests.fakes.ollama.faults import Fault, FaultKind
from tests.fakes.ollama.models import FakeModel
from tests.fakes.ollama.server import FakeOllama

__all__ = ["FakeModel", "FakeOllama", "Fault", "FaultKind"]
