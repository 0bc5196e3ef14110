"""Which jobs a command is about: those that are named, or all that some conditions leave."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tui.commands.naming import absolute

if TYPE_CHECKING:
    from daemon.contract.jobs import BulkAction, BulkDone, JobFilter
    from daemon.contract.states import JobState
    from tui.client import Daemon

STATES = ("arriving", "pending", "processing", "held", "paused", "completed", "failed", "cancelled", "ignored")
MOST_COUNTED = 500  # jobs

NATURAL: dict[str, tuple[str, ...]] = {
    "retry": ("failed",),
    "cancel": ("arriving", "pending", "processing", "held", "paused"),
    "pause": ("pending", "processing", "held"),
    "resume": ("paused",),
    "prioritise": ("arriving", "pending", "held", "paused"),
}
"""The states that an action is about where no state is named."""


@dataclass(frozen=True)
class Chosen:
    """What was asked for: ``jobs`` by name, or ``everything`` that the conditions leave; ``sure``: nobody need be asked."""

    jobs: tuple[str, ...]
    everything: bool
    state: str | None
    inbox: Path | None
    text: str
    sure: bool

    @property
    def by_filter(self) -> bool:
        """Whether conditions choose. Raises UsageError where nothing was chosen, or both ways at once."""
        conditions = self.everything or bool(self.state or self.inbox or self.text)
        if conditions and self.jobs:
            raise click.UsageError("either JOB…, or --all with --state, --inbox, --text")
        if not (conditions or self.jobs):
            raise click.UsageError("name a job, its number or its video's path; or --all")
        return conditions

    def filter(self, action: "BulkAction") -> "JobFilter":
        """The conditions. Raises UsageError where an action is too grave to be about all states."""
        from daemon.contract.jobs import JobFilter
        from daemon.contract.states import JobState

        states = (self.state,) if self.state else NATURAL.get(action, ())
        if not states:
            raise click.UsageError(f"say which: --state {' or '.join(('completed', 'failed', 'cancelled'))}")
        return JobFilter(states=tuple(map(JobState, states)), inbox=absolute(self.inbox) if self.inbox else None, text=self.text)


def conditions(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options that say which jobs are listed or acted on."""
    options = (
        click.option("--state", type=click.Choice(STATES), metavar="STATE", help=f"Only jobs that are {', '.join(STATES)}."),
        click.option("--inbox", type=click.Path(path_type=Path), metavar="DIR", help="Only jobs of this inbox."),
        click.option("--text", default="", metavar="TEXT", help="Only those with this in their path, small letters or capitals."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def many(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds what every command on many jobs takes, and hands all of it over as ``chosen``."""
    import functools

    @functools.wraps(command)
    def chosen(
        *args: Any, jobs: tuple[str, ...], everything: bool, state: str | None, inbox: Path | None, text: str, sure: bool, **rest: Any
    ) -> Any:
        return command(*args, chosen=Chosen(jobs, everything, state, inbox, text, sure), **rest)

    made: Callable[..., Any] = chosen
    for option in (
        click.option("--yes", "sure", is_flag=True, help="Do not ask back."),
        conditions,
        click.option("--all", "everything", is_flag=True, help="All jobs that the action is about, or that the conditions leave."),
        click.argument("jobs", metavar="[JOB…]", nargs=-1),
    ):
        made = option(made)
    return made


async def done(daemon: "Daemon", chosen: Chosen, action: "BulkAction", priority: int) -> "BulkDone | None":
    """Does it to all that the conditions leave, once the person is sure; None where there was nothing to do or they were not."""
    from daemon.contract.jobs import BulkWish

    wanted = chosen.filter(action)
    count, more = await _count(daemon, wanted.states, chosen)
    if not count:
        return None
    jobs = f"{'more than ' if more else ''}{count} job{'' if count == 1 else 's'}"
    if not chosen.sure and action != "resume":
        _ask(f"{action}: {jobs}. Go on?")
    return await daemon.bulk(BulkWish(action=action, filter=wanted, priority=priority))


async def _count(daemon: "Daemon", states: "tuple[JobState, ...]", chosen: Chosen) -> tuple[int, bool]:
    """How many jobs there are, as far as one page of each state tells; whether there are more."""
    inbox = absolute(chosen.inbox) if chosen.inbox else None
    pages = [await daemon.jobs(None, MOST_COUNTED, state, inbox=inbox, text=chosen.text) for state in states]
    return sum(len(page.items) for page in pages), any(page.next for page in pages)


def _ask(question: str) -> None:
    """Goes on only after a yes; where nobody can be asked, not without ``--yes``."""
    if not sys.stdin.isatty():
        raise click.UsageError(f"{question} Nobody can be asked here: repeat it with --yes")
    click.confirm(question, abort=True, err=True)
