"""The daemon as it is seen through its socket: every question, every event, every way of not being answered.

::

    ReelscribeError
    ├── NoDaemon             nobody answers, or nobody any more
    ├── NotAllowed           the socket is there and is not ours to use
    ├── TooSlow              no whole answer in time
    ├── Refused              the daemon said no; ``problem`` says why
    └── OtherLanguage        what came is nothing that this version understands
"""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self, TypeVar

from pydantic import BaseModel, ValidationError

from daemon.contract.errors import ReelscribeError
from daemon.contract.jobs import (
    AddJobs,
    AskWhy,
    BulkDone,
    BulkWish,
    Job,
    JobDetail,
    JobPage,
    JobSort,
    LogPage,
    NewPriority,
    Resumed,
    ResumeJobs,
    Why,
)
from daemon.contract.problems import Problem
from daemon.contract.skips import ChangedRange, FilmSkips, LearnedRanges, NewRange, SplitRange
from daemon.contract.states import JobState
from daemon.contract.timeline import Timeline
from daemon.contract.values import Frozen, packed, shown
from tui.script_questions import ScriptQuestions
from tui.stream import EventReader
from tui.system_questions import SystemQuestions

if TYPE_CHECKING:
    import httpx

Model = TypeVar("Model", bound=BaseModel)
Answer = TypeVar("Answer")
Action = Literal["retry", "cancel", "pause", "resume"]

ANSWER_WITHIN = 15.0  # seconds for a whole answer
SIGN_OF_LIFE = 45.0  # seconds: three heartbeats of the event stream


class NoDaemon(ReelscribeError):
    """Nobody answers, or nobody any more."""


class NotAllowed(ReelscribeError):
    """The socket is there and is not ours to use."""


class TooSlow(ReelscribeError):
    """No whole answer in time."""


