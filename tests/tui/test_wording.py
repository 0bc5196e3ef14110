"""How numbers, moments and foreign text are said."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.wording import columns, many, percent, plain, size, span, until


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 s"), (-3, "0 s"), (59, "59 s"), (90, "2 min"), (3600, "1 h"), (7500, "2 h 5 min"), (86400, "1 d"), (97200, "1 d 3 h")],
)
def test_span(seconds: float, said: str) -> None:
    assert span(seconds) == said


@pytest.mark.parametrize(("fraction", "said"), [(0, "0 %"), (0.999, "99 %"), (1, "100 %")])
def test_percent_is_whole_only_when_it_is(fraction: float, said: str) -> None:
    assert percent(fraction) == said


@pytest.mark.parametrize(("count", "said"), [(0, "0 B"), (1536, "2 KiB"), (50 << 20, "50 MiB"), (5 << 30, "5.0 GiB"), (5 << 40, "5.0 TiB")])
def test_size(count: int, said: str) -> None:
    assert size(count) == said


def test_many() -> None:
    assert (many(1, "job"), many(2, "job"), many(0, "box", "boxes")) == ("1 job", "2 jobs", "0 boxes")


def test_until() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert until(now + timedelta(seconds=90), now) == "in 2 min"
    assert until(now - timedelta(seconds=90), now) == "now"


@given(st.text())
def test_plain_text_moves_no_cursor(text: str) -> None:
    said = plain(text)
    assert all(char.isprintable() or char == "\n" for char in said)
    assert "\x1b" not in said
    assert said.count("\n") == text.count("\n")


@given(st.lists(st.lists(st.text(max_size=8).map(plain).map(lambda cell: cell.replace("\n", " ")), min_size=3, max_size=3), min_size=1))
def test_no_line_is_wider_than_the_terminal(rows: list[list[str]]) -> None:
    assert all(cell_len(line) <= 20 for line in columns(rows, 20))


def test_columns_stand_below_each_other_by_width_not_by_character() -> None:
    assert columns([["映画", "a"], ["film", "b"]]) == ["映画  a", "film  b"]
