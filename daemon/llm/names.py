"""Models' names, as Ollama reads them."""


def same_name(one: str, other: str) -> bool:
    """Whether two names mean one model: ``llama3.1`` is ``llama3.1:latest``."""
    return _tagged(one) == _tagged(other)


def is_cloud(name: str) -> bool:
    """Whether Ollama would send what it is asked under this name to ollama.com."""
    tag = _tagged(name).rpartition(":")[2]
    return tag == "cloud" or tag.endswith("-cloud")


def _tagged(name: str) -> str:
    return name if ":" in name.rpartition("/")[2] else f"{name}:latest"
