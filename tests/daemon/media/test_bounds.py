"""Films that claim or hold more than a film does."""

from pathlib import Path

import pytest

from daemon.contract.errors import NotAFilm
from daemon.media import decode
from daemon.media.bounds import LONGEST, bounded, most_pictures
from daemon.media.container import film_video, open_film
from daemon.media.decode import Pass, Watchers
from daemon.media.facts import read_facts
from tests.daemon.media.films import three


@pytest.fixture(name="film", scope="module")
def _film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return three(tmp_path_factory.mktemp("films") / "three.mp4")


def passed(film: Path) -> Pass:
    done = Pass(film, read_facts(film, ""))
    done.run(Watchers(lambda _frame, _time: None, lambda _frame, _time: None, lambda _time: None))
    return done


def test_a_length_that_is_a_lie_is_no_more_than_a_day(film: Path, tmp_path: Path) -> None:
    content = bytearray(film.read_bytes())
    for box, at in ((b"mvhd", 16), (b"mdhd", 16)):
        place = content.find(box) + at
        content[place + 4 : place + 8] = (0x7FFFFFFF).to_bytes(4, "big")
        content[place : place + 4] = (1000).to_bytes(4, "big")
    liar = tmp_path / "lying.mp4"
    liar.write_bytes(content)
    assert read_facts(liar, "").duration <= LONGEST
    assert passed(liar).duration < LONGEST


def test_what_comes_after_a_day_is_left_out_and_said(film: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decode, "LONGEST", 2.0)
    done = passed(film)
    assert done.duration == pytest.approx(2.0, abs=0.1)
    assert any("is left out" in note for note in done.notes)


def test_a_film_with_more_pictures_than_bytes_is_refused(film: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decode, "most_pictures", lambda _size: 20)
    with pytest.raises(NotAFilm, match="longer than its bytes"):
        passed(film)


def test_every_film_has_room_for_its_pictures() -> None:
    assert most_pictures(0) > 0
    assert most_pictures(4 << 30) > 24 * 3600 * 120
    assert (bounded(-1.0), bounded(5.0), bounded(1e18)) == (0.0, 5.0, LONGEST)


def test_the_decoder_itself_makes_no_room_for_a_picture_that_is_too_large(film: Path) -> None:
    import av

    with open_film(film) as container:
        video = film_video(container)
        assert "max_pixels" in video.codec_context.options
        video.codec_context.options = {"max_pixels": "100"}
        with pytest.raises((av.error.InvalidDataError, av.error.ArgumentError)):
            next(container.decode(video))
