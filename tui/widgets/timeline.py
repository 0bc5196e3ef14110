"""The timeline as a widget: a cursor, zoom and pan, by key and by mouse."""

from dataclasses import dataclass, replace
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widget import Widget

from daemon.contract.skips import FilmSkips, OwnRange
from daemon.contract.timeline import Timeline
from tui.timeline import snapping
from tui.timeline.strip import LABEL, Marks, Measured, marked, measured
from tui.timeline.view import View

ROWS = 8
YOURS = ROWS - 2  # the row on which edges are caught
CLOSER = 2.0  # times, with one press
CATCH = 1  # cells beside an edge at which the mouse takes it
LEFT = 1  # the mouse's button


class TimelineStrip(Widget, can_focus=True):
    """A film's timeline. It knows what is marked on it and asks nobody: what a person does comes out as messages.

    The range under the cursor stands out: it is the one that keys act on.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "nudge(-1)", "1 s", key_display="←→", tooltip="move by a second"),
        Binding("right", "nudge(1)", show=False),
        Binding("comma", "nudge(-0.1)", "0.1 s", tooltip="move by a tenth of a second", key_display=", .", show=True),
        Binding("full_stop", "nudge(0.1)", show=False),
        Binding("shift+left", "nudge(-10)", show=False),
        Binding("shift+right", "nudge(10)", "10 s", tooltip="move by ten seconds", key_display="⇧←→", show=True),
        Binding("b", "jump(False)", show=False),
        Binding("n", "jump(True)", "next cut", tooltip="to the next cut or edge of silence; b: the one before"),
        Binding("s", "snap", "snap", tooltip="to the nearest cut or edge of black or silence"),
        Binding("plus,equals_sign", "zoom(True)", "zoom", tooltip="closer and farther; 0 shows the whole film", key_display="+ -"),
        Binding("minus", "zoom(False)", show=False),
        Binding("0", "show_all", show=False),
        Binding("pageup", "pan(-0.8)", show=False),
        Binding("pagedown", "pan(0.8)", show=False),
        Binding("home", "edge(False)", show=False),
        Binding("end", "edge(True)", show=False),
    ]

    @dataclass
    class Moved(Message):
        """The cursor stands elsewhere."""

        time: float

    @dataclass
    class Dragged(Message):
        """The mouse went from one moment to another with its button down."""

        start: float
        end: float

    @dataclass
    class Grabbed(Message):
        """The mouse took an edge of a range along: its end, or its start."""

        own: OwnRange
        is_end: bool

    class LetGo(Message):
        """The mouse let an edge go where the cursor is."""

    def __init__(self) -> None:
        super().__init__()
        self.timeline = Timeline()
        self.marks = Marks(cursor=0.0)
        self._view = View.whole(0.0, 1)
        self._moments: tuple[float, ...] = ()
        self._pressed: float | None = None
        self._edge: tuple[OwnRange, bool] | None = None  # under the mouse when it was pressed
        self._drawn: tuple[Timeline, View, Measured] | None = None

    @property
    def cursor(self) -> float:
        """The moment under the cursor, seconds."""
        return self.marks.cursor

    @property
    def own(self) -> OwnRange | None:
        """The person's range under the cursor."""
        return next((own for own in self.marks.own if own.start <= self.cursor < own.end), None)

    def show_film(self, timeline: Timeline) -> None:
        """What was measured; the view stays where it was if the film is as long as before."""
        if timeline.duration != self.timeline.duration:
            self._view = View.whole(timeline.duration, self._width)
        self.timeline = timeline
        self._moments = snapping.moments(timeline)
        self.refresh()

    def show_skips(self, skips: FilmSkips) -> None:
        """What is left out, suggested, and written down."""
        self.timeline = self.timeline.model_copy(update={"skips": skips.skips})
        self.mark(own=skips.own, suggested=skips.suggestions)

    def mark(self, **marks: object) -> None:
        """Changes what is marked."""
        self.marks = replace(self.marks, **marks)  # type: ignore[arg-type]
        self.marks = replace(self.marks, chosen=self.own)
        self.refresh()

    def move(self, time: float) -> None:
        """Puts the cursor there."""
        time = round(min(max(time, 0.0), self.timeline.duration), 3)
        self._view = self._view.showing(time)
        self.mark(cursor=time)
        self.post_message(self.Moved(time))

    def forget_drag(self) -> None:
        """What the mouse does until its button is down again means nothing."""
        self._pressed = self._edge = None

    def render(self) -> Text:
        """The rows; what was measured is drawn anew only where it, or the part of it in sight, is another one."""
        if not self.timeline.duration:
            return Text("This film has not been measured yet.", "dim")
        if self._drawn is None or self._drawn[0] is not self.timeline or self._drawn[1] != self._view:
            self._drawn = (self.timeline, self._view, measured(self.timeline, self._view))
        return Text("\n").join(marked(self._drawn[2], self._view, self.marks))

    def get_content_height(self, *_: object) -> int:
        """As many rows as there are kinds of things."""
        return ROWS

    def on_resize(self, _: events.Resize) -> None:
        """The same stretch in the new width."""
        self._view = self._view.wide(self._width)

    # Keys

    def action_nudge(self, seconds: float) -> None:
        """Moves the cursor by so much."""
        self.move(self.cursor + seconds)

    def action_snap(self) -> None:
        """To the nearest cut, or edge of black or silence."""
        self.move(snapping.nearest(self.cursor, self._moments))

    def action_jump(self, forward: bool) -> None:
        """To the next of those, or the one before."""
        self.move((snapping.following if forward else snapping.preceding)(self.cursor, self._moments))

    def action_zoom(self, closer: bool) -> None:
        """Around the cursor."""
        self._view = self._view.zoomed(CLOSER if closer else 1 / CLOSER, self.cursor)
        self.refresh()

    def action_show_all(self) -> None:
        """The film from end to end."""
        self._view = View.whole(self.timeline.duration, self._width)
        self.refresh()

    def action_pan(self, share: float) -> None:
        """Along the film; the cursor comes with it."""
        place = self.cursor - self._view.start
        self._view = self._view.panned(share)
        self.move(self._view.start + place)

    def action_edge(self, last: bool) -> None:
        """To the film's beginning or end."""
        self.move(self.timeline.duration if last else 0.0)

    # The mouse

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """The cursor goes there, and a drag may begin: of the edge that lies there, or of a new range."""
        if event.button != LEFT:
            return
        self.capture_mouse()
        self._pressed = self._time(event)
        self._edge = self._edge_under(event)
        self.move(self._pressed)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """A drag goes on."""
        self._drag(event)

    def _drag(self, event: events.MouseEvent) -> None:
        """An edge is drawn to the cut or silence in its cell."""
        if self._pressed is None or self._time(event) == self._pressed:
            return
        if self._edge:
            self.post_message(self.Grabbed(*self._edge))
            self.move(snapping.within(self._time(event), self._view.step, self._moments))
        else:
            self.move(self._time(event))
            self.post_message(self.Dragged(self._pressed, self.cursor))

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """A drag is over."""
        self._drag(event)
        self.release_mouse()
        if self._edge:
            self.post_message(self.LetGo())
        self._pressed = self._edge = None

    def on_mouse_scroll_up(self, _: events.MouseScrollUp) -> None:
        """Closer."""
        self.action_zoom(closer=True)

    def on_mouse_scroll_down(self, _: events.MouseScrollDown) -> None:
        """Farther."""
        self.action_zoom(closer=False)

    @property
    def _width(self) -> int:
        return max(1, self.content_size.width - LABEL)

    def _time(self, event: events.MouseEvent) -> float:
        return self._view.time(self._cell(event))

    def _cell(self, event: events.MouseEvent) -> int:
        return min(max(0, event.x - self.gutter.left - LABEL), self._view.width)

    def _edge_under(self, event: events.MouseEvent) -> tuple[OwnRange, bool] | None:
        """The edge of a range in that cell of the row of ranges, or right beside it."""
        if event.y != YOURS:
            return None
        edges = [(edge, own, is_end) for own in self.marks.own for edge, is_end in ((own.start, False), (own.end, True))]
        near = [(abs(self._view.cell(edge) - self._cell(event)), own, is_end) for edge, own, is_end in edges]
        far, own, is_end = min(near, key=lambda edge: edge[0], default=(CATCH + 1, None, False))
        return (own, is_end) if own and far <= CATCH else None
