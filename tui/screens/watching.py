"""What the list and the page of one job have in common: the keys that move a job on."""

from abc import abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.screen import Screen

from daemon.contract.errors import ReelscribeError
from daemon.contract.events import Event
from tui.client import Action, Daemon
from tui.following import Connected, Lost
from tui.messages import Done, NotDone
from tui.wording import plain

Sockets = Callable[[], Sequence[Path]]


class Watching(Screen[None]):
    """A screen that shows jobs; ``chosen`` is the one that keys act on."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "act('retry')", "retry"),
        Binding("c", "act('cancel')", "cancel"),
        Binding("p", "act('pause')", "pause"),
        Binding("u", "act('resume')", "resume"),
    ]

    def __init__(self, sockets: Sockets) -> None:
        super().__init__()
        self.sockets = sockets

    @property
    @abstractmethod
    def chosen(self) -> int | None:
        """The number of the job that a key acts on."""

    @abstractmethod
    def heard(self, what: Connected | Event | Lost) -> None:
        """Something happened."""

    def action_act(self, action: Action) -> None:
        """Asks the daemon to move the chosen job on."""
        if self.chosen is not None:
            self.act(self.chosen, action)

    @work
    async def act(self, job_id: int, action: Action) -> None:
        """Asks; tells how it went."""
        try:
            async with Daemon(self.sockets()) as daemon:
                job = await daemon.act(job_id, action)
        except ReelscribeError as error:
            self.post_message(NotDone(error))
        else:
            self.post_message(Done(f"{job.name} is {job.state}"))

    @on(Done)
    def say_done(self, told: Done) -> None:
        """In the corner."""
        self.notify(plain(told.text), markup=False)

    @on(NotDone)
    def say_not_done(self, told: NotDone) -> None:
        """In the corner, with the advice."""
        self.notify(f"{plain(told.error.message)}\n{plain(told.error.advice)}".rstrip(), severity="warning", markup=False)
