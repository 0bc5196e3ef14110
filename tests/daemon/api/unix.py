"""The requests library over a Unix socket, for tools that speak through it."""

import socket
from pathlib import Path
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection
from urllib3.connectionpool import HTTPConnectionPool

BASE = "http://reelscribe"


def session(path: Path, patience: float) -> requests.Session:
    """A session whose requests to ``BASE`` go to the socket; nothing waits longer than ``patience`` seconds for a byte."""
    made = requests.Session()
    made.trust_env = False
    made.mount(BASE, _Adapter(path, patience))
    return made


class _Connection(HTTPConnection):
    path: Path
    patience: float

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.patience)
        self.sock.connect(str(self.path))


class _Adapter(HTTPAdapter):
    def __init__(self, path: Path, patience: float) -> None:
        class Connection(_Connection):
            pass

        class Pool(HTTPConnectionPool):
            ConnectionCls = Connection

        Connection.path, Connection.patience = path, patience
        self._pool_of_unix = Pool("reelscribe")
        super().__init__()

    def get_connection_with_tls_context(self, request: Any, verify: Any, proxies: Any = None, cert: Any = None) -> Any:
        return self._pool_of_unix

    def close(self) -> None:
        self._pool_of_unix.close()
        super().close()
