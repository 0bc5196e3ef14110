"""Chunks: every cue and shot in one of them, no cue cut, and no chunk changed by what happens elsewhere."""

from collections.abc import Iterable
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from daemon.contract.evidence import Analysis, Caption, Cue, Shot, SkipPlan, Sound, Span, Transcript
from daemon.screenplay.writing.chunks import Chunk, chunk_key, divide, grid, halves
from daemon.screenplay.writing.kept import kept
from tests.daemon.screenplay.films import analysis, caption, cue, ranges, seen, shot, skips, timelines, transcript, whole

lengths = st.floats(5, 700)
overlaps = st.floats(0, 60)
Film = tuple[Analysis, Transcript]


def ids(items: Iterable[Shot | Cue | Caption]) -> list[str]:
    return [item.id for item in items]


@given(timelines(), lengths, overlaps, st.lists(ranges(), max_size=3))
def test_every_cue_and_shot_that_is_left_belongs_to_one_chunk_and_in_order(
    film: Film, length: float, overlap: float, skipped: list[tuple[float, float]]
) -> None:
    plan = skips(*skipped)
    chunks = divide(*film, plan, length, overlap)
    left = kept(*film, plan)
    assert [cue.id for chunk in chunks for cue in chunk.cues] == [cue.id for cue in left.cues]
    assert [shot.id for chunk in chunks for shot in chunk.shots] == [shot.id for shot in left.shots]


@given(timelines(), lengths)
def test_the_grid_covers_the_film_and_cuts_no_cue(film: Film, length: float) -> None:
    cells = grid(film[0], film[1].cues, length)
    assert (cells[0].start, cells[-1].end) == (0, film[0].duration)
    assert all(one.end == other.start and one.id < other.id for one, other in pairwise(cells))
    for cell in cells[1:]:
        assert not any(cue.start < cell.start < cue.end for cue in film[1].cues)


@given(timelines(), lengths, overlaps, ranges(), ranges())
def test_a_moved_skip_changes_only_the_chunks_that_it_touches(
    film: Film, length: float, overlap: float, before: tuple[float, float], after: tuple[float, float]
) -> None:
    old = divide(*film, skips(before), length, overlap)
    new = divide(*film, skips(after), length, overlap)
    for one, other in zip(old, divide(*film, SkipPlan(), length, overlap), strict=True):
        same = chunk_key(one) == chunk_key(next(chunk for chunk in new if chunk.id == one.id))
        assert same or any(_touches(span, other, overlap) for span in (before, after))


def _touches(skip: tuple[float, float], chunk: Chunk, overlap: float) -> bool:
    """With all that reaches into the chunk, and with the last moment before its first shot."""
    items = [*chunk.shots, *chunk.cues, *chunk.around_shots, *chunk.around_cues, Span(start=chunk.start - overlap, end=chunk.end + overlap)]
    return skip[0] <= max(item.end for item in items) and skip[1] >= min(item.start for item in items)


def test_a_border_goes_to_the_nearest_cut() -> None:
    film = analysis(shot(1, 0, 27), shot(2, 27, 34), shot(3, 34, 60))
    assert [cell.start for cell in grid(film, (), 30)] == [0, 27]


def test_a_border_leaves_a_cue_at_its_nearer_end() -> None:
    film = analysis(shot(1, 0, 60))
    assert [cell.start for cell in grid(film, (cue(1, 28, 31),), 30)] == [0, 31]


def test_a_cut_inside_a_cue_is_no_border() -> None:
    film = analysis(shot(1, 0, 30), shot(2, 30, 33), shot(3, 33, 60))
    assert [cell.start for cell in grid(film, (cue(1, 29, 32),), 30)] == [0, 33]


def test_what_lies_beside_a_chunk_is_its_context() -> None:
    film, spoken = analysis(shot(1, 0, 30), shot(2, 30, 60)), transcript(cue(1, 20, 24), cue(2, 26, 29), cue(3, 40, 44))
    second = divide(film, spoken, SkipPlan(), 30, 5)[1]
    assert [cue.id for cue in second.cues] == ["c3"]
    assert [cue.id for cue in second.around_cues] == ["c2"]
    assert [shot.id for shot in second.around_shots] == ["S1"]


def test_the_key_knows_evidence_and_everything_else_that_is_named() -> None:
    film = analysis(shot(1, 0, 30))
    chunk = whole(film, transcript(cue(1, 1, 2, "Stop!")))
    other = whole(film, transcript(cue(1, 1, 2, "Stop.")))
    assert len({chunk_key(chunk), chunk_key(other), chunk_key(chunk, "hollywood"), chunk_key(chunk, "documentary")}) == 4
    assert chunk_key(chunk, "hollywood") == chunk_key(chunk.model_copy(), "hollywood")


@given(timelines())
def test_halves_lose_and_double_nothing_and_come_to_an_end(film: Film) -> None:
    chunk = whole(*film)
    parts = halves(chunk)
    if parts is None:
        assert len(chunk.cues) < 2 > len(chunk.shots)
        return
    assert parts[0].cues + parts[1].cues == chunk.cues
    assert parts[0].shots + parts[1].shots == chunk.shots
    assert parts[0].end == parts[1].start
    assert all(len(part.cues) + len(part.shots) < len(chunk.cues) + len(chunk.shots) for part in parts)


def test_where_there_is_no_cue_to_cut_at_a_chunk_is_cut_between_shots() -> None:
    chunk = whole(
        analysis(shot(1, 0, 4), shot(2, 4, 9), shot(3, 9, 12)), transcript(cue(1, 10, 11)), caption(1, "Rain."), caption(3, "Sun.")
    )
    first, second = halves(chunk) or (chunk, chunk)
    assert [[*ids(part.shots), *ids(part.cues), *ids(part.captions)] for part in (first, second)] == [
        ["S1", "k1"],
        ["S2", "S3", "c1", "k3"],
    ]
    assert halves(first) is None


def test_a_chunk_has_the_captions_of_its_shots_and_the_sounds_that_meet_it() -> None:
    film = analysis(shot(1, 0, 20), shot(2, 20, 45), shot(3, 45, 60))
    music = (Sound(id="n1", kind="music", start=0, end=50), Sound(id="n2", kind="silence", start=55, end=60))
    seen_there = seen(caption(1, "Rain."), caption(2, "A street."), caption(3, "A door."))
    first, second, third = divide(film, transcript(sounds=music), SkipPlan(), 20, 5, seen_there)
    assert [[item.id for item in chunk.captions] for chunk in (first, second, third)] == [["k1"], ["k2"], ["k3"]]
    assert [[item.id for item in chunk.sounds] for chunk in (first, second, third)] == [["n1"], ["n1"], ["n1", "n2"]]
    assert {"k1", "n1", "S1"} <= first.ids


def test_a_caption_that_goes_changes_its_chunk_alone() -> None:
    film = analysis(shot(1, 0, 30), shot(2, 30, 60))
    one, other = (divide(film, transcript(), SkipPlan(), 30, 5, looked) for looked in (seen(caption(1, "Rain.")), seen()))
    assert [chunk_key(a) == chunk_key(b) for a, b in zip(one, other, strict=True)] == [False, True]


def test_a_sound_that_is_skipped_is_not_heard() -> None:
    film, silence = analysis(shot(1, 0, 60)), Sound(id="n1", kind="silence", start=10, end=20)
    (chunk,) = divide(film, transcript(sounds=(silence,)), skips((9, 21)), 60, 5)
    assert chunk.sounds == ()
