"""A real browser without a window, asked over its own pipe (Chrome DevTools Protocol); nothing listens on a port."""

import base64
import json
import os
import select
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path
from typing import Any

QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-breakpad", "--hide-scrollbars", "--remote-debugging-pipe",
)  # fmt: skip
PATIENCE = 60  # seconds for one answer, on a machine that does much else


class Browser:
    """One page. ``said`` holds what it complained of, ``asked`` every address that it wanted."""

    def __init__(self, commands: int, answers: FileIO) -> None:
        self._commands, self._answers = commands, answers
        self._number, self._session, self._rest = 0, "", b""
        self.said: list[str] = []
        self.asked: list[str] = []
        target = self("Target.createTarget", url="about:blank")["targetId"]
        self._session = self("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self(f"{domain}.enable")

    def __call__(self, method: str, **params: Any) -> dict[str, Any]:
        """What the browser answers. Raises RuntimeError with its own words where it refuses."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": params} | ({"sessionId": self._session} if self._session else {})
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        while (answer := self._next()).get("id") != self._number:
            pass
        if "error" in answer:
            raise RuntimeError(answer["error"]["message"])
        result: dict[str, Any] = answer["result"]
        return result

    def open(self, page: Path, width: int, *, dark: bool = False, media: str = "screen") -> None:
        """Shows a file as a screen of this width does, a narrow one as a phone's."""
        self("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 600)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self("Emulation.setEmulatedMedia", media=media, features=[scheme])
        self("Page.navigate", url=page.as_uri())
        while self._next().get("method") != "Page.loadEventFired":
            pass

    def value(self, expression: str) -> Any:
        """Of a JavaScript expression; a promise is waited for."""
        answer = self("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def picture(self, *, whole: bool = False) -> bytes:
        """A PNG of what is seen, or of the whole page."""
        return base64.b64decode(self("Page.captureScreenshot", format="png", captureBeyondViewport=whole)["data"])

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            if not select.select([self._answers], [], [], PATIENCE)[0]:
                raise TimeoutError("the browser says nothing")
            piece = self._answers.read(1 << 16)
            if not piece:
                raise EOFError("the browser ended")
            self._rest += piece
        line, _, self._rest = self._rest.partition(b"\0")
        message: dict[str, Any] = json.loads(line)
        self._note(message.get("method", ""), message.get("params", {}))
        return message

    def _note(self, method: str, params: dict[str, Any]) -> None:
        if method == "Network.requestWillBeSent":
            self.asked.append(params["request"]["url"])
        elif method == "Log.entryAdded":
            self.said.append(params["entry"]["text"])
        elif method == "Runtime.exceptionThrown" or (method == "Runtime.consoleAPICalled" and params["type"] in ("error", "warning")):
            self.said.append(json.dumps(params))


@contextmanager
def browser(folder: Path) -> Iterator[Browser]:
    """A browser with a profile of its own in ``folder``, gone at the end."""
    theirs_in, commands = os.pipe()
    answers, theirs_out = os.pipe()
    start = f'exec "$@" 3<&{theirs_in} 4>&{theirs_out}'  # where Chromium looks for its two pipes
    environment = {**os.environ, "HOME": str(folder)}
    with subprocess.Popen(
        ["bash", "-c", start, "bash", "chromium", *QUIET, f"--user-data-dir={folder / 'profile'}"],
        pass_fds=(theirs_in, theirs_out), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment,
    ) as process:  # fmt: skip
        os.close(theirs_in)
        os.close(theirs_out)
        try:
            with FileIO(answers) as heard:
                yield Browser(commands, heard)
        finally:
            os.close(commands)  # Chromium ends when nobody can speak to it
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
