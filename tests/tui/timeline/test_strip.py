"""The strip as it is drawn."""

from rich.cells import cell_len

from daemon.contract.evidence import Skip, Span
from daemon.contract.skips import OwnRange
from daemon.contract.timeline import Levels, Timeline, TimelineCue, TimelineShot
from tui.timeline.edits import Add, Change, Edit, Join, Place, Remove, Split
from tui.timeline.strip import LABEL, Marks, strip
from tui.timeline.view import View

FILM = Timeline(
    duration=40,
    shots=tuple(TimelineShot(id=f"S{n}", start=n * 10, end=n * 10 + 10, starts_with="cut", brightness=0.5) for n in range(4)),
    black=(Span(start=0, end=4),),
    silence=(Span(start=0, end=8),),
    loudness=Levels(step=1, values=(-60.0,) * 20 + (-8.0,) * 20),
    speech=(TimelineCue(id="c1", start=12, end=18, text="We leave tonight."),),
    skips=(Skip(start=0, end=4, reason="black"),),
)
OWN = OwnRange(id="skip-1", kind="skip", start=30, end=40)


def drawn(**marks: object) -> list[str]:
    lines = strip(FILM, View.whole(40, 40), Marks(**{"cursor": 20.0} | marks))  # type: ignore[arg-type]
    assert {cell_len(line.plain) for line in lines} == {LABEL + 40}
    return [line.plain[LABEL:] for line in lines]


def test_each_thing_has_its_row() -> None:
    axis, shots, loud, speech, dark, skips, yours, pointer = drawn(own=(OWN,))
    assert axis.startswith("╷0:00     ╷0:10     ╷0:20")
    assert [at for at, char in enumerate(shots) if char == "▏"] == [10, 20, 30]
    assert (loud[:20].strip(), loud[20:]) == ("", "█" * 20)
    assert speech == " " * 12 + "▄" * 6 + "  │" + " " * 19
    assert dark[:9] == "████···· "[:9]
    assert skips[:5] == "▒▒▒▒ "
    assert yours[30:] == "▓" * 10
    assert pointer[20:28] == "▲ 0:20.0"


def test_what_is_chosen_or_being_made_stands_out() -> None:
    assert drawn(own=(OWN,), chosen=OWN)[6][30:] == "█" * 10
    assert drawn(pending=(25.0, 22.0))[6][20:27] == "│ ▚▚▚  "
    assert drawn(suggested=(Span(start=2, end=4),))[6][:6] == "  ??  "


def test_the_cursor_at_the_end_keeps_its_time_in_sight() -> None:
    assert "0:39.9" in drawn(cursor=39.9)[7]
    assert "0:40.0" in drawn(cursor=40.0)[7]


def test_every_edit_knows_its_way_back() -> None:
    place = Place("skip", 10, 20, "advert")
    edits: list[Edit] = [Add(place), Remove(place), Change(place, Place("skip", 10, 25)), Split(place, 15), Join(place, 15)]
    assert [edit.back().back() for edit in edits] == edits
    assert Join(place, 15).halves == (Place("skip", 10, 15, "advert"), Place("skip", 15, 20, "advert"))
    assert Place("skip", 30.001, 40).among((OWN,)) == OWN
    assert Place("keep", 30, 40).among((OWN,)) is None