class Refused(ReelscribeError):
    """The daemon said no."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail or problem.title, problem.advice)
        self.problem = problem


class OtherLanguage(ReelscribeError):
    """What came is nothing that this version understands."""


class Daemon(SystemQuestions, ScriptQuestions):
    """The daemon behind the first of these sockets on which somebody answers when it is first asked.

    ``async with Daemon(sockets) as daemon``; every question may raise NoDaemon, NotAllowed, TooSlow, Refused or OtherLanguage.
    """

    def __init__(self, sockets: Sequence[Path], within: float = ANSWER_WITHIN) -> None:
        self.socket = sockets[0]
        self._sockets = sockets
        self._within = within
        self._connected: httpx.AsyncClient | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._connected is not None:
            await self._connected.aclose()

    async def jobs(
        self,
        after: int | None = None,
        limit: int = 50,
        state: JobState | None = None,
        *,
        inbox: Path | None = None,
        text: str = "",
        sort: JobSort = "newest",
    ) -> JobPage:
        """A page of jobs: those after the job ``after`` in the order of ``sort``; ``text`` is looked for in their paths."""
        asked: dict[str, str | int] = {"limit": limit, "sort": sort}
        asked |= ({"after": after} if after else {}) | ({"state": state.value} if state else {}) | ({"text": text} if text else {})
        asked |= {"inbox": packed(inbox)} if inbox else {}
        return await self._ask("GET", "/v1/jobs", JobPage, params=asked)

    async def bulk(self, wish: BulkWish) -> BulkDone:
        """The same for many jobs."""
        return await self._ask("POST", "/v1/jobs/bulk", BulkDone, asked=wish)

    async def prioritise(self, job_id: int, priority: int) -> Job:
        """Puts a job before all of lower priority."""
        return await self._ask("PUT", f"/v1/jobs/{job_id}/priority", Job, asked=NewPriority(priority=priority))

    async def job(self, job_id: int) -> JobDetail:
        """One job with its stages, scripts and skips."""
        return await self._ask("GET", f"/v1/jobs/{job_id}", JobDetail)

    async def log(self, job_id: int, after: int = 0, limit: int = 100) -> LogPage:
        """What happened to a job after the event ``after``, oldest first."""
        return await self._ask("GET", f"/v1/jobs/{job_id}/log", LogPage, params={"after": after, "limit": limit})

    async def job_of(self, path: Path) -> Job | None:
        """The newest job of a video."""
        page = await self._ask("GET", "/v1/jobs", JobPage, params={"path": packed(path)})
        return page.items[0] if page.items else None

    async def add(self, paths: Sequence[Path]) -> JobPage:
        """Takes videos."""
        return await self._ask("POST", "/v1/jobs", JobPage, asked=AddJobs(paths=tuple(paths)))

    async def act(self, job_id: int, action: Action) -> Job:
        """Retries, cancels, pauses or resumes a job."""
        return await self._ask("POST", f"/v1/jobs/{job_id}/{action}", Job)

    async def resume_all(self, inbox: Path | None = None) -> int:
        """Resumes every paused job, or those of one inbox; gives how many."""
        return (await self._ask("POST", "/v1/jobs/resume", Resumed, asked=ResumeJobs(inbox=inbox))).count

    async def delete(self, job_id: int) -> None:
        """Forgets a job."""
        await self._send("DELETE", f"/v1/jobs/{job_id}")

    async def skips(self, job_id: int) -> FilmSkips:
        """What is left out of a job's video, and what is suggested."""
        return await self._ask("GET", f"/v1/videos/{job_id}/skips", FilmSkips)

    async def timeline(self, job_id: int) -> Timeline:
        """A job's video on a time axis."""
        return await self._ask("GET", f"/v1/videos/{job_id}/timeline", Timeline)

    async def still(self, job_id: int, shot: int) -> bytes:
        """The JPEG of a shot, counted from 1."""
        return await self._send("GET", f"/v1/videos/{job_id}/keyframes/{shot}")

    async def add_range(self, job_id: int, new: NewRange, seen: str) -> FilmSkips:
        """Writes a range down, if nobody changed the choices since their version was ``seen``."""
        return await self._ask("POST", f"/v1/videos/{job_id}/skips", FilmSkips, asked=new, seen=seen)

    async def change_range(self, job_id: int, range_id: str, wanted: ChangedRange, seen: str) -> FilmSkips:
        """Changes a range."""
        return await self._ask("PATCH", f"/v1/videos/{job_id}/skips/{range_id}", FilmSkips, asked=wanted, seen=seen)

    async def split_range(self, job_id: int, range_id: str, wanted: SplitRange, seen: str) -> FilmSkips:
        """Makes two of a range."""
        return await self._ask("POST", f"/v1/videos/{job_id}/skips/{range_id}/split", FilmSkips, asked=wanted, seen=seen)

    async def remove_range(self, job_id: int, range_id: str, seen: str) -> FilmSkips:
        """Takes a range away."""
        return await self._ask("DELETE", f"/v1/videos/{job_id}/skips/{range_id}", FilmSkips, seen=seen)

    async def learn(self, job_id: int) -> LearnedRanges:
        """Learns what a person left out of a job's video."""
        return await self._ask("POST", f"/v1/videos/{job_id}/skips/learn", LearnedRanges)

    async def learned(self) -> LearnedRanges:
        """All that was learned."""
        return await self._ask("GET", "/v1/learned", LearnedRanges)

    async def forget(self, learned_id: int) -> None:
        """Takes a learned range back."""
        await self._send("DELETE", f"/v1/learned/{learned_id}")

    async def why(self, path: Path) -> Why:
        """What becomes of a file."""
        return await self._ask("POST", "/v1/why", Why, asked=AskWhy(path=path))

    @asynccontextmanager
    async def watching(self, since: int | None = None) -> AsyncIterator[EventReader]:
        """What happens from here on, or from the event ``since`` on: all that follows is seen."""
        headers = {} if since is None else {"Last-Event-ID": str(since)}
        with self._said_plainly():
            async with self._http.stream("GET", "/v1/events", headers=headers) as response:
                if response.status_code != HTTPStatus.OK:
                    await response.aread()
                    raise _refusal(response)
                yield EventReader(response.aiter_lines(), since)

    async def _ask(
        self,
        method: str,
        path: str,
        model: type[Model],
        *,
        asked: Frozen | None = None,
        params: Any = None,
        seen: str = "",
        within: float | None = None,
    ) -> Model:
        content = None if asked is None else asked.model_dump_json()
        return _read(model, await self._send(method, path, seen=seen, within=within, content=content, params=params))

    async def _send(self, method: str, path: str, *, seen: str = "", within: float | None = None, **rest: Any) -> bytes:
        headers = {"Content-Type": "application/json"} | ({"If-Match": f'"{seen}"'} if seen else {})
        with self._said_plainly():
            async with asyncio.timeout(within or self._within):
                response = await self._http.request(method, path, **rest, headers=headers, timeout=within or SIGN_OF_LIFE)
        if response.is_error:
            raise _refusal(response)
        return response.content

    @property
    def _http(self) -> "httpx.AsyncClient":
        import httpx  # the monitor paints before it calls anybody, and this takes a tenth of its start

        if self._connected is None:
            self.socket = answering(self._sockets)
            transport = httpx.AsyncHTTPTransport(uds=str(self.socket), verify=False)  # no TLS there: its certificates take 20 ms to read
            self._connected = httpx.AsyncClient(transport=transport, base_url="http://reelscribe", timeout=SIGN_OF_LIFE)
        return self._connected

    def _said_plainly(self) -> "_SaidPlainly":
        return _SaidPlainly(self.socket)


