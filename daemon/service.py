"""The composition root: one asyncio loop on the main thread runs the API, the timers, the worker and every write to the table.

Things are started in the order in which they need each other and stopped in reverse; READY is said only once the socket answers.
"""

import asyncio
import logging
import signal
import sqlite3
import time
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from starlette.types import ASGIApp

from config.errors import ConfigProblems
from config.places import Places
from config.settings import Settings
from daemon.api import app
from daemon.api.server import Server
from daemon.api.tcp import TcpServer
from daemon.contract.errors import CannotStart, ReelscribeError
from daemon.contract.states import HoldCause
from daemon.contract.values import shown
from daemon.controls import Controls
from daemon.inbox import unmounted
from daemon.inbox.keeper import Keeper
from daemon.jobs import backups, lock
from daemon.jobs.errors import TableDamaged
from daemon.jobs.holding import in_slices
from daemon.jobs.store import SqliteTooOld, Store, TableNewer, TableUnwritable
from daemon.notify import notify, supervised, watchdog_interval
from daemon.stages.recipe import RECIPES
from daemon.upkeep import retention
from daemon.upkeep.aside import Aside
from daemon.upkeep.timers import mind_the_clock
from daemon.worker.artefacts import DAY, Artefacts
from daemon.worker.heartbeat import Heartbeat
from daemon.worker.history import History, told
from daemon.worker.orders import Orders
from daemon.worker.patience import SHUT, patiently
from daemon.worker.worker import Worker

log = logging.getLogger(__name__)

TABLE = "reelscribe.db"
DUE_EVERY = 15  # seconds between two looks at what is held
STALE_FIRST, STALE_EVERY = 30, 1800  # seconds to the first look at which scripts are stale, and between two
TRIM_EVERY = 6 * 3600  # seconds
TRIM_FIRST = 600  # seconds: a machine that is on for an hour a day trims too
BACKUP_FIRST = 300  # seconds
BACKUP_LOOK = 3600  # seconds between two looks at whether the last backup is a day old
LATE_IS_FINE = {"misfire_grace_time": None, "coalesce": True}  # after a suspended night each timer is due once


