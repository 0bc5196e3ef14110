"""What each stage of a film's last run took: time, memory, tokens, and what was reused."""

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from daemon.contract.jobs import JobDetail, StageRun
from daemon.contract.states import Stage
from tui.wording import columns, left, many, percent, plain, size, span

STYLES = {"done": "green", "reused": "dim", "runs": "cyan", "held": "yellow", "failed": "bold red", "crashed": "bold red"}
HEADING = ("STAGE", "RESULT", "TOOK", "MEMORY", "TOKENS IN/OUT", "PARTS", "MODEL")


class StagesPane(VerticalScroll, can_focus=True):
    """A line a stage, in the order of the trip, and what the last run took in all."""

    def compose(self) -> ComposeResult:
        """The table."""
        yield Static("reading …", id="runs", markup=False)

    def show(self, job: JobDetail) -> None:
        """Draws what is known of a job."""
        runs, told = self.query_one("#runs", Static), Text("\n").join(_lines(job))
        if runs.content != told:
            runs.update(told)


def _lines(job: JobDetail) -> list[Text]:
    last = {run.stage: run for run in job.stages if run.attempt == job.attempt}
    runs = [last[stage] for stage in Stage if stage in last]
    if not runs:
        return [Text("nothing was done yet", "dim")]
    heading, *rows = columns([HEADING, *map(_row, runs)])
    lines = [Text(plain(row)) for row in rows]
    for line, run in zip(lines, runs, strict=True):
        line.highlight_words([_result(run)], STYLES.get(_result(run), ""))
    errors = [Text(f"{run.stage}: {plain(run.error)}", "red") for run in runs if run.error]
    return [Text(heading, "bold"), *lines, Text(), Text(_sum(job, runs)), *errors]


def _row(run: StageRun) -> tuple[str, ...]:
    took = span((run.ended - run.started).total_seconds()) if run.ended and not run.kept else ""
    tokens = f"{run.tokens_in} / {run.tokens_out}" if run.tokens_in else ""
    parts = f"{run.asked} new, {run.reused} reused" if run.asked or run.reused else ""
    return run.stage, _result(run), took, size(run.peak_memory) if run.peak_memory else "", tokens, parts, plain(run.model)


def _result(run: StageRun) -> str:
    return "reused" if run.kept else run.outcome or "runs"


def _sum(job: JobDetail, runs: list[StageRun]) -> str:
    """``run 2: 3 min so far, at most 1.2 GiB, 2 stages reused``."""
    spent = sum((run.ended - run.started).total_seconds() for run in runs if run.ended and not run.kept)
    peak = max((run.peak_memory or 0 for run in runs), default=0)
    reused = sum(run.kept for run in runs)
    runs_now = job.state == "processing"
    rest = left(job.eta, job.eta_low, job.eta_high) if runs_now else ""
    parts = [
        span(spent) + (" so far" if runs_now else ""),
        f"at most {size(peak)} of memory" if peak else "",
        f"{many(reused, 'stage')} reused" if reused else "",
        f"{percent(job.progress)}, {rest} left" if rest else "",
    ]
    return f"run {job.attempt}: {', '.join(part for part in parts if part)}"
