"""The list of jobs: a window of them, as wide as the terminal."""

from dataclasses import dataclass
from typing import ClassVar, Self

from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.message import Message
from textual.widgets import DataTable

from daemon.contract.events import Event
from daemon.contract.jobs import Job
from daemon.contract.states import JobState
from tui.describing import remark
from tui.widgets.bar import bar
from tui.widgets.system_line import moving
from tui.wording import left, plain

STYLES = {
    JobState.PROCESSING: "cyan",
    JobState.COMPLETED: "green",
    JobState.FAILED: "bold red",
    JobState.HELD: "yellow",
    JobState.PAUSED: "magenta",
    JobState.CANCELLED: "dim",
    JobState.IGNORED: "dim",
}
WIDE = 110  # cells from which on every column fits
FIXED = {"state": 10, "stage": 10, "progress": 9, "left": 10}  # cells; name and reason share the rest
NOW = 34  # cells that stage, progress and the time left need in one column
PADDING = 2  # cells around each column
SCROLLBAR, BAR = 2, 4  # cells


class JobTable(DataTable[Text]):
    """A row a job. At its ends it asks for the jobs beyond."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select_cursor", "open", tooltip="its timeline, its script, its stages, the whole story"),
        Binding("home", "scroll_top", "first", show=False),
        Binding("end", "scroll_bottom", "last", show=False),
        Binding("space", "mark", "mark", tooltip="mark it; the keys then act on all that are marked"),
        Binding("asterisk", "mark_all", "mark all", tooltip="mark all that are listed, or none", key_display="*", show=False),
    ]

    _in_a_row = False  # whether cells of one row are being changed

    @dataclass
    class Beyond(Message):
        """The cursor wants to go past the window: to older jobs, or back to newer ones."""

        older: bool

    def __init__(self) -> None:
        super().__init__(cursor_type="row", zebra_stripes=True)
        self._jobs: dict[int, Job] = {}
        self._marked: set[int] = set()

    @property
    def marked(self) -> tuple[int, ...]:
        """The jobs that a person marked; those that are not in the window any more count too."""
        return tuple(sorted(self._marked))

    @property
    def selected(self) -> Job | None:
        """The job under the cursor."""
        return self._in_order()[self.cursor_row] if 0 <= self.cursor_row < len(self._jobs) else None

    def show_jobs(self, jobs: tuple[Job, ...]) -> None:
        """These jobs and no others; the cursor stays with its job where that is still there."""
        same = [job.id for job in jobs] == list(self._jobs)
        before, shown = self.selected, self._jobs
        self._jobs = {job.id: job for job in jobs}
        if same and self.columns:
            for job in jobs:
                if job != shown[job.id]:
                    self._redraw(job)
        else:
            self._rebuild(before)

    def show_progress(self, event: Event) -> None:
        """How far one job is."""
        job = self._jobs.get(event.data.get("id", 0))
        if job is not None:
            moved = job.model_copy(update=moving(event))
            self._jobs[job.id] = moved
            self._redraw(moved)

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """What DataTable wants drawn; all of it for each cell that changes, of which its row is enough."""
        return self if self._in_a_row and not regions else super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def select(self, job_id: int) -> None:
        """Puts the cursor on a job, if it is in the window."""
        if job_id in self._jobs:
            self.move_cursor(row=list(self._jobs).index(job_id), scroll=True)

    def unmark(self) -> None:
        """No job is marked."""
        self._mark(set())

    def action_mark(self) -> None:
        """Marks the job under the cursor or takes its mark away; the cursor goes on."""
        if self.selected is not None:
            self._mark(self._marked ^ {self.selected.id})
            super().action_cursor_down()

    def action_mark_all(self) -> None:
        """Marks all that are listed, or none."""
        self._mark(set() if self._marked >= self._jobs.keys() else self._marked | self._jobs.keys())

    def _mark(self, marked: set[int]) -> None:
        changed, self._marked = self._marked ^ marked, marked
        for job in self._in_order():
            if job.id in changed:
                self._redraw(job)

    def on_resize(self, _: events.Resize) -> None:
        """Columns as wide as there is room."""
        self._rebuild(self.selected)

    def action_cursor_down(self) -> None:
        """One down, or the jobs that follow."""
        if self.cursor_row >= self.row_count - 1:
            self.post_message(self.Beyond(older=True))
        super().action_cursor_down()

    def action_page_down(self) -> None:
        """A screen down, or the jobs that follow."""
        if self.cursor_row >= self.row_count - 1:
            self.post_message(self.Beyond(older=True))
        super().action_page_down()

    def action_cursor_up(self) -> None:
        """One up, or the jobs before."""
        if self.cursor_row <= 0:
            self.post_message(self.Beyond(older=False))
        super().action_cursor_up()

    def _in_order(self) -> list[Job]:
        return list(self._jobs.values())

    def _rebuild(self, selected: Job | None) -> None:
        widths = self._widths()
        self.clear(columns=True)
        for name, width in widths.items():
            self.add_column(name.upper(), width=width, key=name)
        for job in self._in_order():
            self.add_row(*self._cells(job), key=str(job.id))
        if selected is not None and selected.id in self._jobs:
            self.move_cursor(row=list(self._jobs).index(selected.id), scroll=True)

    def _redraw(self, job: Job) -> None:
        """What changed of one row, and nothing else."""
        row = str(job.id)
        try:
            self._in_a_row = True
            for column, cell in zip(self.columns, self._cells(job), strict=True):
                if self.get_cell(row, column) != cell:
                    self.update_cell(row, column, cell)
            self.refresh_row(self.get_row_index(row))
        finally:
            self._in_a_row = False

    def _widths(self) -> dict[str, int]:
        """Columns and their cells: where there is no room for all, ``now`` stands for stage, progress and reason."""
        wide = self.size.width >= WIDE
        fixed = FIXED if wide else {"state": FIXED["state"]}
        room = max(self.size.width - SCROLLBAR - sum(fixed.values()) - PADDING * (len(fixed) + 2), 20)
        name = room // 2 if wide else min(room // 2, room - NOW)
        state, *rest = fixed.items()
        return dict([state, ("name", name), *rest, ("reason" if wide else "now", room - name)])

    def _cells(self, job: Job) -> list[Text]:
        runs = job.state == JobState.PROCESSING
        cells = {
            "state": Text(job.state, STYLES.get(job.state, "")),
            "name": Text.assemble(("✓ ", "bold green"), _cut(job.name)) if job.id in self._marked else _cut(job.name),
            "stage": Text(job.stage or ""),
            "progress": bar(job.progress, BAR) if runs else Text(""),
            "left": Text(left(job.eta, job.eta_low, job.eta_high) if runs else ""),
            "reason": _cut(remark(job)),
        }
        cells["now"] = Text(" ").join([cells["stage"], cells["progress"], cells["left"]]) if runs else cells["reason"]
        return [cells[str(column.value)] for column in self.columns]


def _cut(text: str) -> Text:
    return Text(plain(text).replace("\n", " "), no_wrap=True, overflow="ellipsis")
