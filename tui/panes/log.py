"""A job's log, following: what happened to it, and what its stages had to say."""

from typing import ClassVar

from rich.text import Text
from textual import on, work
from textual.binding import Binding, BindingType
from textual.widgets import RichLog

from daemon.contract.errors import ReelscribeError
from daemon.contract.jobs import LogLine
from tui.client import Daemon, NoDaemon
from tui.faults import TellsFaults
from tui.messages import LogRead, NotDone
from tui.screens.watching import Sockets
from tui.wording import local, plain

MOST_LINES = 5000
AT_ONCE = 500  # lines read at a time
STYLES = {"job.note": "", "job.changed": "cyan", "job.created": "cyan"}


class LogPane(TellsFaults, RichLog, can_focus=True):
    """Stays at its end as lines come, until somebody scrolls up; the end key follows again."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("end", "scroll_end", "follow", show=False)]

    def __init__(self, sockets: Sockets, job_id: int) -> None:
        super().__init__(max_lines=MOST_LINES, wrap=True, markup=False, min_width=20)
        self._sockets = sockets
        self._job_id = job_id
        self._last = 0

    def read(self) -> None:
        """Reads what came since."""
        self.read_log()

    @work(exclusive=True, group="log", exit_on_error=False)
    async def read_log(self) -> None:
        """Page after page."""
        after: int | None = self._last
        try:
            async with Daemon(self._sockets()) as daemon:
                while after is not None:
                    page = await daemon.log(self._job_id, after, AT_ONCE)
                    self.post_message(LogRead(page.items))
                    after = page.next
        except NoDaemon:
            pass  # it comes back, and then this is read again
        except ReelscribeError as error:
            self.post_message(NotDone(error))

    @on(LogRead)
    def show_lines(self, read: LogRead) -> None:
        """Draws those that are not there yet."""
        for line in read.lines:
            if line.id > self._last:
                self._last = line.id
                self.write(_text(line), scroll_end=self.is_vertical_scroll_end)


def _text(line: LogLine) -> Text:
    stage = f"{line.stage}: " if line.stage and line.type == "job.note" else ""
    return Text.assemble((f"{local(line.at)}  ", "dim"), (stage, "bold"), (plain(line.text), STYLES.get(line.type, "green")))
