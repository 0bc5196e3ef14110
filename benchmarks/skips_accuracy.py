"""How right the skips are: films with known truth, from the decoder to the plan.

    python -m benchmarks.skips_accuracy [--only NAME …] [--show]

Each film is a list of parts: what is seen, what is heard, whether somebody speaks (as the transcript would say it), and whether it is
to be left out. They are made in the cache folder, analysed as the service does it, in the default mode, and planned one after
the other, each with those before it as its relatives. Counted are tenths of a second; those within a second of a true edge count
neither way. Promised: precision ≥ 0.95 at recall ≥ 0.9.
"""

import argparse
import tempfile
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean

import numpy as np

from benchmarks.analysis import analyse
from benchmarks.films import Camera, Card, Image, Join, Scene, Take, make
from benchmarks.measure import CACHE, ffmpeg
from benchmarks.sounds import Kind, sound, write
from daemon.contract.evidence import Analysis, Chapter, Cue, Skip, SkipPlan, Span
from daemon.stages.skip_rules import Film, plan
from daemon.stages.skip_rules.film import Shared, covered
from daemon.stages.skip_rules.lessons import Lesson

SIZE = (320, 180)
EDGE = 1.0  # seconds around a true edge that do not count
PRECISION, RECALL = 0.95, 0.9


@dataclass
class Part:
    """Pictures and their sound. ``skip``: the reason for which it is to be left out, ``""``: it is the film."""

    takes: list[Take]
    kind: Kind = "talk"
    seed: int = 0
    level: float = 0.0  # dB
    skip: str = ""
    spoken: bool = False
    learn: bool = False  # a person marks it, and has it learned

    @property
    def seconds(self) -> float:
        """Its length, the black before it not counted."""
        return sum(take.seconds for take in self.takes)


class Dark(Card):
    """Nothing at all."""

    def render(self, time: float, camera: Camera) -> Image:
        """Black."""
        return np.zeros((self.height, self.width, 3), np.uint8)


@dataclass
class Made:
    """A film as it lies there, and what is true of it."""

    path: Path
    skips: list[Skip] = field(default_factory=list)
    cues: list[Cue] = field(default_factory=list)
    lessons: list[Span] = field(default_factory=list)
    chapters: tuple[Chapter, ...] = ()


def scenes(seconds: float, *, seed: int, talk: bool = True, kind: Kind = "talk", join: Join = "cut", black: float = 0.0) -> Part:
    """Ordinary film: shots of two to five seconds; ``join`` says how it begins."""
    rng = np.random.default_rng(seed)
    takes: list[Take] = []
    left = seconds
    while left > 0:
        length = min(left, float(np.round(rng.uniform(2, 5), 2)))
        length = left if left - length < 1 else length
        camera = [Camera(), Camera(pan=0.05), Camera(shake=0.008), Camera(zoom=0.04)][int(rng.integers(4))]
        takes.append(Take(Scene(seed * 131 + len(takes), SIZE), length, camera))
        left -= length
    _begin(takes[0], join, black)
    return Part(takes, kind=kind, seed=seed, spoken=talk)


def _begin(take: Take, join: Join, black: float) -> None:
    if join == "fade":
        take.join, take.joined, take.black_before = "fade", 0.4, black


def logo(seed: int, seconds: float = 4.0, join: Join = "fade") -> Part:
    """A shape and a word on black, with a fanfare."""
    take = Take(Card(seed, SIZE, logo=True), seconds)
    _begin(take, join, 0.5)
    return Part([take], kind="music", seed=seed, skip="logo")


def fanfare(seed: int, seconds: float = 6.0, join: Join = "fade") -> Part:
    """A logo that is a picture: bright, moving, isolated between blacks."""
    take = Take(Scene(seed, SIZE, movers=1), seconds, Camera(zoom=0.03))
    _begin(take, join, 0.6)
    return Part([take], kind="music", seed=seed, skip="logo")


