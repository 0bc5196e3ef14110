"""Where a server is: reads ``ollama.url`` and knows which addresses are this machine."""

import ipaddress
from urllib.parse import urlsplit

from daemon.contract.values import Frozen
from daemon.llm.errors import BadAddress

DEFAULT_PORT = 11434


class Address(Frozen):
    """One server. ``socket`` is the path of a Unix socket, else ``""``; ``shown`` is without a password."""

    base: str
    shown: str
    socket: str = ""
    local: bool = False


def parse(url: str) -> Address:
    """Reads ``http://host:port``, ``host:port``, ``https://…`` or ``unix:/path``. Raises BadAddress.

    Behind ``unix:/path?remote`` another machine answers, through a proxy.
    """
    text = url.strip()
    if text.startswith("unix:"):
        return _unix(text)
    return _network(text if "://" in text else f"http://{_with_port(text)}", url)


def _unix(text: str) -> Address:
    path, _, behind = text.removeprefix("unix:").partition("?")
    path = path.removeprefix("//") if path.startswith("///") else path
    if not path.startswith("/") or behind not in ("", "remote"):
        raise _bad(text)
    return Address(base="http://localhost", shown=f"unix:{path}", socket=path, local=not behind)


def _network(text: str, url: str) -> Address:
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise _bad(url) from error
    if parts.scheme not in ("http", "https") or not host or parts.query or parts.fragment:
        raise _bad(url)
    where = f"[{host}]" if ":" in host else host
    shown = f"{parts.scheme}://{where}" + (f":{port}" if port else "") + parts.path.rstrip("/")
    return Address(base=text.rstrip("/"), shown=shown, local=_this_machine(host))


def _with_port(text: str) -> str:
    """Without a scheme, Ollama's own port is meant, as in OLLAMA_HOST."""
    host, _, path = text.partition("/")
    bare = host.rpartition("]")[2] if host.startswith("[") else host
    return text if ":" in bare else f"{host}:{DEFAULT_PORT}/{path}"


def _this_machine(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
    return address.is_loopback or address.is_unspecified


def _bad(url: str) -> BadAddress:
    return BadAddress(f"ollama.url is not an address: {url!r}", "Write http://host:port, https://host or unix:/path/to.sock.")
