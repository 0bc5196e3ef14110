"""The fake as a process of its own, as end-to-end runs use it."""

import subprocess
import sys
from pathlib import Path

import httpx


def test_it_prints_its_address_and_ends_when_told() -> None:
    command = [sys.executable, "-m", "tests.fakes.ollama", "--model", "llama3.2:1b", "--fault", "busy"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            assert [model["name"] for model in httpx.get(f"{url}/api/tags", trust_env=False).json()["models"]] == ["llama3.2:1b"]
            body = {"model": "llama3.2:1b", "messages": [{"role": "user", "content": "Hello"}]}
            assert httpx.post(f"{url}/api/chat", json=body, trust_env=False).status_code == 503
        finally:
            process.terminate()
    assert process.returncode == 0
