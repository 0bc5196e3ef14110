"""The timeline as a widget: a cursor, zoom and pan, by key and by mouse."""

from dataclasses import dataclass, replace

from rich.text import Text
from textual import events
from textual.message import Message
from textual.widget import Widget

from daemon.contract.skips import FilmSkips, OwnRange
from daemon.contract.timeline import Timeline
from tui.timeline import snapping
from tui.timeline.strip import LABEL, Marks, strip
from tui.timeline.view import View

ROWS = 8
CLOSER = 2.0  # times, with one press


class TimelineStrip(Widget, can_focus=True):
    """A film's timeline. It knows what is marked on it and asks nobody: what a person does comes out as messages."""

    @dataclass
    class Moved(Message):
        """The cursor stands elsewhere."""

        time: float

    @dataclass
    class Dragged(Message):
        """The mouse went from one moment to another with its button down; ``whole`` once it is up."""

        start: float
        end: float
        whole: bool

    def __init__(self) -> None:
        super().__init__()
        self.timeline = Timeline()
        self.marks = Marks(cursor=0.0)
        self._view = View.whole(0.0, 1)
        self._moments: tuple[float, ...] = ()
        self._pressed: float | None = None

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
        self.refresh()

    def move(self, time: float) -> None:
        """Puts the cursor there."""
        time = round(min(max(time, 0.0), self.timeline.duration), 3)
        self._view = self._view.showing(time)
        self.mark(cursor=time)
        self.post_message(self.Moved(time))

    def nudge(self, seconds: float) -> None:
        """Moves the cursor by so much."""
        self.move(self.cursor + seconds)

    def snap(self) -> None:
        """To the nearest cut, or edge of black or silence."""
        self.move(snapping.nearest(self.cursor, self._moments))

    def jump(self, forward: bool) -> None:
        """To the next of those, or the one before."""
        self.move((snapping.following if forward else snapping.preceding)(self.cursor, self._moments))

    def zoom(self, closer: bool) -> None:
        """Around the cursor."""
        self._view = self._view.zoomed(CLOSER if closer else 1 / CLOSER, self.cursor)
        self.refresh()

    def show_all(self) -> None:
        """The film from end to end."""
        self._view = View.whole(self.timeline.duration, self._width)
        self.refresh()

    def pan(self, share: float) -> None:
        """Along the film; the cursor comes with it."""
        place = self.cursor - self._view.start
        self._view = self._view.panned(share)
        self.move(self._view.start + place)

    def render(self) -> Text:
        """The rows."""
        if not self.timeline.duration:
            return Text("This film has not been measured yet.", "dim")
        return Text("\n").join(strip(self.timeline, self._view, self.marks))

    def get_content_height(self, *_: object) -> int:
        """As many rows as there are kinds of things."""
        return ROWS

    def on_resize(self, _: events.Resize) -> None:
        """The same stretch in the new width."""
        self._view = self._view.wide(self._width)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """The cursor goes there, and a drag may begin."""
        self.capture_mouse()
        self._pressed = self._time(event)
        self.move(self._pressed)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """A drag goes on."""
        if self._pressed is not None and self._time(event) != self._pressed:
            self.move(self._time(event))
            self.post_message(self.Dragged(self._pressed, self.cursor, whole=False))

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """A drag is over."""
        self.release_mouse()
        if self._pressed is not None and self._time(event) != self._pressed:
            self.post_message(self.Dragged(self._pressed, self._time(event), whole=True))
        self._pressed = None

    def on_mouse_scroll_up(self, _: events.MouseScrollUp) -> None:
        """Closer."""
        self.zoom(closer=True)

    def on_mouse_scroll_down(self, _: events.MouseScrollDown) -> None:
        """Farther."""
        self.zoom(closer=False)

    @property
    def _width(self) -> int:
        return max(1, self.content_size.width - LABEL)

    def _time(self, event: events.MouseEvent) -> float:
        return self._view.time(min(max(0, event.x - LABEL), self._view.width))
