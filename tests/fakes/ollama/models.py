"""The models that the server has, and what it says of them."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

MODIFIED = "2026-05-01T12:00:00.000000000Z"


@dataclass(frozen=True)
class FakeModel:
    """One model. ``size`` in bytes; the rest as a GGUF file states it."""

    name: str
    size: int
    family: str = "llama"
    parameters: str = "8.0B"
    capabilities: tuple[str, ...] = ("completion", "tools")
    context_length: int = 131072
    layers: int = 32
    heads: int = 32
    kv_heads: int = 8
    width: int = 4096
    remote_host: str = ""

    @property
    def digest(self) -> str:
        """Of the manifest, as ``/api/tags`` gives it."""
        return sha256(self.name.encode()).hexdigest()

    @property
    def kv_bytes(self) -> int:
        """Memory of one token of context."""
        return self.layers * self.kv_heads * (self.width // self.heads) * 4

    def details(self) -> dict[str, Any]:
        """``details``, in lists and in show alike."""
        return {
            "parent_model": "",
            "format": "gguf",
            "family": self.family,
            "families": [self.family],
            "parameter_size": self.parameters,
            "quantization_level": "Q4_K_M",
        }

    def tag(self, *, with_capabilities: bool) -> dict[str, Any]:
        """One entry of ``/api/tags``; servers of the first era tell no capabilities there."""
        entry: dict[str, Any] = {
            "name": self.name,
            "model": self.name,
            "modified_at": MODIFIED,
            "size": self.size,
            "digest": self.digest,
            "details": self.details(),
        }
        if with_capabilities:
            entry["capabilities"] = list(self.capabilities)
        if self.remote_host:
            entry |= {"remote_host": self.remote_host, "remote_model": self.name.partition(":")[0]}
        return entry

    def show(self) -> dict[str, Any]:
        """``/api/show``."""
        shown: dict[str, Any] = {
            "modelfile": f"FROM {self.name}\n",
            "parameters": "",
            "template": "{{ .Prompt }}",
            "details": self.details(),
            "model_info": self.info(),
            "capabilities": list(self.capabilities),
            "modified_at": MODIFIED,
        }
        return shown | ({"remote_host": self.remote_host} if self.remote_host else {})

    def info(self) -> dict[str, Any]:
        """The keys of the model's file."""
        return {
            "general.architecture": self.family,
            f"{self.family}.block_count": self.layers,
            f"{self.family}.context_length": self.context_length,
            f"{self.family}.embedding_length": self.width,
            f"{self.family}.attention.head_count": self.heads,
            f"{self.family}.attention.head_count_kv": self.kv_heads,
        }


LLAMA_8B = FakeModel("llama3.1:8b", 4_920_000_000)
LLAMA_70B = FakeModel("llama3.1:70b", 42_520_000_000, parameters="70.6B", layers=80, heads=64, width=8192)
LLAMA_1B = FakeModel("llama3.2:1b", 1_320_000_000, parameters="1.2B", layers=16, width=2048)
EMBEDDING = FakeModel("nomic-embed-text:latest", 274_000_000, "nomic-bert", "137M", ("embedding",), 2048, 12, 12, 12, 768)
THINKER = FakeModel("qwen3:8b", 5_200_000_000, "qwen3", "8.2B", ("completion", "tools", "thinking"), 40960, 36)
GPT_OSS = FakeModel("gpt-oss:20b", 13_800_000_000, "gptoss", "20.9B", ("completion", "tools", "thinking"), 131072, 24, 64, 8, 2880)
EYES = FakeModel("llava:7b", 4_700_000_000, "llama", "7B", ("completion", "vision"), 32768)
ALL_ROUND = FakeModel("gemma3:4b", 3_340_000_000, "gemma3", "4.3B", ("completion", "vision"), 131072, 34, 8, 4, 2560)
CLOUD = FakeModel("gpt-oss:120b-cloud", 384, "gptoss", "116.8B", ("completion",), remote_host="https://ollama.com:443")

DEFAULT = (LLAMA_8B, EMBEDDING)
KNOWN = (LLAMA_8B, LLAMA_70B, LLAMA_1B, EMBEDDING, THINKER, GPT_OSS, EYES, ALL_ROUND, CLOUD)
