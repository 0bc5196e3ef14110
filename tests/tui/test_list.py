"""Finding, ordering and moving many jobs in the monitor's list."""

from daemon.contract.states import JobState
from tests.daemon.api.served import Served
from tests.tui.watched import listed, monitor
from tui.messages import Done
from tui.screens.help import HelpScreen
from tui.widgets.job_table import JobTable


async def test_what_is_typed_is_listed_as_it_is_typed(daemon: Served) -> None:
    for name in ("Night Train.mp4", "rain.mp4", "door.mp4"):
        daemon.film(name)
    async with monitor(daemon.socket) as watched:
        await listed(watched, ["door.mp4", "rain.mp4", "Night Train.mp4"])
        await watched.press("slash", "a", "i")
        await listed(watched, ["rain.mp4", "Night Train.mp4"])
        await watched.press("n", "space", "enter")
        assert "with “ain”" in watched.top
        await watched.press("escape")
        await listed(watched, ["door.mp4", "rain.mp4", "Night Train.mp4"])


async def test_the_order_is_chosen_by_a_key(daemon: Served) -> None:
    for name in ("b.mp4", "c.mp4", "a.mp4"):
        daemon.film(name)
    daemon.store.prioritise(2, 5)
    async with monitor(daemon.socket) as watched:
        await listed(watched, ["a.mp4", "c.mp4", "b.mp4"])
        for order in (["b.mp4", "c.mp4", "a.mp4"], ["c.mp4", "a.mp4", "b.mp4"], ["c.mp4", "b.mp4", "a.mp4"], ["a.mp4", "b.mp4", "c.mp4"]):
            await watched.press("o")
            await listed(watched, order)
        assert "by name" in watched.top


async def test_a_key_acts_on_all_that_are_marked(daemon: Served) -> None:
    jobs = [daemon.film(f"{name}.mp4", JobState.FAILED).id for name in "abc"]
    async with monitor(daemon.socket) as watched:
        await listed(watched, ["c.mp4", "b.mp4", "a.mp4"])
        await watched.press("space", "space")
        assert watched.cells(0)[1].startswith("✓ ")
        await watched.press("r")
        await watched.read(Done, lambda done: done.text == "retry: 2 jobs")  # type: ignore[attr-defined]
        states = [row.state for row in map(daemon.store.job, jobs) if row]
        assert states == [JobState.FAILED, JobState.PENDING, JobState.PENDING]
        await watched.until(lambda: not watched.app.screen.query_one(JobTable).marked)


async def test_many_of_which_some_refuse(daemon: Served) -> None:
    daemon.film("a.mp4", JobState.COMPLETED)
    daemon.film("b.mp4")
    async with monitor(daemon.socket) as watched:
        await listed(watched, ["b.mp4", "a.mp4"])
        await watched.press("asterisk", "p")
        await watched.read(Done, lambda done: done.text.startswith("pause: 1 job\nnot job 1: "))  # type: ignore[attr-defined]


async def test_a_job_is_put_first(daemon: Served) -> None:
    job = daemon.film("a.mp4").id
    async with monitor(daemon.socket) as watched:
        await listed(watched, ["a.mp4"])
        await watched.press("plus")
        await watched.read(Done, lambda done: "priority 10" in done.text)  # type: ignore[attr-defined]
        assert (found := daemon.store.job(job))
        assert found.priority == 10


async def test_the_cursor_goes_with_the_job_that_runs(daemon: Served) -> None:
    for name in "abc":
        daemon.film(f"{name}.mp4")
    async with monitor(daemon.socket) as watched:
        await listed(watched, ["c.mp4", "b.mp4", "a.mp4"])
        await watched.press("l")
        daemon.store.claim(1.0)
        table = watched.app.screen.query_one(JobTable)
        await watched.until(lambda: table.selected is not None and table.selected.name == "a.mp4")


async def test_every_key_is_explained_where_it_works(daemon: Served) -> None:
    daemon.film("a.mp4")
    async with monitor(daemon.socket) as watched:
        await listed(watched, ["a.mp4"])
        await watched.press("question_mark")
        assert isinstance(watched.app.screen, HelpScreen)
        shown = str(watched.app.screen.query("Static").first().render())
        assert all(key in shown for key in ("⏎", "space", "f ", "+ -", "^p", "arriving"))
        await watched.press("escape", "ctrl+t")
        assert watched.app.theme == "textual-light"
