"""A film's timeline with what lies under the cursor, and the ranges that a person makes and changes on it."""

import asyncio
from dataclasses import dataclass
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.message import Message
from textual.widgets import Static

from daemon.contract.errors import ReelscribeError
from daemon.contract.skips import FilmSkips, OwnRange, RangeKind
from tui.client import Daemon
from tui.faults import TellsFaults
from tui.messages import RangesRead, RangesRefused, StillRead, TimelineRead
from tui.screens.watching import Sockets
from tui.timeline import under_cursor
from tui.timeline.asking import ask
from tui.timeline.edits import Add, Change, Edit, Place, Remove, Split
from tui.widgets.still import Still
from tui.widgets.timeline import TimelineStrip
from tui.wording import plain

REST = 0.12  # seconds that the cursor must rest before its picture is asked for


class TimelinePane(TellsFaults, Vertical):
    """Every key acts at the cursor. An edit that is refused says why below the strip; nothing is changed then."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("i", "set_in", "in", tooltip="here a new range begins; the mouse draws one"),
        Binding("o", "set_out", "out", tooltip="here it ends"),
        Binding("enter", "skip", "skip it", tooltip="leave the new range, or a suggested one, out", priority=True),
        Binding("k", "keep", "keep it", tooltip="never leave it out: the new range, or an automatic skip"),
        Binding("g", "grab", "grab edge", tooltip="take your range's nearer edge along with the cursor, or drag it"),
        Binding("x", "split", "split", tooltip="make two of your range"),
        Binding("d", "delete", "delete", tooltip="take your range away"),
        Binding("v", "to_scene", "script", tooltip="what the script says of this moment"),
        Binding("z", "undo", "undo", tooltip="take the last edit back"),
        Binding("escape", "drop", "drop", show=False),
    ]

    @dataclass
    class ToScene(Message):
        """Somebody wants to read the scene at this moment."""

        time: float

    def __init__(self, sockets: Sockets, job_id: int) -> None:
        super().__init__()
        self._sockets = sockets
        self._job_id = job_id
        self._known = FilmSkips()
        self._done: list[Edit] = []
        self._grabbed: tuple[OwnRange, bool] | None = None  # the range, and whether it is its end

    def compose(self) -> ComposeResult:
        """The strip, what went wrong, and below it the picture beside the words."""
        yield TimelineStrip()
        yield Static(id="refused", markup=False)
        with Horizontal():
            yield Still()
            with VerticalScroll(id="under-cursor"):
                yield Static(id="about", markup=False)

    @property
    def strip(self) -> TimelineStrip:
        """The strip."""
        return self.query_one(TimelineStrip)

    def read(self) -> None:
        """Reads the film anew."""
        self.read_film()

    @work(exclusive=True, group="film", exit_on_error=False)
    async def read_film(self) -> None:
        """The timeline and the ranges."""
        try:
            async with Daemon(self._sockets()) as daemon:
                timeline, skips = await asyncio.gather(daemon.timeline(self._job_id), daemon.skips(self._job_id))
                self.post_message(TimelineRead(timeline, skips))
        except ReelscribeError as error:
            self.post_message(RangesRefused(error))

    @on(TimelineRead)
    def show_film(self, read: TimelineRead) -> None:
        """Draws what was read."""
        self.strip.show_film(read.timeline)
        self._show(read.skips)

    @on(RangesRead)
    def show_ranges(self, read: RangesRead) -> None:
        """Draws the ranges as they are after an edit."""
        self._say("")
        self._show(read.skips)

    def _show(self, skips: FilmSkips) -> None:
        self._known = skips
        self.strip.show_skips(skips)
        if skips.problem:
            self._say(skips.problem)
        self.show_cursor()

    @on(RangesRefused)
    def show_refusal(self, refused: RangesRefused) -> None:
        """Right below the strip, where the eye is."""
        self._say(f"✗ {refused.error.message}" + (f" — {refused.error.advice}" if refused.error.advice else ""))
        if refused.reread:
            self.read_film()

    @on(TimelineStrip.Moved)
    def show_cursor(self) -> None:
        """What lies under the cursor."""
        strip = self.strip
        if self._grabbed:
            own, is_end = self._grabbed
            strip.mark(pending=(own.start, strip.cursor) if is_end else (strip.cursor, own.end))
        self.query_one("#about", Static).update(under_cursor.about(strip.timeline, self._known, strip.cursor))
        if shot := under_cursor.shot_number(strip.timeline, strip.cursor):
            self.read_still(shot)

    @work(exclusive=True, group="still", exit_on_error=False)
    async def read_still(self, shot: int) -> None:
        """The picture of a shot, once the cursor rests."""
        still = self.query_one(Still)
        if still.shot == shot:
            return
        await asyncio.sleep(REST)
        try:
            async with Daemon(self._sockets()) as daemon:
                self.post_message(StillRead(shot, await daemon.still(self._job_id, shot)))
        except ReelscribeError:
            self.post_message(StillRead(shot, b""))  # a shot without a picture: an empty frame says so

    @on(StillRead)
    def show_still(self, read: StillRead) -> None:
        """Draws the picture."""
        self.query_one(Still).show(read.shot, read.jpeg)

    @on(TimelineStrip.Dragged)
    def show_drag(self, dragged: TimelineStrip.Dragged) -> None:
        """What the mouse went over is what is being made."""
        self._grabbed = None
        self.strip.mark(pending=tuple(sorted((dragged.start, dragged.end))))

    @on(TimelineStrip.Grabbed)
    def take_edge(self, grabbed: TimelineStrip.Grabbed) -> None:
        """The mouse moves an edge."""
        self._grabbed = (grabbed.own, grabbed.is_end)

    @on(TimelineStrip.LetGo)
    def leave_edge(self) -> None:
        """That is where it shall be."""
        if self._grabbed:
            self._let_go()

    def action_to_scene(self) -> None:
        """Turns to the script."""
        self.post_message(self.ToScene(self.strip.cursor))

    # Making and changing

    def action_set_in(self) -> None:
        """Where a new range begins."""
        pending = self.strip.marks.pending
        self.strip.mark(pending=(self.strip.cursor, max(self.strip.cursor, pending[1]) if pending else self.strip.cursor))

    def action_set_out(self) -> None:
        """Where it ends."""
        pending = self.strip.marks.pending
        self.strip.mark(pending=(min(self.strip.cursor, pending[0]) if pending else 0.0, self.strip.cursor))

    def action_skip(self) -> None:
        """What is being made is left out; a grabbed edge is let go where it is; a suggestion is taken."""
        if self._grabbed:
            self._let_go()
        elif self.strip.marks.pending:
            self._add("skip")
        elif suggested := under_cursor.at(self._known.suggestions, self.strip.cursor):
            self.edit(Add(Place("skip", suggested.start, suggested.end, suggested.note)))
        else:
            self._say("set a beginning with i and an end with o, or drag the mouse; then enter leaves it out and k keeps it")

    def action_keep(self) -> None:
        """What is being made, or the automatic skip under the cursor, is never left out."""
        if self.strip.marks.pending:
            self._add("keep")
        elif skip := under_cursor.automatic(self._known, self.strip.cursor):
            self.edit(Add(Place("keep", skip.start, skip.end, "")))
        else:
            self._say("there is no automatic skip under the cursor")

    def action_grab(self) -> None:
        """Takes the nearer edge of the range under the cursor; the cursor moves it until enter."""
        own = self.strip.own
        if own is None:
            self._say("none of your ranges is under the cursor")
            return
        is_end = self.strip.cursor - own.start > own.end - self.strip.cursor
        self._grabbed = (own, is_end)
        self.strip.move(own.end if is_end else own.start)
        self._say("move the edge with the arrows; enter lets it go, escape puts it back")

    def action_split(self) -> None:
        """Makes two of the range under the cursor."""
        own = self.strip.own
        if own and own.start < self.strip.cursor < own.end:
            self.edit(Split(Place.of(own), self.strip.cursor))
        else:
            self._say("put the cursor inside of one of your ranges")

    def action_delete(self) -> None:
        """Your range under the cursor goes; an automatic skip is protected by a keep instead."""
        if self.strip.marks.pending and not self._grabbed:
            self.action_drop()
        elif own := self.strip.own:
            self.edit(Remove(Place.of(own)))
        else:
            self.action_keep()

    def action_drop(self) -> None:
        """Forgets what is being made; without anything, back to the list."""
        if self.strip.marks.pending or self._grabbed:
            self._grabbed = None
            self.strip.forget_drag()
            self.strip.mark(pending=None)
            self._say("")
        else:
            self.app.pop_screen()

    def action_undo(self) -> None:
        """Takes the last edit of this sitting back."""
        if self._done:
            self.edit(self._done.pop().back(), undoing=True)
        else:
            self._say("there is nothing to undo")

    @work(group="edits", exit_on_error=False)
    async def edit(self, edit: Edit, undoing: bool = False) -> None:
        """Asks for it; what comes of it is drawn."""
        try:
            async with Daemon(self._sockets()) as daemon:
                skips = await ask(daemon, self._job_id, edit, self._known)
        except ReelscribeError as error:
            self.post_message(RangesRefused(error, reread=True))
            return
        if not undoing:
            self._done.append(edit)
        self.post_message(RangesRead(skips))

    def _add(self, kind: RangeKind) -> None:
        start, end = self.strip.marks.pending or (0.0, 0.0)
        end = self.strip.cursor if end == start else end
        self.strip.mark(pending=None)
        self.edit(Add(Place(kind, min(start, end), max(start, end))))

    def _let_go(self) -> None:
        assert self._grabbed  # noqa: S101 – who calls has looked
        own, is_end = self._grabbed
        self._grabbed = None
        self.strip.mark(pending=None)
        start, end = sorted((own.start if is_end else own.end, self.strip.cursor))
        self.edit(Change(Place.of(own), Place(own.kind, start, end, own.note)))

    def _say(self, text: str) -> None:
        self.query_one("#refused", Static).update(plain(text))
