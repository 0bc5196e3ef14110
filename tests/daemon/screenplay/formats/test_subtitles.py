"""Subtitles: every word once, in lines that fit, for as long as it takes to read them."""

import re
from html import unescape
from itertools import pairwise

import pysubs2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.contract.evidence import Cue, Word
from daemon.screenplay.edition import Edition, Layout
from daemon.screenplay.formats.breaking import WIDTH, pieces
from daemon.screenplay.formats.captions import APART, LONGEST, READ, SHORTEST, captions
from daemon.screenplay.formats.listed import NothingToWrite
from daemon.screenplay.formats.measure import columns
from daemon.screenplay.formats.paragraphs import one_line
from daemon.screenplay.formats.subtitles import JOINER, srt, vtt
from tests.daemon.screenplay.editions import edition, element, night_train_script, play, scene
from tests.daemon.screenplay.films import cue, skips, transcript

SENTENCE = "When the train had left the station, nobody on the platform said a word, and then it began to rain very hard."
TEXTS = st.one_of(
    st.lists(st.sampled_from([*SENTENCE.split(), "no", "Yes!", "東京", "駅で待つ。", "สวัสดี", "x" * 60]), min_size=1, max_size=60).map(
        " ".join
    ),
    st.text(min_size=1, max_size=120),
    st.text("東京駅で彼女は待っていた。、「」ーっ", min_size=1, max_size=120),
    st.text("สวัสดีครับเราไปที่", min_size=1, max_size=120),
)


@st.composite
def spoken(draw: st.DrawFn) -> list[Cue]:
    """Cues in the order of time, some at once, some with words that have times."""
    found, start = [], 0.0
    for number in range(draw(st.integers(1, 12))):
        start += draw(st.floats(0, 4))
        end = start + draw(st.floats(0, 12))
        text = draw(TEXTS)
        words = timed(text.split(), start, end) if draw(st.booleans()) else ()
        found.append(cue(number, start, end, text, words=words, voice=draw(st.sampled_from(["", "A", "B", "C"]))))
    return [one for one in found if one_line(one.text)]


def timed(words: list[str], start: float, end: float) -> tuple[Word, ...]:
    step = (end - start) / max(1, len(words))
    return tuple(
        Word(start=start + step * number, end=start + step * number + step / 2, text=word, confidence=1)
        for number, word in enumerate(words)
    )


def letters(text: str) -> str:
    return "".join(one_line(text).split())


@settings(deadline=None)
@given(spoken())
def test_every_word_of_every_cue_is_there_once_and_in_order(cues: list[Cue]) -> None:
    shown = captions(cues)
    for one in cues:
        assert letters("".join(caption.text for caption in shown if caption.cue == one.id)) == letters(one.text)


@settings(deadline=None)
@given(spoken())
def test_lines_fit_and_stand_as_long_as_they_may(cues: list[Cue]) -> None:
    shown = captions(cues)
    for caption in shown:
        assert 1 <= len(caption.lines) <= 2
        assert all(line and columns(line) <= WIDTH for line in caption.lines)
        assert SHORTEST <= caption.end - caption.start <= LONGEST
        assert caption.start >= caption.said[0]


@settings(deadline=None)
@given(spoken())
def test_only_two_voices_that_speak_at_once_overlap(cues: list[Cue]) -> None:
    shown = captions(cues)
    for number, caption in enumerate(shown):
        over = [other for other in shown[number + 1 :] if other.start < caption.end]
        assert len(over) <= 1
        for other in over:
            assert "" != caption.voice != other.voice != ""
            assert other.said[0] < caption.said[1]
    assert all(before.start <= after.start for before, after in pairwise(shown))


@settings(deadline=None)
@given(spoken())
def test_what_is_hard_to_read_in_time_stands_until_the_next_one(cues: list[Cue]) -> None:
    shown = captions(cues)
    for number, caption in enumerate(shown):
        hurried = (caption.end - caption.start) * READ < 1000 * columns(caption.text) - 1000
        following = shown[number + 1 : number + 3]
        assert not hurried or any(after.start - caption.end <= APART for after in following)


@settings(deadline=None)
@given(spoken())
def test_a_line_never_ends_inside_a_word(cues: list[Cue]) -> None:
    """A word that is longer than a line is broken; so is what is written without spaces."""
    for one in cues:
        if not one.text.isascii():
            continue
        whole = [word for word in one_line(one.text).split() if len(word) <= WIDTH]
        lines = [line.split() for caption in captions([one]) for line in caption.lines]
        assert [word for line in lines for word in line if word in whole] == whole or any(len(word) > WIDTH for word in one.text.split())


def lines(text: str, seconds: float = 20) -> list[tuple[str, ...]]:
    return [caption.lines for caption in captions([cue(1, 0, seconds, text)])]


def test_a_long_cue_ends_its_parts_where_sentences_do() -> None:
    said = "We leave tonight, whatever they say. Not without Marco, who has the money, the gun and both of the tickets."
    assert lines(said, 9) == [
        ("We leave tonight, whatever they say.",),
        ("Not without Marco, who has the money,", "the gun and both of the tickets."),
    ]


