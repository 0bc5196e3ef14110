"""Ranges to skip and to keep: what is wrong with them at any length, and at one."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.ranges import Range, RangeFaults, faults, resolve


def ranges(*pairs: tuple[Any, Any]) -> tuple[Range, ...]:
    return tuple(Range.model_validate({"start": start, "end": end}) for start, end in pairs)


def messages(skips: tuple[Range, ...], keep: tuple[Range, ...] = ()) -> list[str]:
    return [fault.message for fault in faults(skips, keep)]


def test_ranges_that_touch_are_fine() -> None:
    assert not messages(ranges((0, 10), (10, 20), ("-20", "-10"), ("-10", "end")))


@pytest.mark.parametrize("pair", [(10, 10), (20, 10), ("-10", "-20"), ("end", "-5"), ("end", "end")])
def test_a_reversed_range_is_refused_before_the_length_is_known(pair: tuple[Any, Any]) -> None:
    (message,) = messages(ranges(pair))
    assert "not after its start" in message


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((0, 10), (9, 20)),
        ((0, 10), (0, 10)),
        ((0, 100), (10, 20)),
        ((0, 60), (30, -10)),
        (("-30", "end"), ("-10", "-5")),
        ((60, "end"), (120, 180)),
        ((0, "end"), ("-10", "end")),
    ],
)
def test_an_overlap_at_any_length_is_refused(one: tuple[Any, Any], other: tuple[Any, Any]) -> None:
    assert "overlaps skips[0]" in messages(ranges(one, other))[0]
    assert "overlaps skips[0]" in messages(ranges(other, one))[0]


@pytest.mark.parametrize(("one", "other"), [((0, 90), (-45, "end")), ((60, -1000), (100, 200))])
def test_an_overlap_that_depends_on_the_length_waits_for_it(one: tuple[Any, Any], other: tuple[Any, Any]) -> None:
    assert messages(ranges(one, other)) == []


def test_a_range_cannot_be_both_skipped_and_kept() -> None:
    assert messages(ranges((0, 10)), ranges((5, 6))) == ["0:00:05.000–0:00:06.000 overlaps skips[0], 0:00:00.000–0:00:10.000"]


def test_times_are_resolved_against_the_length_and_sorted() -> None:
    skips, keep = resolve(ranges((-45, "end"), (0, "1:30")), ranges((100, 110)), 3600)
    assert [(skip.start, skip.end) for skip in skips] == [(0, 90), (3555, 3600)]
    assert [(kept.start, kept.end) for kept in keep] == [(100, 110)]


def test_an_end_just_past_the_film_is_its_end() -> None:
    skips, _ = resolve(ranges((0, 60)), (), 59.6)
    assert skips[0].end == 59.6


@pytest.mark.parametrize(
    ("pair", "key", "words"),
    [
        ((0, 62), "end", "0:01:02.000 is not in the film: the film is 0:01:00.000 long"),
        ((60, 61), "start", "not in the film"),
        ((-90, "end"), "start", "not in the film"),
        ((0, -90), "end", "not in the film"),
        ((40, -30), "end", "not after its start"),
    ],
)
def test_a_range_outside_the_film_is_refused(pair: tuple[Any, Any], key: str, words: str) -> None:
    with pytest.raises(RangeFaults) as raised:
        resolve(ranges(pair), (), 60)
    (fault,) = raised.value.faults
    assert (fault.kind, fault.number, fault.key) == ("skips", 0, key)
    assert words in fault.message


def test_an_overlap_is_found_once_the_length_is_known() -> None:
    with pytest.raises(RangeFaults, match=r"overlaps skips\[0\]"):
        resolve(ranges((0, 90), (-45, "end")), (), 100)


def test_all_faults_come_together() -> None:
    with pytest.raises(RangeFaults) as raised:
        resolve(ranges((0, 200), (300, 400)), ranges((500, 600)), 100)
    assert [(fault.kind, fault.number) for fault in raised.value.faults] == [("skips", 0), ("skips", 1), ("keep", 0)]


moments = st.one_of(st.integers(-200, 200), st.just("end"))
pairs = st.lists(st.tuples(moments, moments), max_size=3).map(lambda found: ranges(*found))


@settings(deadline=None)
@given(pairs, pairs, st.floats(1, 300))
def test_what_is_refused_at_any_length_is_refused_at_each(skips: tuple[Range, ...], keep: tuple[Range, ...], duration: float) -> None:
    refused_early = bool(faults(skips, keep))
    try:
        found, _ = resolve(skips, keep, duration)
    except RangeFaults:
        return
    assert not refused_early
    assert all(0 <= stretch.start < stretch.end <= duration for stretch in found)
    assert all(one.end <= other.start for one, other in pairwise(found))


def test_json_has_one_spelling_for_one_time() -> None:
    one, other = ranges(("1:30", -45), (90, "-0:45"))
    assert one.model_dump(mode="json") == other.model_dump(mode="json") == {"start": "0:01:30.000", "end": "-0:00:45.000", "note": ""}
    assert Range.model_validate(one.model_dump(mode="json")) == one
