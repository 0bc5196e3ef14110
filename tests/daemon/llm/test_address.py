"""What may stand in ``ollama.url``."""

import pytest

from daemon.llm import address
from daemon.llm.errors import BadAddress


@pytest.mark.parametrize(
    ("url", "base", "local"),
    [
        ("http://127.0.0.1:11434", "http://127.0.0.1:11434", True),
        ("http://127.8.9.10:11434/", "http://127.8.9.10:11434", True),
        ("http://localhost:11434", "http://localhost:11434", True),
        ("http://[::1]:11434", "http://[::1]:11434", True),
        ("http://0.0.0.0:11434", "http://0.0.0.0:11434", True),
        ("127.0.0.1", "http://127.0.0.1:11434", True),
        ("box", "http://box:11434", False),
        ("box:8080", "http://box:8080", False),
        ("[::1]", "http://[::1]:11434", True),
        ("https://ollama.example.org/api-root/", "https://ollama.example.org/api-root", False),
        ("http://192.168.1.5:11434", "http://192.168.1.5:11434", False),
    ],
)
def test_over_the_network(url: str, base: str, local: bool) -> None:
    found = address.parse(url)

    assert (found.base, found.local, found.socket) == (base, local, "")


@pytest.mark.parametrize("url", ["unix:/run/ollama.sock", "unix:///run/ollama.sock"])
def test_a_unix_socket(url: str) -> None:
    found = address.parse(url)

    assert (found.socket, found.local, found.shown) == ("/run/ollama.sock", True, "unix:/run/ollama.sock")


def test_a_password_is_not_shown() -> None:
    found = address.parse("http://me:secret@box:11434")

    assert "secret" not in found.shown
    assert "secret" in found.base


@pytest.mark.parametrize(
    "url",
    ["", "ftp://box", "http://", "unix:relative.sock", "http://box:port", "http://box?x=1", "unix:", "unix:/a.sock?far"],
)
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(BadAddress):
        address.parse(url)


def test_a_socket_behind_which_another_machine_answers_is_no_memory_of_ours() -> None:
    found = address.parse("unix:/run/ollama.sock?remote")
    assert (found.socket, found.local) == ("/run/ollama.sock", False)
