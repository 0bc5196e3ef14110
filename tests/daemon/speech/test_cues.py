"""Words become cues at sentence ends and pauses, and no word is lost or changed."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from daemon.contract.evidence import Word
from daemon.speech import cues
from daemon.speech.heard import Heard
from tests.daemon.speech.words import said


def texts(*heard: Heard) -> list[str]:
    return [cue.text for cue in cues.from_heard(heard)]


def test_one_cue_a_sentence() -> None:
    assert texts(said("Who is it? It is Marco. Come in!")) == ["Who is it?", "It is Marco.", "Come in!"]


def test_a_pause_parts_a_sentence_and_a_breath_does_not() -> None:
    assert texts(said("I will", 0), said("wait here.", 2)) == ["I will", "wait here."]
    assert texts(said("I will", 0), said("wait here.", 1)) == ["I will wait here."]


def test_another_language_begins_another_cue() -> None:
    found = cues.from_heard([said("Who is it", 0), said("sono io.", 1)._replace(language="it"), said("Come in.", 2)])
    assert [(cue.text, cue.language) for cue in found] == [("Who is it", ""), ("sono io.", "it"), ("Come in.", "")]


def test_titles_numbers_and_trailing_dots_end_no_sentence() -> None:
    assert texts(said("Mr. Brown has 3.5 dollars. He is")) == ["Mr. Brown has 3.5 dollars.", "He is"]
    assert texts(said("I thought... that you knew. Yes.")) == ["I thought... that you knew.", "Yes."]


def test_quotes_and_other_scripts_end_sentences() -> None:
    assert texts(said('He said "no." Then he left.')) == ['He said "no."', "Then he left."]
    assert texts(said("你好。 再见。")) == ["你好。", "再见。"]


def test_times_ids_confidence_and_words() -> None:
    first, second = cues.from_heard([said("Who is it?", 1), said("Marco.", 4)])
    assert (first.id, first.start, first.end) == ("c1", 1, 1.9)
    assert (second.id, second.start, second.end) == ("c2", 4, 4.3)
    assert [word.text for word in first.words] == ["Who", "is", "it?"]
    assert first.confidence == 0.9
    assert first.voice == ""


def test_endless_speech_is_cut_at_its_widest_gap() -> None:
    monologue = said("and then " * 40, pace=0.25)
    gap = said("we went on " * 13, 20.5, pace=0.25)
    parts = cues.from_heard([monologue, gap])
    assert all(part.end - part.start <= cues.LONGEST for part in parts)
    assert any(part.start == 20.5 for part in parts)


GAPS, LENGTHS, TEXTS = st.floats(0, 3), st.floats(0.05, 2), st.sampled_from([" so", " Marco.", " 'tis", " no!", "…", " ", " I"])


@given(st.lists(st.tuples(GAPS, LENGTHS, TEXTS), max_size=60))
def test_no_word_is_lost_changed_or_moved(raw: list[tuple[float, float, str]]) -> None:
    words, now = [], 0.0
    for gap, length, text in raw:
        words.append(Word(start=now + gap, end=now + gap + length, text=text, confidence=1))
        now = words[-1].end
    found = cues.from_heard([Heard(tuple(words), 0, 0)] if words else [])
    spoken = [word for word in words if word.text.strip()]
    assert [word.text for cue in found for word in cue.words] == [word.text.strip() for word in spoken]
    assert [word.start for cue in found for word in cue.words] == [word.start for word in spoken]
    assert [cue.id for cue in found] == [f"c{n}" for n in range(1, len(found) + 1)]
    assert all(before.end <= after.start for before, after in pairwise(found))