def roll(seed: int, seconds: float, join: Join = "cut") -> Part:
    """Credits that move up, with music."""
    take = Take(Card(seed, SIZE, roll=0.12), seconds)
    _begin(take, join, 0.8)
    return Part([take], kind="music", seed=seed, skip="credits")


def cards(seed: int, number: int, join: Join = "cut") -> Part:
    """Credits that stand."""
    takes = [Take(Card(seed + i, SIZE), 3.0) for i in range(number)]
    _begin(takes[0], join, 0.8)
    return Part(takes, kind="music", seed=seed, skip="credits")


def advert(seed: int, lengths: Sequence[float], level: float = 5.0) -> list[Part]:
    """A break: spots of these lengths, black and silent between them and on both sides."""
    parts = []
    for number, length in enumerate(lengths):
        spot = scenes(length - 0.6, seed=seed + number, talk=False, kind="music", join="fade", black=0.6)
        for take in spot.takes:
            take.camera = Camera()
        spot.level, spot.skip = level, "advert"
        parts.append(spot)
    return parts


def intro(seed: int, seconds: float, reason: str = "repeat") -> Part:
    """The same pictures and the same music in every film that has it."""
    part = scenes(seconds, seed=seed, talk=False, kind="music")
    part.skip = reason
    return part


def feature() -> list[Part]:
    """Logos, a film with a long fade inside, credits, a scene after them, more credits."""
    return [
        logo(1, join="cut"), logo(2), scenes(60, seed=3, join="fade", black=0.7), scenes(40, seed=4, join="fade", black=3.0),
        cards(5, 4, "fade"), roll(9, 30), scenes(8, seed=10), roll(11, 15),
    ]  # fmt: skip


def studio() -> list[Part]:
    """Logos that are pictures; credits on cards alone, to the end."""
    return [fanfare(21, join="cut"), fanfare(22, 8), scenes(90, seed=23, join="fade", black=0.8), cards(24, 7, "fade")]


def recording() -> list[Part]:
    """A recording from television: two breaks, and a scene that fades to black and silence and is none."""
    return [
        scenes(70, seed=31), *advert(310, (30, 20, 30)), scenes(47.3, seed=33, join="fade", black=0.6),
        scenes(51.7, seed=34, join="fade", black=0.8), *advert(350, (15, 30)), scenes(60, seed=36, join="fade", black=0.6),
    ]  # fmt: skip


def loud_break() -> list[Part]:
    """One single spot, much louder than the film."""
    return [scenes(64, seed=41), *advert(420, (30,), 8.0), scenes(71, seed=43, join="fade", black=0.6)]


def of_fades() -> list[Part]:
    """Fades to black and silence inside the film, of many lengths and at many distances: nothing to leave out."""
    blacks = (0.3, 2.0, 0.6, 4.0, 1.0, 0.5, 3.0)
    lengths = (23.0, 17.4, 31.2, 42.7, 22.2, 13.1, 37.8)
    return [scenes(25, seed=51), *(scenes(length, seed=52 + i, join="fade", black=blacks[i]) for i, length in enumerate(lengths))]


def trailer() -> list[Part]:
    """Shots between blacks, with music and no word until late: none of them is a logo."""
    shots = [scenes(2.5 + i % 3, seed=70 + i, talk=False, kind="music", join="fade" if i else "cut", black=0.3) for i in range(14)]
    return [*shots, scenes(30, seed=90)]


def told_with_text() -> list[Part]:
    """Intertitles all through: text is how this film is told."""
    parts: list[Part] = []
    for number in range(9):
        title = cards(100 + number, 1)
        title.skip = ""
        parts += [scenes(11, seed=110 + number, talk=False, kind="music"), title]
    return [*parts, scenes(12, seed=130, talk=False, kind="music")]


def one_title() -> list[Part]:
    """A single card towards the end, saying when it is, and a quiet opening shot between blacks."""
    title = cards(140, 1, "fade")
    title.skip = ""
    opening = scenes(5, seed=141, talk=False, kind="tone")
    return [opening, scenes(60, seed=142, join="fade", black=1.0), title, scenes(25, seed=143, join="fade", black=1.0)]


