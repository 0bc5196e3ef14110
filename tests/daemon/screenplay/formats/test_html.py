"""The page to look at: what is written into it, and what a real browser makes of it at a desk and on a phone."""

import base64
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import cv2
import numpy as np
import pytest

from daemon.contract.evidence import Analysis, Caption, Captions, Cue, SkipPlan, Transcript
from daemon.screenplay.edition import Edition
from daemon.screenplay.formats.html import html
from daemon.screenplay.formats.html_stills import MOST, thinned
from tests.daemon.screenplay.browser import Browser, browser
from tests.daemon.screenplay.editions import SKIPPED, edition, element, night_train_script, play, scene, speech
from tests.daemon.screenplay.films import cue, night_train, shot, skips

GOLDEN = Path(__file__).parents[1] / "golden" / "night_train.html"
NASTY = "<script>alert(1)</script>\" onload='x' {{ 7 * 7331 }} </style> \x1b[31m"


def written(made: Edition) -> str:
    return html(made).decode("utf-8")


def pictured(folder: Path, plan: SkipPlan = SKIPPED) -> Edition:
    """The small film with a picture of its own for every shot."""
    film, _ = night_train()
    (folder / "keyframes").mkdir()
    shots = []
    for number, one in enumerate(film.shots):
        image = np.full((540, 960, 3), (40 * number, 90, 200 - 30 * number), np.uint8)
        cv2.imwrite(str(folder / "keyframes" / f"{one.id}.jpg"), image)
        shots.append(one.model_copy(update={"keyframes": (f"keyframes/{one.id}.jpg",)}))
    whole = edition(night_train_script(), analysis=film.model_copy(update={"shots": tuple(shots)}), plan=plan)
    return whole.model_copy(update={"stills": folder})


class Outline(HTMLParser):
    """Checks that every element is closed in order, and notes tags, attributes and text."""

    VOID = ("meta", "img", "br", "link", "input")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += attrs
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def outline(page: str) -> Outline:
    parser = Outline()
    parser.feed(page)
    parser.close()
    assert parser.open == []
    return parser


def kept(page: str) -> str:
    """A page without its style sheet, whose every change would be one of the golden file."""
    return re.sub(r"<style>.*?</style>|'sha256-[^']*'", "…", page, flags=re.DOTALL)


def test_a_small_film_as_it_is_kept() -> None:
    assert kept(written(edition(night_train_script(), plan=SKIPPED))) == GOLDEN.read_text(encoding="utf-8")


def test_same_script_same_bytes(tmp_path: Path) -> None:
    made = pictured(tmp_path)
    assert html(made) == html(made.model_copy(deep=True))


def test_nothing_is_loaded_and_nothing_runs(tmp_path: Path) -> None:
    page = outline(written(pictured(tmp_path)))
    assert page.tags["script"] == page.tags["link"] == page.tags["iframe"] == 0
    addresses = [value or "" for name, value in page.attributes if name in ("src", "href", "srcset", "xlink:href", "action")]
    assert addresses
    assert all(address.startswith(("#", "data:image/jpeg;base64,")) for address in addresses)
    policy = next(value or "" for name, value in page.attributes if name == "content")
    assert policy.startswith("default-src 'none'; img-src data:; style-src 'sha256-")


def test_what_the_film_says_is_text_and_nothing_else() -> None:
    nasty = play(
        scene(1, NASTY, element("action", NASTY), element("note", NASTY), *speech(NASTY, NASTY), transition=NASTY, end=6.0),
        title=NASTY,
        notes=(NASTY,),
    )
    spoken = Transcript(language=NASTY, model="small", cues=(cue(1, 1, 2, NASTY, voice=NASTY),))
    left_out = SkipPlan.model_validate({"skips": [{"start": 0, "end": 4, "reason": "manual", "note": NASTY}]})
    page = outline(written(edition(nasty, transcript=spoken, plan=left_out)))
    assert page.tags["script"] == 0
    assert not [name for name, _ in page.attributes if name.startswith("on")]
    assert "\x1b" not in page.text
    assert page.text.count("{{ 7 * 7331 }}") >= 9
    assert "51317" not in page.text


@pytest.mark.parametrize(("prose", "page"), [("de", "de"), (None, ""), ('en" onload="x', "")])
def test_the_page_says_in_which_language_its_words_are(prose: str | None, page: str) -> None:
    film, spoken = night_train()
    cues = (spoken.cues[0].model_copy(update={"language": "it"}), *spoken.cues[1:])
    heard = spoken.model_copy(update={"language": "fr", "cues": cues})
    script = night_train_script().model_copy(update={"language": prose})
    text = written(edition(script, analysis=film, transcript=heard))
    assert f'<html lang="{page}">' in text
    assert '<p class="dialogue" lang="it" dir="auto">Anna opens the door.</p>' in text
    assert '<p class="dialogue" lang="fr" dir="auto">Where is the money?</p>' in text
    assert '<p class="shot" dir="auto">The camera pans left.</p>' in text
    assert '<p class="facts" lang="en">' in text