def test_two_lines_are_about_as_long_as_each_other() -> None:
    assert lines("She opened the door and then she saw the empty street", 5) == [
        ("She opened the door and then", "she saw the empty street")
    ]


def test_without_spaces_a_line_ends_between_characters_and_never_before_a_full_stop() -> None:
    (shown,) = lines("彼女は東京駅のホームで一人待っていた。雨が降りはじめた。", 6)
    assert len(shown) == 2
    assert shown[0].endswith("。")
    (small,) = lines("あ" * 20 + "っ" + "あ" * 15, 6)
    assert small[0] == "あ" * 18 or not small[1].startswith("っ")


def test_where_words_are_written_together_their_times_tell_where_they_end() -> None:
    words = ("สวัสดี", "ครับ", "ยินดี", "ที่ได้", "รู้จัก") * 4
    one = cue(1, 0, 6, "".join(words), words=timed(list(words), 0, 6))
    assert [piece.text for piece in pieces(one)] == list(words)


def test_a_part_begins_when_its_first_word_is_said() -> None:
    text = "One two three. " + " ".join(["more"] * 10)
    one = cue(1, 0, 9, text, words=timed(text.split(), 0, 9))
    first, second, *_ = captions([one])
    assert first.text == "One two three."
    assert second.start == round(1000 * pieces(one)[3].start)


def test_words_that_are_not_the_cues_text_count_for_nothing() -> None:
    one = cue(1, 10, 12, "hello there", words=timed(["goodbye"], 0, 1))
    assert [(piece.text, piece.start, piece.end) for piece in pieces(one)] == [("hello", 10, 11), ("there", 11, 12)]


def test_a_short_one_stands_longer_where_there_is_room_and_no_longer_where_there_is_none() -> None:
    alone, *_ = captions([cue(1, 1, 1.2, "A sentence that needs its time.")])
    assert (alone.start, alone.end) == (1000, 1000 + -(-1000 * 31 // READ))
    hurried, following = captions([cue(1, 1, 1.2, "A sentence that needs its time."), cue(2, 2, 3, "No.")])
    assert (hurried.end, following.start) == (2000 - APART, 2000)


def test_of_three_voices_at_once_the_third_waits() -> None:
    shown = captions([cue(number, 1, 3, f"I am {voice}.", voice=voice) for number, voice in enumerate("ABC")])
    assert [(caption.start, caption.end) for caption in shown] == [(1000, 1840), (1000, 3000), (1840, 3000)]


def hostile() -> Edition:
    said = r"<i>Run</i> --> {\an8}to C:\new & <b"
    speech = (element("character", "ANNA & <CO>", voice="SPEAKER 1"), element("dialogue", said, cues="c1", at=(1, 5)))
    script = play(scene(1, "INT. ROOM - DAY", *speech, end=40))
    return edition(script, transcript=transcript(cue(1, 1, 5, said, voice="SPEAKER 1")))


def test_what_looks_like_a_command_stays_words() -> None:
    said = hostile().transcript.cues[0].text
    (caption,) = pysubs2.SSAFile.from_string(srt(hostile()).decode(), "srt", keep_html_tags=True)
    assert caption.text.replace(r"\N", " ").replace(JOINER, "") == said
    assert not re.search(r"-->|</?[a-z]|\{\\|\\[a-zA-Z]", srt(hostile()).decode().split("\n", 2)[2])
    written = vtt(hostile()).decode()
    assert "<v ANNA &amp; &lt;CO&gt;>&lt;i&gt;Run&lt;/i&gt; --&gt; {" in written
    assert written.count("-->") == 1
    assert unescape(written.partition("&lt;CO&gt;>")[2]).strip().replace(JOINER, "") == said


def test_names_are_those_of_the_script_and_a_voice_that_nobody_knows_has_none() -> None:
    voices = re.findall(r"(?m)^(?:<v (\w+)>)?[A-Z]", vtt(edition(night_train_script())).decode().removeprefix("WEBVTT"))
    assert voices == ["ANNA", "MARCO", "ANNA", "ANNA", "MARCO", "", "ANNA"]


@pytest.mark.parametrize(("kept", "count"), [(False, 5), (True, 7)])
def test_what_is_skipped_is_left_out_unless_it_is_wanted(kept: bool, count: int) -> None:
    film = edition(night_train_script(), plan=skips((11, 16)), layout=Layout(skipped_subtitles=kept))
    for form, write in (("srt", srt), ("vtt", vtt)):
        assert len(pysubs2.SSAFile.from_string(write(film).decode(), form)) == count
    assert ("<v MARCO>Marco has your gun tonight." in vtt(film).decode()) == kept


def test_a_film_without_a_word_has_no_subtitles() -> None:
    with pytest.raises(NothingToWrite, match="nothing is said"):
        srt(edition(night_train_script(), transcript=transcript()))
