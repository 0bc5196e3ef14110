"""What the daemon is asked about itself."""

from datetime import datetime

from pydantic import RootModel

from daemon.contract.alerts import Alerts
from daemon.contract.doctor import Diagnosis
from daemon.contract.status import Health, Inbox, Status
from tui.questions import Questions

EXAMINED_WITHIN = 60.0  # seconds: a share that hangs is waited for
MEASURED_WITHIN = 600.0  # seconds: a large model takes minutes to be loaded


class Inboxes(RootModel[tuple[Inbox, ...]]):
    """The watched folders."""


class SystemQuestions(Questions):
    """The part of the client that asks how things stand."""

    async def health(self) -> Health:
        """Whether it answers, and its version."""
        return await self._ask("GET", "/v1/health", Health)

    async def status(self) -> Status:
        """What it does, and what it waits for."""
        return await self._ask("GET", "/v1/status", Status)

    async def alerts(self, since: datetime | None = None) -> Alerts:
        """What a person should look at; failures before ``since`` are left out."""
        return await self._ask("GET", "/v1/alerts", Alerts, params={"since": since.isoformat()} if since else None)

    async def doctor(self, *, speed: bool = False) -> Diagnosis:
        """What it finds of all that its work depends on."""
        within = MEASURED_WITHIN if speed else EXAMINED_WITHIN
        return await self._ask("GET", "/v1/doctor", Diagnosis, params={"speed": speed}, within=within)

    async def inboxes(self) -> Inboxes:
        """The folders that it watches."""
        return await self._ask("GET", "/v1/inboxes", Inboxes)

    async def metrics(self) -> str:
        """How things stand, as Prometheus reads it."""
        return (await self._send("GET", "/v1/metrics")).decode()