def test_stills_are_small_and_beside_their_shot(tmp_path: Path) -> None:
    page = written(pictured(tmp_path))
    stills = re.findall(r'base64,([^"]+)" width="(\d+)" height="(\d+)" alt="([^"]+)"', page)
    assert [alt for *_, alt in stills] == [
        f"The film at {time}, shot {name}"
        for time, name in (("0:00", "S1"), ("0:06", "S2"), ("0:11", "S3"), ("0:17", "S4"), ("0:24", "S5"))
    ]  # S6 is left out
    for data, width, height, _ in stills:
        image = cv2.imdecode(np.frombuffer(base64.b64decode(data), np.uint8), cv2.IMREAD_COLOR)
        assert image is not None
        assert image.shape[:2] == (int(height), int(width)) == (225, 400)
    assert page.index("Where is the money?") < page.index("shot S2") < page.index("The camera pans left.")


def test_a_shot_that_begins_in_what_is_left_out_is_seen_where_the_script_begins(tmp_path: Path) -> None:
    page = written(pictured(tmp_path, skips((0.0, 1.0))))
    assert page.index('id="scene-S1"') < page.index("shot S1") < page.index("A platform.")


def test_a_scene_in_which_nothing_happens_has_its_pictures(tmp_path: Path) -> None:
    made = pictured(tmp_path, SkipPlan())
    page = outline(written(made.model_copy(update={"screenplay": play(scene(1, "INT. A - DAY", end=40.0))})))
    assert page.tags["img"] == 6


def test_a_still_says_what_was_seen_in_it(tmp_path: Path) -> None:
    caption = Caption(id="k2", shot="S2", keyframe="keyframes/S2.jpg", text='a woman, a "suitcase" <b>')
    made = pictured(tmp_path).model_copy(update={"captions": Captions(model="eyes", captions=(caption,))})
    page = outline(written(made))
    assert ("alt", 'The film at 0:06, shot S2: a woman, a "suitcase" <b>') in page.attributes


def test_a_still_that_is_gone_or_broken_leaves_the_script(tmp_path: Path) -> None:
    made = pictured(tmp_path)
    (tmp_path / "keyframes" / "S1.jpg").unlink()
    (tmp_path / "keyframes" / "S2.jpg").write_bytes(b"no picture")
    (tmp_path / "keyframes" / "S3.jpg").write_bytes(b"")
    assert outline(written(made)).tags["img"] == 2
    assert outline(written(made.model_copy(update={"stills": None}))).tags["img"] == 0


def test_a_long_film_has_pictures_all_through_and_not_too_many() -> None:
    assert thinned(range(10), 4) == [0, 2, 5, 7]
    assert thinned(range(3), 4) == [0, 1, 2]
    assert len(thinned(range(5000), MOST)) == MOST


def test_what_is_left_out_stands_greyed_where_it_lies() -> None:
    page = written(edition(night_train_script(), plan=skips((0.0, 1.0), (12.0, 16.0), (36.0, 40.0))))
    places = [page.index(part) for part in (
        "0:00–0:01", 'id="scene-S1"', 'id="scene-S3"', "0:12–0:16", "Marco has your gun tonight.", 'id="scene-S5"', "The camera moves in.",
        "0:36–0:40",
    )]  # fmt: skip
    assert places == sorted(places)
    assert "2 lines are spoken here" in page


def test_a_name_has_the_colour_of_its_voice_on_the_strip() -> None:
    page = written(edition(night_train_script()))
    for name, hue, title in (("ANNA", "v0", "SPEAKER 1"), ("MARCO", "v1", "SPEAKER 2"), ("VOICE", "v", "speech")):
        assert f'<div class="words dialogue {hue}">\n<p class="who" dir="auto">{name}</p>' in page
        assert re.search(f'<rect class="{hue}" [^>]*><title>{title}</title>', page)


def test_the_strip_shows_the_film_in_percent() -> None:
    page = written(edition(night_train_script(), plan=SKIPPED))
    assert '<rect class="skipped" x="77.50%" y="24" width="12.50%" height="42">' in page
    assert '<rect class="shot1" x="15.00%" y="24" width="12.50%" height="14"><title>S2</title>' in page
    assert page.count('<a href="#scene-S') == 3 + 3  # on the strip, and in the list


def test_an_edition_of_nothing_is_a_page() -> None:
    nothing = edition(
        play(), analysis=Analysis(duration=0.0, shots=(), has_audio=False), transcript=Transcript(language=None, model="", cues=())
    )
    assert outline(written(nothing)).tags["section"] == 0


