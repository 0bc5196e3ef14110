"""How the speech libraries are imported: without telemetry, without a network, without a thread of their own."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

_ENVIRONMENT = {
    "ORT_DISABLE_TELEMETRY": "1",  # onnxruntime opens a database of its own when it is imported
    "HF_HUB_OFFLINE": "1",  # a model that lacks a file fails; nothing is fetched behind our back
}


@contextmanager
def imports() -> Iterator[None]:
    """Libraries read these switches once, when they are first imported; afterwards the environment is as it was."""
    before = {name: os.environ.get(name) for name in _ENVIRONMENT}
    os.environ.update(_ENVIRONMENT)
    try:
        import onnxruntime  # type: ignore[import-untyped]  # noqa: F401 - faster-whisper imports it late
        from tqdm import tqdm  # type: ignore[import-untyped]

        tqdm.monitor_interval = 0  # faster-whisper draws no progress bars, and yet tqdm would watch them in a thread
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
