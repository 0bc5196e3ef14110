"""What the list and the page of one job have in common: the keys that move jobs on."""

from abc import abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar, TypeAlias, get_args

from textual import on, work
from textual.binding import Binding, BindingType
from textual.screen import Screen

from daemon.contract.errors import ReelscribeError
from daemon.contract.events import Event
from daemon.contract.jobs import BulkAction, BulkDone, BulkWish
from tui.client import Action, Daemon
from tui.faults import TellsFaults
from tui.following import Connected, Lost
from tui.messages import Done, NotDone
from tui.wording import many, plain

Sockets: TypeAlias = Callable[[], Sequence[Path]]
FIRST, LAST = 10, -10  # priorities that the keys give; what nobody chose has 0


class Watching(TellsFaults, Screen[None]):
    """A screen that shows jobs; ``targets`` are those that keys act on."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "act('retry')", "retry", tooltip="run it again, after it failed or ended"),
        Binding("c", "act('cancel')", "cancel", tooltip="end it; retry brings it back"),
        Binding("p", "act('pause')", "pause", tooltip="stop it until you resume it; what is done is kept"),
        Binding("u", "act('resume')", "resume", tooltip="let it wait its turn again"),
        Binding("plus,equals_sign", f"prioritise({FIRST})", "first", key_display="+ -", tooltip="do it before all others, or last"),
        Binding("minus", f"prioritise({LAST})", "last", key_display="-", show=False),
    ]

    def __init__(self, sockets: Sockets) -> None:
        super().__init__()
        self.sockets = sockets

    @property
    @abstractmethod
    def targets(self) -> tuple[int, ...]:
        """The numbers of the jobs that a key acts on."""

    @abstractmethod
    def heard(self, what: Connected | Event | Lost) -> None:
        """Something happened."""

    def action_act(self, action: BulkAction) -> None:
        """Asks the daemon to move the jobs on."""
        self.act(BulkWish(action=action, ids=self.targets))

    def action_prioritise(self, priority: int) -> None:
        """Puts them before all others, or behind them."""
        self.act(BulkWish(action="prioritise", ids=self.targets, priority=priority))

    @work(exit_on_error=False)
    async def act(self, wish: BulkWish) -> None:
        """Asks; tells how it went."""
        if not wish.ids:
            return
        try:
            async with Daemon(self.sockets()) as daemon:
                self.post_message(Done(await _done(daemon, wish)))
        except ReelscribeError as error:
            self.post_message(NotDone(error))

    @on(Done)
    def say_done(self, told: Done) -> None:
        """In the corner."""
        self.notify(plain(told.text), markup=False)

    @on(NotDone)
    def say_not_done(self, told: NotDone) -> None:
        """In the corner, with the advice."""
        self.notify(f"{plain(told.error.message)}\n{plain(told.error.advice)}".rstrip(), severity="warning", markup=False)


async def _done(daemon: Daemon, wish: BulkWish) -> str:
    """Does it, and says what came of it."""
    if len(wish.ids) > 1:
        return _told(wish, await daemon.bulk(wish))
    if wish.action == "prioritise":
        job = await daemon.prioritise(wish.ids[0], wish.priority)
        return f"{job.name} has priority {job.priority}"
    action: Action = next(action for action in get_args(Action) if action == wish.action)
    job = await daemon.act(wish.ids[0], action)
    return f"{job.name} is {job.state}"


def _told(wish: BulkWish, done: BulkDone) -> str:
    lines = [f"{wish.action}: {many(done.count, 'job')}"]
    return "\n".join([*lines, *(f"not job {one.id}: {one.reason}" for one in done.refused[:3])])
