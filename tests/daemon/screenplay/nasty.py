"""Texts that look like something else, and screenplays made of them."""

from hypothesis import strategies as st

from daemon.screenplay.formats.paragraphs import one_line
from daemon.screenplay.model import Element, Evidence, Scene, Screenplay, TitlePage

TEXTS = ("CUT TO:", "INT. HOUSE", "int. the house", "EXT OF A LINE", "EST. 1900", "I/E CAR", "FADE IN:", "FADE OUT.",
         "(sighs)", "(whispers) no", "~ la la ~", "# one", "## two", "> right <", "> right", "!", "!bang", "@ home", "@home",
         "...and then", ".", "..", ".dot", ".5", "***wow***", "_a_b_", "snake_case_name", "2 * 3 * 4", "[[no]]", "[[", "]]",
         "[x]", "/* gone */", "/*", "*/", "a*b", "= sum", "===", "Title: no", "*", "\\", "\\*", "\\_", "THE END", "ANNA",
         "ANNA (V.O.)", "two  spaces", "1. first", "é 字 🎬", "ß", "Wait TO:", "TO:", "É TO:", "#3#", "x #3#", "^", "ANNA ^",
         "ınt. x", "a\u2060b", "red \x1b[31m alert\x07", "a\u202eb", "line\u2028break", "\ufeffbom",
         "[[S1 0:00:00.000-0:00:01.000]]", "/* reelscribe script, version 1, sha256 00 */")  # fmt: skip
NAMES = ("ANNA", "SPEAKER 1", "VOICE", "McCLANE", "Anna", "23", "ИВАН", "安娜", "INT. BOB", "INT. VOICE", "GO TO:", "@HOME",
         "R2*D2", "A_B", ".DOT", "!BANG", "> X", "~X", "#1", "= X", "ANNA (V.O.)", "Anna (off)", "[[X]]", "STRASSE", "STRAßE",
         "CUT TO:", "FADE IN:")  # fmt: skip
HEADINGS = ("INT. STATION - NIGHT", "I/E CAR - DAY", "STATION", "UNDER *THE* BRIDGE", "INT./EXT. SCENE 7 - DAY",
            "int. kitchen", ".DOT", "ROOM #3#", "APT #3 - DAY", "[[X]]", "ВОКЗАЛ", "EST. PARIS", "INT/EXT. X")  # fmt: skip

_TAKEN = "\ue700\ue701\ue702\ue703\ue704\ue705\ue706"  # characters that screenplain uses for itself
_PLAIN = st.characters(codec="utf-8", exclude_characters=_TAKEN)
_NAME = st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters="()^" + _TAKEN)


def shown(text: str) -> bool:
    """Whether anything of it is left on paper."""
    return bool(one_line(text))


texts = (st.text(_PLAIN, min_size=1, max_size=30) | st.sampled_from(TEXTS)).filter(shown)
names = (st.text(_NAME, min_size=1, max_size=12) | st.sampled_from(NAMES)).filter(shown)
headings = (st.text(_PLAIN, min_size=1, max_size=30) | st.sampled_from(HEADINGS)).filter(shown)
_times = st.integers(0, 7_200_000).map(lambda milliseconds: milliseconds / 1000)
_ids = st.integers(1, 999)


@st.composite
def evidences(draw: st.DrawFn) -> Evidence:
    start, end = sorted((draw(_times), draw(_times)))
    return Evidence(
        shots=tuple(f"S{number}" for number in draw(st.lists(_ids, max_size=2))),
        cues=tuple(f"c{number}" for number in draw(st.lists(_ids, max_size=2))),
        captions=tuple(f"k{number}b" for number in draw(st.lists(_ids, max_size=1))),
        start=start,
        end=end,
    )


@st.composite
def _speech(draw: st.DrawFn, dual: bool) -> list[Element]:
    voice = draw(st.sampled_from(("", "SPEAKER 1", "SPEAKER 2")))
    found = [Element(kind="character", text=draw(names), voice=voice, dual=dual)]
    if draw(st.booleans()):
        found.append(Element(kind="parenthetical", text=draw(st.sampled_from(("(low)", "(to [[him]])", "(*laughs*)")))))
    lines = draw(st.lists(texts, min_size=1, max_size=3))
    return found + [Element(kind="dialogue", text=line, evidence=draw(evidences()), voice=voice) for line in lines]


@st.composite
def _elements(draw: st.DrawFn) -> tuple[Element, ...]:
    found: list[Element] = []
    spoke = False
    for kind in draw(st.lists(st.sampled_from(("action", "shot", "note", "speech", "speech", "transition")), max_size=5)):
        if kind == "speech":
            dual = spoke and draw(st.booleans())
            found += draw(_speech(dual))
            spoke = not dual
        else:
            found.append(Element.model_validate({"kind": kind, "text": draw(texts), "evidence": draw(evidences())}))
            spoke = False
    return tuple(found)


@st.composite
def screenplays(draw: st.DrawFn) -> Screenplay:
    """As continuity makes them: unique ids, numbers in order, any text at all. A transition that ends a scene stands above the next."""
    scenes = []
    for number in range(draw(st.integers(0, 4))):
        elements = draw(_elements())
        while elements and elements[-1].kind == "transition":
            elements = elements[:-1]
        transition = Element(kind="transition", text=draw(texts)) if draw(st.booleans()) else None
        heading = Element(kind="heading", text=draw(headings), evidence=draw(evidences()))
        span = heading.evidence
        scenes.append(
            Scene(
                id=f"scene-S{number}",
                number=str(number + 1) if draw(st.booleans()) else "",
                heading=heading,
                elements=elements,
                transition=transition,
                start=span.start,
                end=span.end,
                locked=draw(st.booleans()),
            )
        )
    page = TitlePage(
        title=draw(texts),
        credit="Written from the film by",
        author=draw(texts),
        notes=tuple(draw(st.lists(texts, max_size=2))),
        more=(("Draft date", draw(texts)),) if draw(st.booleans()) else (),
    )
    return Screenplay(title_page=page, scenes=tuple(scenes), language=draw(st.sampled_from((None, "en"))))
