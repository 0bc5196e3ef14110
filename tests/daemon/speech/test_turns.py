"""Cues are parted at words, and nothing is lost on the way."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from daemon.contract.evidence import Cue, Word
from daemon.speech import turns
from daemon.speech.turns import Labels, Turn


def cue(text: str, start: float = 0.0, number: int = 1) -> Cue:
    words = tuple(
        Word(start=start + n, end=start + n + 0.9, text=word, confidence=0.5 + 0.1 * (n % 2)) for n, word in enumerate(text.split())
    )
    return Cue(id=f"c{number}", start=start, end=words[-1].end, text=text, words=words, confidence=0.9, language="de")


def told(cues: list[Cue], labels: Labels) -> list[tuple[str, str, str]]:
    return [(found.id, found.voice, found.text) for found in turns.told(cues, labels)[0]]


def test_a_cue_becomes_two_where_the_voice_changes() -> None:
    first, second = turns.told([cue("Who is it? Marco.")], [[7, 7, 7, 3]])[0]
    assert (first.id, first.voice, first.text, first.start, first.end) == ("c1", "SPEAKER 1", "Who is it?", 0, 2.9)
    assert (second.id, second.voice, second.text, second.start, second.end) == ("c2", "SPEAKER 2", "Marco.", 3, 3.9)
    assert (first.confidence, second.confidence) == (0.533, 0.6)
    assert second.language == "de"


def test_voices_are_numbered_as_they_are_first_heard_and_ids_run_on() -> None:
    cues = [cue("Go away. No.", 0), cue("Why?", 10, 2), cue("Go!", 20, 3)]
    assert told(cues, [[None, None, None], [5], [2]]) == [
        ("c1", "", "Go away. No."),
        ("c2", "SPEAKER 1", "Why?"),
        ("c3", "SPEAKER 2", "Go!"),
    ]


def test_what_is_unclear_is_listed_by_its_new_id() -> None:
    cues = [cue("Who is it? Marco.", 0), cue("Come in.", 10, 2)]
    assert turns.told(cues, [[1, 1, 1, 2], [None, None]])[1] == ("c3",)


def test_few_unclear_words_go_with_what_comes_before_them_and_many_stay_unclear() -> None:
    assert told([cue("a b c d")], [[1, None, None, 2]]) == [("c1", "SPEAKER 1", "a b c"), ("c2", "SPEAKER 2", "d")]
    assert told([cue("a b c d")], [[None, 1, 2, 2]]) == [("c1", "SPEAKER 1", "a b"), ("c2", "SPEAKER 2", "c d")]
    assert [voice for _, voice, _ in told([cue("a b c d e")], [[1, None, None, None, 2]])] == ["SPEAKER 1", "", "SPEAKER 2"]


def test_a_voice_that_says_less_than_half_is_not_the_cues() -> None:
    assert told([cue("a b c")], [[1, None, None]]) == [("c1", "", "a b c")]
    assert told([cue("a b")], [[1, None]]) == [("c1", "SPEAKER 1", "a b")]


def test_text_without_spaces_is_parted_too() -> None:
    words = tuple(Word(start=n, end=n + 1, text=text, confidence=1) for n, text in enumerate(("你好", "吗?", "很好。")))
    whole = Cue(id="c1", start=0, end=3, text="你好吗?很好。", words=words)
    assert told([whole], [[1, 1, 2]]) == [("c1", "SPEAKER 1", "你好吗?"), ("c2", "SPEAKER 2", "很好。")]


TEXTS = st.lists(st.sampled_from(["no", "no,", "Marco.", "…", "I", "a"]), min_size=1, max_size=12)


@given(st.lists(TEXTS, max_size=6), st.data())
def test_no_word_is_lost_doubled_or_moved(texts: list[list[str]], data: st.DataObject) -> None:
    cues = [cue(" ".join(text), 20 * number, number + 1) for number, text in enumerate(texts)]
    labels = [[data.draw(st.sampled_from([None, 0, 1, 2])) for _ in one.words] for one in cues]
    found, unclear = turns.told(cues, labels)
    assert [word for one in found for word in one.words] == [word for one in cues for word in one.words]
    assert " ".join(one.text for one in found).split() == " ".join(one.text for one in cues).split()
    assert all(" ".join(word.text for word in one.words) == one.text for one in found)
    assert [one.id for one in found] == [f"c{number}" for number in range(1, len(found) + 1)]
    assert unclear == tuple(one.id for one in found if not one.voice)
    assert all(one.end <= other.start for one, other in pairwise(found))


def test_anothers_turns_become_the_voices_of_words() -> None:
    measured = [Turn(start=1.95, end=4, voice=1), Turn(start=0, end=1.95, voice=0)]
    assert turns.by_words([cue("a b c d e")], measured) == [[0, 0, 1, 1, None]]


def test_two_who_speak_at_once_and_a_turn_nobody_is_sure_of_are_unclear() -> None:
    both = [Turn(start=0, end=2, voice=0), Turn(start=0.1, end=2, voice=1)]
    assert turns.by_words([cue("a b")], both) == [[None, None]]
    assert turns.by_words([cue("a b")], [Turn(start=0, end=2, voice=0, confidence=-0.2)]) == [[None, None]]


def test_a_cue_without_words_has_one_voice() -> None:
    bare = Cue(id="c1", start=0, end=2, text="Come in.")
    assert turns.by_words([bare], [Turn(start=0.2, end=2, voice=4)]) == [[4]]
    assert told([bare], [[4]]) == [("c1", "SPEAKER 1", "Come in.")]
