"""Messages that are sent: to a real server, by way of apprise, and to a real program."""

import asyncio
import json
import shlex
import socket
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from config.settings import Notify
from daemon.contract.states import JobState
from tests.daemon.api.served import Elsewhere, served_elsewhere, short_folder
from tui.cli import cli
from tui.following import follow
from tui.notify import grouping, serving
from tui.notify.sending import Message, send

pytestmark = pytest.mark.filterwarnings("ignore")  # apprise loads all that it can find, and some of that is old
MESSAGE = Message("failed", "Reelscribe: 1 film failed", "The file is empty.\n$(rm -rf ~).mp4", 1, (7,))
WRITES = "import json, os, sys; json.dump([json.load(sys.stdin), os.environ['REELSCRIBE_TITLE']], open(sys.argv[1], 'w'))"


class Post:
    """A server that keeps what it is sent."""

    def __init__(self) -> None:
        self.letters: list[dict[str, Any]] = []
        self.came = threading.Event()
        post = self

        class Box(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                post.letters.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(200)
                self.end_headers()
                post.came.set()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Box)

    @property
    def url(self) -> str:
        return f"json://127.0.0.1:{self.server.server_port}/secret"


@pytest.fixture
def post() -> Iterator[Post]:
    post = Post()
    thread = threading.Thread(target=post.server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield post
    post.server.shutdown()
    post.server.server_close()
    thread.join()


def settings(*urls: str, command: str | None = None, on: tuple[str, ...] = ("failed", "held")) -> Notify:
    return Notify.model_validate({"urls": urls, "command": command, "on": on})


def program(code: str, *arguments: Path) -> str:
    return shlex.join([sys.executable, "-c", code, *map(str, arguments)])


async def test_a_message_goes_every_way(post: Post, tmp_path: Path) -> None:
    became = await send(settings(post.url, command=program(WRITES, tmp_path / "told")), MESSAGE)
    assert list(became.values()) == ["", ""]
    assert (post.letters[0]["title"], post.letters[0]["message"]) == (MESSAGE.title, MESSAGE.body)
    told, title = json.loads((tmp_path / "told").read_text())
    assert (told["body"], told["jobs"], title) == (MESSAGE.body, [7], MESSAGE.title)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"urls": ["nobody://knows"]}, "no such address"),
        ({"command": program("raise SystemExit('no paper')")}, "no paper"),
        ({"command": "/nowhere/to/be/found"}, "cannot be run"),
    ],
)
@pytest.mark.logs_errors  # apprise's own
async def test_what_went_wrong_is_said(wrong: dict[str, Any], why: str) -> None:
    (said,) = (await send(Notify.model_validate(wrong), MESSAGE)).values()
    assert why in said


@pytest.mark.logs_errors
async def test_a_server_that_is_away_is_said_and_no_secret_is(post: Post) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    became = await send(settings(f"json://127.0.0.1:{port}/hunter2", post.url), MESSAGE)
    assert [bool(why) for why in became.values()] == [True, False]
    assert "hunter2" not in str(became)


def test_notify_test_says_what_became_of_each(post: Post, tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(json.dumps({"notify": {"urls": post.url, "command": "/nowhere/to/be/found"}}))
    done = CliRunner().invoke(cli, ["notify", "test", "--config", str(config)])
    assert done.exit_code == 1
    assert "notify.urls[1] (json): sent" in done.output
    assert "notify.command (/nowhere/to/be/found): it cannot be run" in done.output
    assert "secret" not in done.output


@pytest.mark.parametrize("command", ["test", "serve"])
def test_where_nobody_is_to_be_told_it_says_so(command: str, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("{}")
    done = CliRunner().invoke(cli, ["notify", command, "--config", str(tmp_path / "config.yaml")])
    assert "nobody is to be told" in done.output
    assert done.exit_code == (1 if command == "test" else 0)


@pytest.fixture
def daemon() -> Iterator[Elsewhere]:
    with short_folder() as folder, served_elsewhere(folder) as daemon:
        yield daemon


async def test_it_listens_and_tells_once_for_all_films(daemon: Elsewhere, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grouping, "GATHER", 1.0)
    connected = asyncio.Event()

    async def followed(sockets: Any) -> Any:
        async for happened in follow(sockets):
            connected.set()
            yield happened

    monkeypatch.setattr(serving, "follow", followed)
    task = asyncio.create_task(serving.serve(lambda: [daemon.socket], settings(post.url)))
    async with asyncio.timeout(30):
        await connected.wait()
        for number in range(3):
            name = f"{number}\x1b.mp4"
            await asyncio.to_thread(daemon.call, lambda served, name=name: served.film(name, JobState.FAILED, reason="The file is empty."))
        await asyncio.to_thread(post.came.wait, 30)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    (letter,) = post.letters
    assert letter["title"] == "Reelscribe: 3 films failed"
    assert letter["message"].startswith("The file is empty.")
    assert "2\\x1b.mp4" in letter["message"]
