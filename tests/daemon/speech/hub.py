"""A hub of speech models on loopback: real HTTP, with redirects, ranges and digests, as the real one has them."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


class Hub(ThreadingHTTPServer):
    """``files`` by name; ``broken`` names an answer code, ``cut`` ends every answer after so many bytes, ``digest`` tells a wrong one."""

    def __init__(self, files: dict[str, bytes]) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.files = files
        self.broken: int | None = None
        self.cut: int | None = None
        self.digest: str | None = None
        self.asked: list[tuple[str, str]] = []  # path and range

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Answer(BaseHTTPRequestHandler):
    server: Hub

    def do_GET(self) -> None:
        name = self.path.rsplit("/", 1)[-1]
        self.server.asked.append((self.path, self.headers.get("Range", "")))
        content = self.server.files.get(name)
        if self.server.broken or content is None:
            self._send(self.server.broken or 404, b"")
        elif "/resolve/" in self.path and name == "model.bin":
            digest = self.server.digest or sha256(content).hexdigest()
            self._send(302, b"", Location=f"/store/{name}", X_Linked_Etag=f'"{digest}"')
        else:
            self._send_range(content)

    def _send_range(self, content: bytes) -> None:
        start = int(self.headers.get("Range", "bytes=0-").removeprefix("bytes=").removesuffix("-"))
        if start >= len(content):
            self._send(416, b"")
        else:
            self._send(206 if start else 200, content[start:])

    def _send(self, code: int, body: bytes, **headers: str) -> None:
        self.send_response(code)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body[: self.server.cut])

    def log_message(self, format: str, *args: object) -> None:
        return


@contextmanager
def serving(files: dict[str, bytes]) -> Iterator[Hub]:
    """A hub that answers until the block ends."""
    with Hub(files) as hub:
        thread = Thread(target=hub.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield hub
        hub.shutdown()
        thread.join()