def dark_end() -> list[Part]:
    """It ends with a long fade, black and silence: black at the end, and no credits."""
    black = Part([Take(Dark(0, SIZE), 4)], kind="silence", skip="black")
    night = Part([Take(Scene(151 + i, SIZE, level=24), 4) for i in range(5)], kind="talk", seed=150, spoken=True)
    return [scenes(60, seed=152), night, black]


def episode(number: int, cold: float, body: float) -> list[Part]:
    """Of a series: a cold open, the title music, the episode, the closing music."""
    seed = 200 + 20 * number
    reason = "repeat" if number > 1 else ""  # the first cannot know; those that follow suggest it
    return [scenes(cold, seed=seed), intro(900, 22, reason), scenes(body, seed=seed + 1), intro(910, 18, reason)]


def lesson() -> list[Part]:
    """A film with a sponsor's message in its middle, which a person marks and has learned."""
    message = intro(920, 14, "manual")
    message.learn, message.spoken, message.kind = True, True, "talk"
    return [scenes(50, seed=301), message, scenes(60, seed=302)]


def taught(number: int, before: float) -> list[Part]:
    """A film that follows, with the same message somewhere."""
    message = intro(920, 14, "learned")
    message.spoken, message.kind = True, "talk"
    return [scenes(before, seed=310 + 3 * number), message, scenes(65, seed=311 + 3 * number)]


FILMS: dict[str, Callable[[], list[Part]]] = {
    "feature": feature,
    "studio": studio,
    "recording": recording,
    "loud break": loud_break,
    "of fades": of_fades,
    "trailer": trailer,
    "told with text": told_with_text,
    "one title": one_title,
    "dark end": dark_end,
    "episode 1": lambda: episode(1, 9, 80),
    "episode 2": lambda: episode(2, 21, 95),
    "episode 3": lambda: episode(3, 14, 88),
    "lesson": lesson,
    "taught 1": lambda: taught(1, 31),
    "taught 2": lambda: taught(2, 58),
}


def made(name: str, parts: list[Part], folder: Path) -> Made:
    """The film, made where it is not there yet, and its truth."""
    film = Made(folder / f"skips-{name.replace(' ', '-')}.mp4")
    heard, now = [], 0.0
    for part in parts:
        black = part.takes[0].black_before
        heard += [sound("silence", 0, black), sound(part.kind, part.seed, part.seconds, part.level)]
        start, now = now + black, now + black + part.seconds
        _note(film, part, start - (black if part.skip else 0), start, now)
    if not film.path.exists():
        wav = film.path.with_suffix(".wav")
        write(wav, np.concatenate(heard))
        make(film.path, lambda _size: [take for part in parts for take in part.takes], SIZE, ffmpeg(), sound=f"amovie={wav}")
        wav.unlink()
    return film


def _note(film: Made, part: Part, black: float, start: float, end: float) -> None:
    if part.learn:
        film.lessons.append(Span(start=start, end=end))
    if part.skip in ("logo", "credits", "advert", "repeat", "learned", "black"):
        film.skips.append(Skip(start=black, end=end, reason=part.skip))
    elif part.skip == "manual":
        film.skips.append(Skip(start=start, end=end, reason="manual"))
    if part.spoken:
        at = start
        while at + 2.5 < end:
            film.cues.append(Cue(id=f"c{len(film.cues) + 1}", start=at + 0.5, end=at + 2.5, text="words", confidence=0.9))
            at += 3.5


