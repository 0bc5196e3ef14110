"""PDF, read back by a program that knows nothing of ours."""

from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from pypdf.generic import Destination

from daemon.screenplay.edition import Edition, Layout
from daemon.screenplay.formats.html import html
from daemon.screenplay.formats.mark import marked
from daemon.screenplay.formats.mark import read as mark_of
from daemon.screenplay.formats.pdf import pdf
from daemon.screenplay.formats.typefaces import FOLDER, missing, runs
from tests.daemon.screenplay.editions import edition, element, night_train_script, play, scene, speech

GOLDEN = Path(__file__).parents[1] / "golden" / "night_train.pdf.txt"


def read(made: Edition) -> PdfReader:
    return PdfReader(BytesIO(pdf(made)), strict=True)


def laid_out(reader: PdfReader) -> str:
    """All pages as text that keeps its places, with a form feed between them."""
    texts = [page.extract_text(extraction_mode="layout") for page in reader.pages]
    return "\n\f\n".join("\n".join(line.rstrip() for line in text.split("\n")) for text in texts)


def fonts(reader: PdfReader) -> dict[str, bool]:
    """Name of every font on any page → whether its outlines are in the file."""
    found = {}
    for page in reader.pages:
        for reference in page["/Resources"]["/Font"].values():  # type: ignore[index]
            one = reference.get_object()
            found[str(one["/BaseFont"])] = "/FontFile2" in one["/FontDescriptor"].get_object() if "/FontDescriptor" in one else False
    return found


def test_a_small_film_as_it_is_kept() -> None:
    text = laid_out(read(edition(night_train_script()))) + "\n"
    assert text == GOLDEN.read_text(encoding="utf-8")


def test_same_script_same_bytes() -> None:
    script = night_train_script()
    assert pdf(edition(script)) == pdf(edition(script.model_copy(deep=True)))


def test_a_marked_file_is_a_pdf_still() -> None:
    whole = marked(pdf(edition(night_train_script())), 3, "pdf")
    assert len(PdfReader(BytesIO(whole), strict=True).pages) == 2
    mark = mark_of(whole, "pdf")
    assert mark is not None
    assert (mark.version, mark.intact) == (3, True)


def test_what_the_file_says_of_itself() -> None:
    reader = read(edition(night_train_script()))
    assert reader.metadata is not None
    assert (reader.metadata.title, reader.metadata.author) == ("Night Train", "Reelscribe")
    assert reader.metadata.subject == "0.7 pages for 0:40 of film: 8% more than a page a minute"
    assert "Written without seeing the picture." in reader.pages[0].extract_text()
    scenes = [one.title for one in reader.outline if isinstance(one, Destination)]
    assert scenes == ["1 INT. STATION - DAY", "3 INT. TRAIN COMPARTMENT - NIGHT", "5 EXT. BRIDGE - DAY"]


@pytest.mark.parametrize(("paper", "size"), [("letter", (612, 792)), ("a4", (595.28, 841.89))])
def test_the_paper_that_is_set(paper: str, size: tuple[float, float]) -> None:
    box = read(edition(night_train_script(), layout=Layout.model_validate({"paper": paper}))).pages[1].mediabox
    assert (float(box.width), float(box.height)) == pytest.approx(size, abs=0.01)


NAMES = (
    "ŻÓŁTA KIŠA", "ИВАН ПЕТРОВИЧ", "ΕΛΈΝΗ", "NGUYỄN", "ՀԱՅԿ", "გიორგი", "山田太郎", "김민수",
)  # fmt: skip


def test_names_in_any_of_these_letters_are_there_with_their_font() -> None:
    script = play(scene(1, "INT. A - DAY", *(part for name in NAMES for part in speech(name, "Yes."))))
    reader = read(edition(script))
    text = "".join(page.extract_text() for page in reader.pages).replace(" ", "").replace("\n", "")
    for name in NAMES:
        assert name.replace(" ", "") in text
    assert all(fonts(reader).values())
    assert {name.partition("+")[2] for name in fonts(reader)} >= {"ReelscribeCourier-Regular", "DejaVuSansMono", "DroidSansFallback"}


def test_what_no_font_has_is_shown_as_missing_and_said() -> None:
    reader = read(edition(play(scene(1, "INT. A - DAY", *speech("สมชาย", "Yes 🙂.")))))
    assert "▯" in reader.pages[1].extract_text()
    assert "U+1F642" in reader.pages[0].extract_text()
    assert missing(["สมชาย", "Anna"]) == tuple(sorted("สมชย" + "า"))


def test_pages_are_numbered_from_the_second() -> None:
    script = play(scene(4, "INT. A - DAY", element("action", "word " * 2000)))
    reader = read(edition(script))
    heads = [laid_out(reader).split("\f")[page].strip().split("\n")[0].split() for page in (1, 2, 3)]
    assert heads[0][:2] == ["4", "INT."]
    assert heads[1:] == [["4", "CONTINUED:", "2."], ["4", "CONTINUED:", "3."]]


def test_every_column_is_a_tenth_of_an_inch_whatever_the_font() -> None:
    found = list(runs("Anna Иван 山田 e\u0323 x"))
    assert [(run.text, run.column, run.cells) for run in found] == [
        ("Anna ", 0, 5), ("Иван", 5, 4), (" ", 9, 1), ("山", 10, 2), ("田", 12, 2), (" ", 14, 1), ("e\u0323", 15, 1), (" x", 16, 2),
    ]  # fmt: skip


def test_a_script_of_nothing_is_a_title_page() -> None:
    assert len(read(edition(play())).pages) == 1


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_whatever_is_said_there_is_a_pdf(who: str, said: str) -> None:
    script = play(scene(1, said, element("action", said), *speech(who, said), transition=said), title=who, notes=(said,))
    assert len(read(edition(script)).pages) >= 2
    assert b"</html>" in html(edition(script))


def test_every_font_has_its_licence_beside_it() -> None:
    licences = [file.name.removesuffix(".LICENCE.txt") for file in FOLDER.glob("*.LICENCE.txt")]
    assert all(any(font.name.startswith(licence) for licence in licences) for font in FOLDER.glob("*.ttf"))