class Service:
    """The daemon. ``run`` returns when it was told to stop (SIGTERM, SIGINT); ``load`` reads the settings again on SIGHUP."""

    def __init__(self, settings: Settings, places: Places, load: Callable[[], Settings]) -> None:
        self.settings = settings
        self.places = places
        self._load = load
        self._stop = asyncio.Event()
        self._reload = asyncio.Event()
        self._fault: BaseException | None = None

    async def run(self) -> None:
        """From the lock to the last goodbye. Raises ``ReelscribeError`` where something needed cannot be had."""
        asyncio.get_running_loop().set_default_executor(Aside())
        async with AsyncExitStack() as stack:
            stack.enter_context(lock.take(self.places.state))
            await self._open_table(stack)
            self._open_artefacts()
            self._hear_signals(stack)
            self._history = History(self._store.durations())
            self._keeper = Keeper(self._store, self.settings, state_dir=self.places.state, lasting=self._lasting)
            await self._answer(stack)
            self._watch(stack)
            self._work(stack)
            self._keep_time(stack)
            self._keep_running(stack, self._reload_when_asked(), "settings")
            notify("READY=1", "STATUS=watching")
            log.info("ready: %s", shown(self.places.socket))
            await self._stop.wait()
            notify("STOPPING=1")
        if self._fault:
            raise self._fault

    def _hear_signals(self, stack: AsyncExitStack) -> None:
        loop = asyncio.get_running_loop()
        for number, act in ((signal.SIGTERM, self._stop.set), (signal.SIGINT, self._stop.set), (signal.SIGHUP, self._reload.set)):
            loop.add_signal_handler(number, act)
            stack.callback(loop.remove_signal_handler, number)

    async def _open_table(self, stack: AsyncExitStack) -> None:
        self._store = await patiently(self._opened_table)
        stack.callback(self._store.close)
        opened = self._store.opened
        if opened.quarantined:
            instead = f"the backup {shown(opened.restored)} is taken up" if opened.restored else "a new one is begun"
            aside = shown(opened.quarantined)
            log.warning("the job table could not be read and lies in %s; %s, and the inboxes are read anew", aside, instead)
        if opened.migrated_from is not None:
            log.info("the job table was brought up to date; as it was, it lies in %s", shown(opened.backup or ""))
        for job_id in await patiently(self._store.recover):
            log.info("job %d was cut short and goes on where it was", job_id, extra={"JOB": job_id})

    def _opened_table(self) -> Store:
        try:
            return Store.open(self.places.state / TABLE)
        except (TableNewer, TableUnwritable, SqliteTooOld) as error:
            raise CannotStart(error.message, error.advice, error.detail) from error

    def _open_artefacts(self) -> None:
        self._artefacts = Artefacts(self.places.state / "artefacts")
        self._artefacts.clear_making()
        self._store.editions.clear_making()

    async def _answer(self, stack: AsyncExitStack) -> None:
        """The socket. Streams of events have to end before uvicorn does, so they are closed first."""
        controls = Controls(self._store, self._keeper, self._artefacts, self.places, lambda: self.settings, self._history)
        self._scripts = controls.scripts
        api = app.create(self._store, controls, version("reelscribe"))
        server = Server(api, self.places.socket)
        await server.start()
        stack.push_async_callback(server.stop)
        await self._answer_over_tcp(stack, api)
        stack.callback(api.state.broadcast.close)

    async def _answer_over_tcp(self, stack: AsyncExitStack, api: ASGIApp) -> None:
        wanted = self.settings.api
        if wanted.address and wanted.key:
            tcp = TcpServer(api, *wanted.address, wanted.key.get_secret_value())
            await tcp.start()
            stack.push_async_callback(tcp.stop)
            log.info("listening on %s, for those who have the key", wanted.tcp)

    def _lasting(self, films: int) -> str:
        """How long so many films would take."""
        return told(self._history.queue([step.stage for step in RECIPES["screenplay"]], films))

    def _watch(self, stack: AsyncExitStack) -> None:
        self._keep_running(stack, self._keeper.run(), "inboxes")
        if supervised():
            self._keep_running(stack, unmounted.mind(lambda: [inbox.path for inbox in self.settings.inboxes]), "disks")

    def _work(self, stack: AsyncExitStack) -> None:
        orders = Orders(self._store, self.places, lambda: self.settings, self._keeper.overrides_of)
        heartbeat = Heartbeat(watchdog_interval())
        worker = Worker(self._store, self._artefacts, orders, heartbeat=heartbeat, settings=lambda: self.settings, history=self._history)
        self._keep_running(stack, worker.run(), "worker")

    def _keep_running(self, stack: AsyncExitStack, work: Coroutine[Any, Any, None], name: str) -> None:
        task = asyncio.create_task(work, name=name)
        task.add_done_callback(self._fell)
        stack.push_async_callback(_cancelled, task)

    def _keep_time(self, stack: AsyncExitStack) -> None:
        timers = AsyncIOScheduler(job_defaults=LATE_IS_FINE, timezone=UTC)  # no machine's own zone need be understood
        soon = datetime.now(UTC) + timedelta(seconds=TRIM_FIRST)
        first = datetime.now(UTC) + timedelta(seconds=BACKUP_FIRST)
        looked = datetime.now(UTC) + timedelta(seconds=STALE_FIRST)
        timers.add_job(_unhurt(self._keeper.rescan), "interval", seconds=self.settings.watch.rescan, id="rescan")
        timers.add_job(_unhurt(self._look_at_due), "interval", seconds=DUE_EVERY, id="due")
        timers.add_job(_unhurt(self._trim), "interval", seconds=TRIM_EVERY, id="trim", next_run_time=soon)
        timers.add_job(_unhurt(self._back_up), "interval", seconds=BACKUP_LOOK, id="backup", next_run_time=first)
        timers.add_job(_unhurt(self._mark_stale), "interval", seconds=STALE_EVERY, id="stale", next_run_time=looked)
        timers.start()
        stack.callback(timers.shutdown, wait=False)
        self._keep_running(stack, mind_the_clock(timers), "clock")
        self._timers = timers

    async def _mark_stale(self) -> None:
        with suppress(*SHUT):  # another time
            await self._scripts.all_stale()

    async def _look_at_due(self) -> None:
        with suppress(*SHUT):  # the table cannot be written: the worker says so
            self._store.due(time.time())

    async def _trim(self) -> None:
        keep, now = self.settings.keep, time.time()
        with suppress(*SHUT):  # a full disk: what follows makes room
            self._store.trim(now - keep.events * DAY)
        removed = await asyncio.to_thread(retention.trim, self._artefacts, now, keep.artefacts, self.settings.state.max_size)
        if removed:
            log.info("%d intermediate results were removed, by keep.artefacts and state.max_size", removed)

    async def _back_up(self) -> None:
        """Once a day. What is wrong with the table is said, and said again by every alert."""
        try:
            copy = await asyncio.to_thread(backups.back_up, self.places.state / TABLE, time.time(), self.settings.keep.backups)
        except TableDamaged as error:
            log.warning("%s %s", error.message, error.advice)
            self._store.damage = error.message
        except (sqlite3.Error, OSError) as error:
            log.warning("the job table could not be backed up: %s", error)
        else:
            if copy:
                self._store.damage = ""
                log.info("the job table was backed up: %s", shown(copy))

    async def _reload_when_asked(self) -> None:
        while True:
            await self._reload.wait()
            self._reload.clear()
            await self._read_settings()

    async def _read_settings(self) -> None:
        """Reads the settings again. A bad file changes nothing, and every problem in it is said."""
        try:
            settings = self._load()
        except ConfigProblems as problems:
            log.warning("the settings stay as they were:\n%s", problems)
            return
        self.settings = settings
        self._timers.reschedule_job("rescan", trigger="interval", seconds=settings.watch.rescan)
        self._timers.modify_job("stale", next_run_time=datetime.now(UTC))
        with suppress(*SHUT):
            await self._keeper.reconfigure(settings)
            await in_slices(lambda: self._store.release(HoldCause.HOURS))  # other hours may hold
        log.info("the settings were read again")

    def _fell(self, task: asyncio.Task[None]) -> None:
        """A part that ends by itself takes the service with it: systemd starts a whole one."""
        if not task.cancelled():
            fault = task.exception() or RuntimeError(f"the part {task.get_name()} ended")
            while isinstance(fault, BaseExceptionGroup):
                fault = fault.exceptions[0]
            self._fault = fault
            self._stop.set()


def _unhurt(work: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], Coroutine[Any, Any, None]]:
    """A timer's work. That the service ends in the middle of it is no error; of a table that cannot be used the worker says more."""

    async def done() -> None:
        with suppress(asyncio.CancelledError, ReelscribeError):
            await work()

    return done


async def _cancelled(task: asyncio.Task[None]) -> None:
    """Cancels a task and waits until it is over."""
    task.cancel()
    await asyncio.wait([task])
