"""Editions of a small screenplay, for the tests of what is written from one."""

from daemon.contract.evidence import Analysis, Probe, SkipPlan, Transcript, VideoStream
from daemon.screenplay.edition import Edition, Layout
from daemon.screenplay.model import Element, ElementKind, Evidence, Scene, Screenplay, TitlePage
from tests.daemon.screenplay.films import night_train, skips

PROBE = Probe(
    digest="0" * 64,
    size=1,
    container="mp4",
    duration=40.0,
    video=VideoStream(index=0, codec="h264", width=640, height=360, frame_rate=25.0),
)


def element(kind: ElementKind, text: str, *, shots: str = "", cues: str = "", at: tuple[float, float] = (0.0, 0.0), voice: str = "",
            dual: bool = False, locked: bool = False) -> Element:  # fmt: skip
    """``shots`` and ``cues`` are ids with spaces between them."""
    evidence = Evidence(shots=tuple(shots.split()), cues=tuple(cues.split()), start=at[0], end=at[1])
    return Element(kind=kind, text=text, evidence=evidence, voice=voice, dual=dual, locked=locked)


def scene(number: int, heading: str, *elements: Element, transition: str = "", start: float = 0.0, end: float = 0.0) -> Scene:
    return Scene(
        id=f"scene-S{number}",
        number=str(number),
        heading=element("heading", heading, shots=f"S{number}", at=(start, end)),
        transition=element("transition", transition) if transition else None,
        elements=elements,
        start=start,
        end=end,
    )


def play(*scenes: Scene, title: str = "Night Train", notes: tuple[str, ...] = (), preamble: tuple[Element, ...] = ()) -> Screenplay:
    page = TitlePage(title=title, credit="Written from the film by", author="Reelscribe", notes=notes)
    return Screenplay(title_page=page, scenes=scenes, preamble=preamble, language="en")


def speech(who: str, *lines: str, voice: str = "SPEAKER 1", dual: bool = False) -> tuple[Element, ...]:
    return (element("character", who, voice=voice, dual=dual), *(element("dialogue", line) for line in lines))


def edition(screenplay: Screenplay, *, analysis: Analysis | None = None, transcript: Transcript | None = None, plan: SkipPlan | None = None,
            layout: Layout | None = None) -> Edition:  # fmt: skip
    film, spoken = night_train()
    return Edition(
        screenplay=screenplay,
        film="night_train.mp4",
        probe=PROBE,
        analysis=analysis or film,
        transcript=transcript or spoken,
        plan=plan or SkipPlan(),
        layout=layout or Layout(),
    )


def night_train_script() -> Screenplay:
    """The script of ``films.night_train``: three scenes, two people, and a line that is nobody's."""
    return play(
        scene(
            1,
            "INT. STATION - DAY",
            element("action", "A platform. ANNA waits beside a suitcase.", shots="S1", at=(0, 6)),
            element("character", "ANNA", voice="SPEAKER 1"),
            element("dialogue", "Anna opens the door.", cues="c1", at=(1, 2.2), voice="SPEAKER 1"),
            element("character", "MARCO", voice="SPEAKER 2"),
            element("parenthetical", "(low)", at=(2.6, 2.6)),
            element("dialogue", "Where is the money?", cues="c2", at=(2.6, 4), voice="SPEAKER 2"),
            element("shot", "The camera pans left.", shots="S2", at=(6, 11)),
            element("character", "ANNA", voice="SPEAKER 1"),
            element("dialogue", "The train leaves at seven.", cues="c3", at=(7, 8.3), voice="SPEAKER 1"),
            element("dialogue", "Please wait at the station.", cues="c4", at=(8.8, 10.3), voice="SPEAKER 1"),
            end=11.0,
        ),
        scene(
            3,
            "INT. TRAIN COMPARTMENT - NIGHT",
            element("note", "The camera hardly sees anything here.", shots="S3", at=(11, 17)),
            element("character", "MARCO", voice="SPEAKER 2"),
            element("dialogue", "Marco has your gun tonight.", cues="c5", at=(12, 13.5), voice="SPEAKER 2"),
            element("character", "VOICE"),
            element("dialogue", "We must not wait here.", cues="c6", at=(14, 15.6)),
            transition="FADE TO:",
            start=11.0,
            end=24.0,
        ),
        scene(
            5,
            "EXT. BRIDGE - DAY",
            element("action", "Snow on the rails.", shots="S5", at=(24, 31)),
            element("character", "ANNA", voice="SPEAKER 1"),
            element("dialogue", "The window is open.", cues="c7", at=(27.2, 29), voice="SPEAKER 1"),
            element("shot", "The camera moves in.", shots="S6", at=(31, 40)),
            start=24.0,
            end=40.0,
        ),
        notes=("Written without seeing the picture.",),
    )


SKIPPED = skips((31.0, 36.0))