class Shelf:
    """The films that were planned so far: their sounds, and what was learned of them."""

    def __init__(self) -> None:
        from daemon.stages.skip_rules import sounds

        self._sounds = sounds
        self._others: dict[str, sounds.Sound] = {}
        self._lessons: list[Lesson] = []

    def plan(self, film: Made, analysis: Analysis, folder: Path) -> SkipPlan:
        """The plan of the next one."""
        own = self._sounds.sound_of(folder)
        shared: tuple[Shared, ...] = ()
        if own:
            shared = (*self._sounds.shared_with(own, self._others)[0], *self._sounds.learned_in(own, self._lessons))
            self._others[film.path.name] = own
            self._learn(film, own.numbers.astype("<u4").tobytes(), own.step)
        manual = tuple(skip for skip in film.skips if skip.reason == "manual")
        return plan(Film(analysis, tuple(film.cues), film.chapters, skips=manual, shared=shared))

    def _learn(self, film: Made, numbers: bytes, step: float) -> None:
        from daemon.stages.skip_rules.lessons import part_of

        for span in film.lessons:
            part = part_of(numbers, step, span.start, span.end)
            self._lessons.append(Lesson(id=len(self._lessons) + 1, seconds=span.length, sound=b64encode(part).decode()))


@dataclass
class Score:
    """Tenths of seconds: right, found, true."""

    right: int = 0
    found: int = 0
    true: int = 0

    @property
    def precision(self) -> float:
        """0–1."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """0–1."""
        return self.right / self.true if self.true else 1.0

    def add(self, other: "Score") -> None:
        """Both together."""
        self.right, self.found, self.true = self.right + other.right, self.found + other.found, self.true + other.true


def score(found: Sequence[Span], true: Sequence[Span], duration: float) -> Score:
    """One film's."""
    edges = [edge for span in true for edge in (span.start, span.end) if 0 < edge < duration]
    ticks = [tick / 10 + 0.05 for tick in range(int(duration * 10))]
    ticks = [tick for tick in ticks if all(abs(tick - edge) > EDGE for edge in edges)]
    mine, theirs = ({tick for tick in ticks if any(span.start <= tick < span.end for span in spans)} for spans in (found, true))
    return Score(len(mine & theirs), len(mine), len(theirs))


def whole_events(found: Sequence[Span], true: Sequence[Span]) -> Iterator[bool]:
    """For each true range whether at least nine tenths of it were found."""
    for span in true:
        yield covered(span, found) >= 0.9 * span.length


def main() -> None:
    """Counts and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=FILMS, default=list(FILMS))
    parser.add_argument("--mode", choices=("fast", "exact"), default="fast")
    parser.add_argument("--show", action="store_true", help="what was found, and what is true")
    options = parser.parse_args()
    total, events, shelf = Score(), [], Shelf()
    place = CACHE / "accuracy"
    place.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        for name in options.only:
            film = made(name, FILMS[name](), place)
            folder = Path(temporary) / name.replace(" ", "-")
            analyse(film.path, options.mode, folder)
            analysis = Analysis.model_validate_json((folder / "analyse" / "result.json").read_bytes())
            planned = shelf.plan(film, analysis, folder / "analyse")
            own = score(planned.skips, film.skips, analysis.duration)
            events += list(whole_events(planned.skips, film.skips))
            total.add(own)
            print(f"{name:16} precision {own.precision:.3f}  recall {own.recall:.3f}  {len(planned.suggestions)} suggested", flush=True)
            if options.show:
                _show(film, planned)
    kept = total.precision >= PRECISION and total.recall >= RECALL
    print(f"all: precision {total.precision:.3f}, recall {total.recall:.3f}; {mean(events):.0%} of {len(events)} ranges whole")
    print(f"promised: precision ≥ {PRECISION} at recall ≥ {RECALL}: {'kept' if kept else 'NOT KEPT'}")


def _show(film: Made, planned: SkipPlan) -> None:
    for title, skips in (("true", film.skips), ("found", planned.skips), ("suggested", planned.suggestions)):
        for skip in skips:
            print(f"    {title:10} {skip.start:7.2f} – {skip.end:7.2f} {skip.reason:8} {skip.confidence:.2f} {skip.note}")


if __name__ == "__main__":
    main()