LUMINANCE = """
(() => {
  const light = text => {
    const [r, g, b] = text.match(/[\\d.]+/g).slice(0, 3).map(v => v / 255).map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
    return .2126 * r + .7152 * g + .0722 * b;
  };
  const ground = light(getComputedStyle(document.body).backgroundColor);
  const texts = ["p.action", "p.dialogue", ".who", "h2", "h2 small", ".number", ".facts", ".legend", "p.parenthetical", ".words.shot p"];
  return {ground, contrast: texts.map(name => {
    const colour = light(getComputedStyle(document.querySelector(name)).color);
    return (Math.max(ground, colour) + .05) / (Math.min(ground, colour) + .05);
  })};
})()
"""
FACTS = """
(async () => {
  for (const image of document.images) { image.loading = "eager"; await image.decode(); }
  const box = name => document.querySelector(name).getBoundingClientRect().toJSON();
  const all = [...document.querySelectorAll("body *")].filter(one => !one.closest("defs, .jump") && one.getClientRects().length);
  const past = all.filter(one => one.getBoundingClientRect().right > innerWidth + 1).map(one => one.outerHTML.slice(0, 80));
  return {
    wide: document.documentElement.scrollWidth, inner: innerWidth, past,
    images: [...document.images].map(one => one.naturalWidth),
    drawn: [...document.querySelectorAll("svg rect")].filter(one => one.getBoundingClientRect().width > 0 && !one.closest("defs")).length,
    strip: box("svg.film"), words: box(".words.dialogue"), stills: box(".stills"),
    text: document.querySelector("main").innerText, lang: document.documentElement.lang,
    headings: [...document.querySelectorAll("h1, h2")].map(one => one.tagName),
    unnamed: [...document.querySelectorAll("img, a:not([aria-label])")].filter(one => !(one.alt || one.textContent.trim())).length,
  };
})()
"""


def colours(png: bytes) -> int:
    """How many different colours a picture has: one, where nothing was drawn."""
    image = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR)
    assert image is not None
    return len(np.unique(image[::3, ::3].astype(np.uint32) @ np.array([1, 256, 65536], np.uint32)))


def seen(page: Browser, file: Path, width: int, *, dark: bool) -> None:
    page.open(file, width, dark=dark)
    facts = page.value(FACTS)
    assert facts["wide"] <= facts["inner"] == width
    assert facts["past"] == []
    assert facts["images"] == [400] * 5
    assert facts["drawn"] >= 3 + 6 + 6 + 1  # scenes, shots, voices, a skip
    assert facts["strip"]["width"] > 0.9 * (width - 60)
    assert "Where is the money?" in facts["text"]
    assert "INT. TRAIN COMPARTMENT - NIGHT" in facts["text"]
    assert (facts["lang"], facts["headings"], facts["unnamed"]) == ("en", ["H1", "H2", "H2", "H2"], 0)
    beside = facts["stills"]["left"] >= facts["words"]["right"]
    assert beside == (width > 800)
    shades = page.value(LUMINANCE)
    assert (shades["ground"] < 0.1) == dark
    assert min(shades["contrast"]) >= 4.5  # WCAG 2.2, 1.4.3
    assert colours(page.picture()) > 20


@pytest.mark.needs("chromium", "bash")
def test_a_browser_shows_it_at_a_desk_and_on_a_phone_by_day_and_by_night(tmp_path: Path) -> None:
    (tmp_path / "film").mkdir()
    file = tmp_path / "movie.html"
    file.write_bytes(html(pictured(tmp_path / "film")))
    with browser(tmp_path) as page:
        for width in (1280, 390):
            for dark in (False, True):
                seen(page, file, width, dark=dark)
        page.value("document.querySelector('svg.film a').dispatchEvent(new MouseEvent('click', {bubbles: true}))")
        assert page.value("location.hash") == "#scene-S1"
        page.open(file, 1280, dark=False, media="print")
        assert page.value("getComputedStyle(document.querySelector('.contents')).display") == "none"
        assert page("Page.printToPDF")["data"].startswith("JVBERi")  # %PDF
        assert page.said == []
        assert {address.partition(",")[0] for address in page.asked} == {file.as_uri(), "data:image/jpeg;base64"}


@pytest.mark.needs("chromium", "bash")
def test_a_browser_keeps_long_words_on_a_phone_and_runs_nothing_of_the_films(tmp_path: Path) -> None:
    wide = play(
        scene(1, "INT. " + "X" * 300, element("action", "y" * 500), *speech("Z" * 90, NASTY, "שלום " * 40), end=40.0),
        title="T" * 200,
        notes=(NASTY,),
    )
    file = tmp_path / "movie.html"
    film = night_train()[0].model_copy(update={"shots": tuple(shot(n, n / 10, (n + 1) / 10) for n in range(400))})
    spoken = Transcript(language="en", model="small", cues=tuple(Cue(id=f"c{n}", start=n, end=n + 0.5, text="w" * 300) for n in range(30)))
    file.write_bytes(html(edition(wide, analysis=film, transcript=spoken, plan=skips((3.0, 20.0)))))
    with browser(tmp_path) as page:
        page.open(file, 390)
        page.value("document.querySelectorAll('details').forEach(one => one.open = true)")
        facts = page.value(FACTS.replace('box(".stills")', "null"))
        assert facts["wide"] == 390
        assert facts["past"] == []
        assert page.said == []