class _SaidPlainly:
    """Says what httpx and asyncio raise in our own words; the one place where their errors are known."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, _: object) -> None:
        where = shown(self._path)
        if error is None or isinstance(error, ReelscribeError):
            return
        import httpx

        if isinstance(error, TimeoutError | httpx.TimeoutException):
            raise TooSlow(
                f"the daemon at {where} does not answer in time", "its log says what keeps it: journalctl -u 'reelscribe@*'"
            ) from error
        if isinstance(error, httpx.HTTPError):
            raise NoDaemon(f"the daemon at {where} went away", HOW_TO_START) from error


HOW_TO_START = "start it with `reelscribe serve`, or as a service: `systemctl start reelscribe@$USER`"


def ask(sockets: Sequence[Path], question: Callable[[Daemon], Awaitable[Answer]]) -> Answer:
    """One question, for who has no event loop."""

    async def asked() -> Answer:
        async with Daemon(sockets) as daemon:
            return await question(daemon)

    return asyncio.run(asked())


def answering(sockets: Sequence[Path]) -> Path:
    """The first socket on which somebody answers. Raises NoDaemon and NotAllowed."""
    for path in sockets:
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as caller:
                caller.settimeout(1)
                caller.connect(os.fsencode(path))
                return path
        except PermissionError as error:
            raise NotAllowed(
                f"you may not use the daemon's socket {shown(path)}", "it is for its owner and group: `ls -l` shows them"
            ) from error
        except BlockingIOError:  # somebody listens, and many call
            return path
        except OSError:
            continue
    raise NoDaemon(f"no daemon answers at {' or '.join(shown(path) for path in sockets)}", HOW_TO_START)


def _read(model: type[Model], content: bytes) -> Model:
    try:
        return model.model_validate_json(content, extra="ignore")
    except ValidationError as error:
        raise OtherLanguage("the daemon speaks another version's language", "restart it, so that both are of one version") from error


def _refusal(response: "httpx.Response") -> ReelscribeError:
    try:
        return Refused(_read(Problem, response.content))
    except OtherLanguage:
        return OtherLanguage(f"the daemon answered {response.status_code} and no reason", "is it Reelscribe that listens there?")
