"""What a person reads about scripts: lines, the same in a terminal and in the monitor.

The lines may hold what somebody else wrote: whoever shows them makes them ``plain``.
"""

from collections.abc import Iterable, Iterator, Sequence

from config.times import clock
from daemon.contract.jobs import JobDetail, StageRun
from daemon.contract.scripts import Asked, Difference, Found, FoundPage, Review, SceneView, Statistics, Version, VersionDetail
from tui.wording import local, many, size, span

SIGNS = {"added": "+", "removed": "-", "changed": "~", "moved": "="}


def script_rows(versions: Sequence[Version]) -> list[list[str]]:
    """The list of films' scripts, with its heading."""
    heading = ["JOB", "NAME", "VERSION", "STATUS", "STYLE", "BY", "WRITTEN", "WHY"]
    return [heading, *([str(one.job), one.name, *_row(one)] for one in versions)]


def version_rows(versions: Sequence[Version]) -> list[list[str]]:
    """The list of one script's versions, with its heading."""
    heading = ["VERSION", "STATUS", "STYLE", "BY", "WRITTEN", "WHY", "FROM"]
    return [heading, *([*_row(one), str(one.parent or "")] for one in versions)]


def _row(one: Version) -> list[str]:
    status = "deleted" if one.deleted else one.status
    return [str(one.number), f"{status}, stale" if one.stale else status, one.style, _by(one), local(one.created), one.why]


def _by(one: Version) -> str:
    return one.model or "draft" if one.author == "machine" else one.author


def version_lines(one: VersionDetail, scene: str | None = None) -> Iterator[str]:
    """A version: what is known of it, and its text; of one scene only that, with its lines numbered."""
    yield f"{one.title} ({one.name}), version {one.number}: {one.why}"
    rest = {
        "status": one.status + (f" by {one.status_by}" if one.status_by else "") + (f": {one.status_note}" if one.status_note else ""),
        "written": f"{local(one.created)} by {_by(one)}, style {one.style}",
        "stale": one.stale and f"{one.stale}; reelscribe refresh {one.job}",
        "took": _took(one),
        "pages": str(one.pages.get("said", "")),
        "checked": ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in one.record.items() if _counts(name, value)),
    }
    yield from (f"  {name:8} {value}" for name, value in rest.items() if value)
    yield from (f"  warning  {warning}" for warning in one.warnings)
    yield from (f"  asked    {_asked(wish)}" for wish in one.asked if wish.state != "done" and wish.kind != "write")
    for each in one.scenes:
        if scene is None or scene in (each.number, each.id):
            yield ""
            yield from scene_lines(each, numbered=scene is not None)


def _counts(name: str, value: object) -> bool:
    """Whether a number of the record counts something; how each kind of fault was mended is for those who read the JSON."""
    return isinstance(value, int) and name != "peak_memory" and not name.startswith("mended_")


def _took(one: Version) -> str:
    tokens = f", {one.tokens_in} tokens in, {one.tokens_out} out" if one.tokens_in else ""
    return f"{span(one.seconds)}{tokens}" if one.seconds else ""


def _asked(wish: Asked) -> str:
    what = {"regenerate": f"scene {wish.scene} again", "hand": "an edited file"}.get(wish.kind, wish.kind)
    wanted = f" ({wish.instructions})" if wish.instructions else ""
    return f"{what}{wanted}: {wish.said or 'waits for the next run'}"


def scene_lines(scene: SceneView, *, numbered: bool) -> Iterator[str]:
    """A scene's text; its lines ``numbered``, as `script lock` calls them."""
    yield f"{scene.number}. {scene.heading}{'  (locked)' if scene.locked else ''}"
    for line in scene.lines:
        number = f"{line.line:>4}  " if numbered else "  "
        indent = {"character": 20, "parenthetical": 15, "dialogue": 10}.get(line.kind, 0)
        cues = f"  [{', '.join(line.cues)}]" if numbered and line.cues else ""
        yield f"{number}{' ' * indent}{line.text}{cues}{'  (locked)' if line.locked else ''}"


def difference_lines(found: Difference) -> Iterator[str]:
    """What is in one version and not in the other."""
    yield from (f"{SIGNS[one.change]} {one.text}" for one in found.title_page)
    for scene in found.scenes:
        yield f"scene {scene.number} {scene.change}: {scene.heading}"
        yield from (f"  {SIGNS[one.change]} {one.text}" for one in scene.elements)
    if not (found.title_page or found.scenes):
        yield f"versions {found.old} and {found.new} say the same"


def found_lines(page: FoundPage) -> Iterator[str]:
    """The lines that were found, with film, scene and time."""
    yield from (found_line(one) for one in page.items)
    if not page.items:
        yield "nothing was found"


def found_line(one: Found, begin: str = "", end: str = "") -> str:
    """One of them; what was looked for stands between ``begin`` and ``end``."""
    text, at = "", 0
    for start, stop in one.marks:
        text, at = f"{text}{one.text[at:start]}{begin}{one.text[start:stop]}{end}", stop
    who = f"{one.who}: " if one.who else ""
    return f"{one.name}  scene {one.number}  {clock(one.start)}  {who}{text}{one.text[at:]}"


def review_lines(review: Review, job: str) -> Iterator[str]:
    """The lines of nobody, and how to give them to somebody."""
    yield from (f"{one.cue:6} {clock(one.start)}  {one.who}: {one.text}" for one in review.items)
    if review.items:
        yield f"`reelscribe script assign {job} {review.items[0].cue} NAME` gives a line to somebody"
    else:
        yield "it is clear who says each line"


def statistics_rows(found: Statistics) -> list[list[str]]:
    """What each model did in each stage, with the heading."""
    priced = found.price is not None
    heading = ["STAGE", "MODEL", "RUNS", "REUSED", "FAILED", "FELL BACK", "S/FILM MIN", "TOKENS/FILM MIN", *(["PRICE"] if priced else [])]
    rows = [heading]
    for one in found.items:
        rates = [_rate(one.seconds_per_minute), _rate(one.tokens_per_minute if one.tokens_in else None)]
        price = [_rate(one.price, 4)] if priced else []
        rows.append([one.stage, one.model, *map(str, (one.runs, one.reused, one.failed, one.fallbacks)), *rates, *price])
    return rows


def _rate(value: float | None, digits: int = 1) -> str:
    return "" if value is None else f"{value:.{digits}f}"


def stage_rows(job: JobDetail) -> list[list[str]]:
    """What each stage of the last run did, with the heading."""
    last = [run for run in job.stages if run.attempt == job.attempt]
    return [["STAGE", "RESULT", "TOOK", "MEMORY", "TOKENS", "CHUNKS", "MODEL"], *(_stage(run) for run in last)]


def _stage(run: StageRun) -> list[str]:
    took = span((run.ended - run.started).total_seconds()) if run.ended and not run.kept else ""
    memory = size(run.peak_memory) if run.peak_memory else ""
    tokens = f"{run.tokens_in} in, {run.tokens_out} out" if run.tokens_in else ""
    chunks = f"{many(run.asked, 'asked', 'asked')}, {run.reused} reused" if run.asked or run.reused else ""
    return [run.stage, "reused" if run.kept else run.outcome or "runs", took, memory, tokens, chunks, run.model]


def asked_lines(one: VersionDetail) -> Iterable[str]:
    """What waits to be done."""
    return (f"scene {wish.scene} is written again by the next run" for wish in one.asked if wish.state == "open")
