"""The story so far: small, stable, and with the names that a part may need; and the pieces in which a film's speech is read for it."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from daemon.contract.evidence import Cue
from daemon.screenplay.writing.cast import BYTES_A_TOKEN, PASSES, parted, pieces
from daemon.screenplay.writing.chunks import Chunk
from daemon.screenplay.writing.evidence_lines import said
from daemon.screenplay.writing.story import AROUND, BUDGET, LAST_PLACES, Story
from daemon.screenplay.writing.story import BYTES_A_TOKEN as BYTES_OF_A_NAME
from tests.daemon.screenplay.films import cue


def part(*cues: Cue, around: tuple[Cue, ...] = ()) -> Chunk:
    return Chunk(id=0, start=0, end=30, cues=cues, around_cues=around)


def crowd(number: int) -> Story:
    return Story(people={f"SPEAKER {one}": f"NAME{one}" for one in range(number)}, places=tuple(f"PLACE{one}" for one in range(number)))


def test_a_name_that_was_chosen_stays_and_the_place_used_last_stands_last() -> None:
    story = Story(people={"A": "ANNA"}, places=("STATION", "KITCHEN")).plus({"A": "BERTA", "B": "BEN"}, ["STATION", "ROOF", "STATION"])
    assert story == Story(people={"A": "ANNA", "B": "BEN"}, places=("KITCHEN", "STATION", "ROOF"))


def test_a_part_is_shown_the_voices_that_speak_in_it_or_beside_it() -> None:
    story = crowd(9)
    near = story.near(part(cue(1, 1, 2, voice="SPEAKER 7"), around=(cue(2, 31, 32, voice="SPEAKER 2"),)))
    assert near.people == {"SPEAKER 2": "NAME2", "SPEAKER 7": "NAME7"}


def test_a_name_that_is_spoken_is_shown_though_its_voice_is_silent() -> None:
    story = Story(people={"SPEAKER 1": "ANNA MILLER", "SPEAKER 2": "BEN"})
    assert story.near(part(cue(1, 1, 2, "Have you seen Anna?"))).people == {"SPEAKER 1": "ANNA MILLER"}


def test_the_places_used_last_and_those_that_are_said_are_shown_in_one_order() -> None:
    story = crowd(20)
    near = story.near(part(cue(1, 1, 2, "Back to Place3, then.")))
    assert near.places == tuple(sorted(["PLACE3", *(f"PLACE{one}" for one in range(20 - LAST_PLACES, 20))]))
    assert story.plus({}, near.places[::-1]).near(part()).places == tuple(sorted(near.places[::-1][-LAST_PLACES:]))


def test_who_was_named_in_the_first_part_is_known_after_a_hundred_parts_without_them() -> None:
    story = Story().plus({"SPEAKER 1": "ANNA"}, ["STATION"])
    for number in range(100):
        story = story.plus({"SPEAKER 2": f"NOBODY {number}"}, [f"PLACE{number}"])
        assert "SPEAKER 1" not in story.near(part(cue(1, 1, 2, voice="SPEAKER 2"))).people
    assert story.near(part(cue(1, 1, 2, voice="SPEAKER 1"))).people == {"SPEAKER 1": "ANNA"}
    assert "STATION" in story.near(part(cue(1, 1, 2, "To the station!"))).places


@given(st.dictionaries(st.text(max_size=40), st.text(min_size=1, max_size=40), max_size=60), st.lists(st.text(max_size=40), max_size=40))
def test_whatever_was_named_a_part_is_shown_no_more_than_its_budget(people: dict[str, str], places: list[str]) -> None:
    near = Story(people=people, places=tuple(places)).near(part(*(cue(1, 1, 2, voice=voice) for voice in people)))
    entries = [*(f"{voice}{name}" for voice, name in near.people.items()), *near.places]
    assert sum(len(entry.encode()) + AROUND for entry in entries) <= BUDGET * BYTES_OF_A_NAME


def test_where_not_all_fits_those_who_speak_go_before_those_who_are_spoken_of() -> None:
    story = Story(people={**{f"V{one}": f"NAME{one} {'X' * 30}" for one in range(40)}, "SPEAKER 1": "ANNA"})
    near = story.near(part(cue(1, 1, 2, " ".join(f"Name{one}" for one in range(40)), voice="SPEAKER 1")))
    assert near.people["SPEAKER 1"] == "ANNA"
    assert 1 < len(near.people) < 41


CUES = st.lists(st.text(min_size=1, max_size=300), max_size=80).map(
    lambda texts: [cue(number, number, number + 1, text) for number, text in enumerate(texts)]
)


@given(CUES, st.integers(10, 2000))
def test_a_films_speech_is_read_in_few_pieces_in_order_and_evenly_thinned(cues: list[Cue], room: int) -> None:
    read = pieces(cues, room)
    ids = [one.id for piece in read for one in piece]
    assert len(read) <= PASSES
    assert all(read)
    assert ids == [one.id for one in cues if one.id in set(ids)]
    if sum(len(said(one).encode()) + 1 for one in cues) <= PASSES * room * BYTES_A_TOKEN:
        assert ids == [one.id for one in cues]


def test_what_is_left_out_of_a_long_film_is_left_out_of_all_of_it() -> None:
    read = pieces([cue(number, number, number + 1) for number in range(1000)], 500)
    numbers = [int(one.id[1:]) for piece in read for one in piece]
    assert len(read) == PASSES
    assert max(after - before for before, after in pairwise(numbers)) <= 1000 / len(numbers) + 1


@given(CUES.filter(len), st.integers(1, 5))
def test_parting_loses_nothing(cues: list[Cue], number: int) -> None:
    found = parted(cues, number)
    assert [one for piece in found for one in piece] == cues
    assert len(found) <= number
