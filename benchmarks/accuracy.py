"""How right the analysis is, on films with known truth, beside PySceneDetect on the same films.

    python -m benchmarks.accuracy [--folder FOLDER] [--codings x264 x264-fixed] [--seed 0] [--plot FOLDER]

Without ``--folder`` the films of ``benchmarks/scenarios.py`` are made in the cache folder. With it, every film there that has a
``NAME.truth.json`` beside it is used (its keys: ``benchmarks/films.py``, ``Truth``): real films, marked by a person.
A cut is right within one picture; what lies in a gradual transition counts neither way. A transition is right where it has the
kind of a true one and shares half of their common length. A camera movement counts where the analysis claims to know.
"""

import argparse
import csv
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.analysis import analyse
from benchmarks.films import RATE, Truth, make
from benchmarks.measure import CACHE, cost, ffmpeg, scenedetect
from benchmarks.plot import plot
from benchmarks.scenarios import SCENARIOS
from daemon.contract.evidence import Analysis
from daemon.media.shotlist import SHORTEST

SIZE = (960, 540)
DETECTORS = ("detect-adaptive", "detect-content", "detect-hist", "detect-hash")
MODES = ("exact", "fast")
SAME_CUT = 1.05 / RATE  # seconds


@dataclass
class Score:
    """How many of what was found are true, and how many of what is true were found."""

    right: int = 0
    found: int = 0
    true: int = 0

    def add(self, right: int, found: int, true: int) -> None:
        """One film's counts."""
        self.right, self.found, self.true = self.right + right, self.found + found, self.true + true

    @property
    def precision(self) -> float:
        """Of what was found, 0–1."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Of what is true, 0–1."""
        return self.right / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        """Their harmonic mean."""
        return 2 * self.right / (self.found + self.true) if self.found + self.true else 1.0

    def __str__(self) -> str:
        counts = f"({self.right} of {self.found} found are right, {self.true} are true)"
        return f"F1 {self.f1:.3f}  precision {self.precision:.3f}  recall {self.recall:.3f}  {counts}"


def matched(found: Iterable[float], true: Iterable[float], within: float) -> int:
    """How many of ``found`` lie at one of ``true``, each used once."""
    left, right = sorted(true), 0
    for time in sorted(found):
        near = [other for other in left if abs(other - time) <= within]
        if near:
            left.remove(min(near, key=lambda other: abs(other - time)))
            right += 1
    return right


def outside(times: Iterable[float], truth: Truth) -> list[float]:
    """What does not lie in a gradual transition or the black between two."""
    spans = [(start - 0.15, end + 0.15) for start, end, _ in truth.gradual]
    blacks = [(end, later) for (_, end, kind), (later, _, _) in zip(truth.gradual, truth.gradual[1:], strict=False) if kind == "fade out"]
    return [time for time in times if not any(start <= time <= end for start, end in spans + blacks)]


def cuts_of(analysis: Analysis) -> list[float]:
    """The hard cuts."""
    return [shot.start for shot in analysis.shots if shot.starts_with == "cut"]


def score_cuts(score: Score, found: Iterable[float], truth: Truth) -> None:
    """Adds one film."""
    found = list(found)
    free = set(outside(found, truth))
    kept = [time for time in found if time in free or any(abs(time - cut) <= SAME_CUT for cut in truth.cuts)]
    score.add(matched(kept, truth.cuts, SAME_CUT), len(kept), len(truth.cuts))


def score_gradual(score: Score, analysis: Analysis, truth: Truth) -> None:
    """Adds one film."""
    left, right = list(truth.gradual), 0
    for one in analysis.transitions:
        same = [true for true in left if true[2] == one.kind and _overlap((one.start, one.end), (true[0], true[1])) >= 0.5]
        if same:
            left.remove(same[0])
            right += 1
    score.add(right, len(analysis.transitions), len(truth.gradual))


def _overlap(one: tuple[float, float], other: tuple[float, float]) -> float:
    common = min(one[1], other[1]) - max(one[0], other[0])
    return max(0.0, common) / max(1e-9, max(one[1], other[1]) - min(one[0], other[0]))


def score_motion(score: Score, analysis: Analysis, truth: Truth) -> None:
    """Adds one film: for each true movement, what is claimed of the shot that holds its middle."""
    for start, end, kind in truth.motion:
        shot = next((shot for shot in analysis.shots if shot.start <= (start + end) / 2 < shot.end), None)
        claimed = shot.motion.kind if shot and shot.motion else "unknown"
        score.add(int(claimed == kind), int(claimed != "unknown"), 1)


def score_text(score: Score, analysis: Analysis, truth: Truth) -> None:
    """Adds one film: tenths of a second of text."""
    true = {tick for start, end, kind in truth.spans if kind == "credits" for tick in range(round(start * 10), round(end * 10))}
    logos = {tick for start, end, kind in truth.spans if kind == "logo" for tick in range(round(start * 10) - 15, round(end * 10) + 15)}
    found = {tick for one in analysis.credits for tick in range(round(one.start * 10), round(one.end * 10))} - logos
    score.add(len(found & true), len(found), len(true))


def scenes(film: Path, detector: str, folder: Path) -> list[float]:
    """PySceneDetect's cuts, allowed shots as short as ours: its own default of 0.6 s would cost it the shortest ones."""
    cost(
        [scenedetect(), "-q", "-m", f"{SHORTEST}s", "-i", film, "-o", folder, detector, "list-scenes", "-q", "-s", "-f", f"{detector}.csv"]
    )
    with (folder / f"{detector}.csv").open() as file:
        return [float(row["Start Time (seconds)"]) for row in csv.DictReader(file)][1:]


def films(folder: Path | None, codings: Sequence[str], seed: int) -> Iterator[tuple[Path, Truth]]:
    """Every film with its truth; another ``seed`` makes other films of the same kinds."""
    if folder:
        for truth in sorted(folder.glob("*.truth.json")):
            stem = truth.name.removesuffix(".truth.json")
            film = next((path for path in sorted(folder.glob(f"{stem}.*")) if path != truth), None)
            if film is None:
                sys.exit(f"{truth} has no film beside it")
            yield film, Truth.read(truth)
        return
    place = CACHE / "accuracy"
    place.mkdir(parents=True, exist_ok=True)
    for name, takes in SCENARIOS.items():
        for coding in codings:
            path = place / f"{name.replace(' ', '-')}-{coding}{f'-{seed}' if seed else ''}.mp4"
            yield path, make(path, partial(takes, seed=seed) if seed else takes, SIZE, ffmpeg(), coding=coding)


def main() -> None:
    """Counts and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--codings", nargs="+", default=["x264", "x264-fixed"])
    parser.add_argument("--seed", type=int, default=0, help="makes other films: those that no number was chosen on")
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--alone", action="store_true", help="without PySceneDetect")
    options = parser.parse_args()
    cuts: dict[str, Score] = {name: Score() for name in (*MODES, *(() if options.alone else DETECTORS))}
    others = {(what, mode): Score() for what in ("fades and dissolves", "camera movement", "text") for mode in MODES}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        counted = 0
        for film, truth in films(options.folder, options.codings, options.seed):
            _count(film, truth, folder, cuts, others, options.plot)
            counted += 1
    if not counted:
        sys.exit(f"no film with a .truth.json beside it lies in {options.folder}")
    print("\nhard cuts")
    for name, score in cuts.items():
        print(f"  {name:16} {score}")
    for (what, mode), score in others.items():
        print(f"{what}, {mode}: {score}")
    best = max((score.f1 for name, score in cuts.items() if name not in MODES), default=None)
    for mode in MODES:
        if best is not None:
            _verdict(f"hard cuts, {mode}: F1", cuts[mode].f1, best)
        _verdict(f"fades and dissolves, {mode}: F1", others["fades and dissolves", mode].f1, 0.9)
        moves = others["camera movement", mode]
        _verdict(f"camera movement, {mode} (it claims {moves.found} of {moves.true}): precision", moves.precision, 0.9)


def _verdict(what: str, reached: float, promised: float) -> None:
    print(f"{what} {reached:.3f}, promised ≥ {promised:.3f}: {'kept' if reached >= promised else 'NOT KEPT'}")


def _count(
    film: Path, truth: Truth, folder: Path, cuts: dict[str, Score], others: dict[tuple[str, str], Score], pictures: Path | None
) -> None:
    line = []
    for mode in MODES:
        analyse(film.absolute(), mode, folder / mode)
        analysis = Analysis.model_validate_json((folder / mode / "analyse" / "result.json").read_bytes())
        score_gradual(others["fades and dissolves", mode], analysis, truth)
        score_motion(others["camera movement", mode], analysis, truth)
        score_text(others["text", mode], analysis, truth)
        line.append(_film(cuts[mode], mode, cuts_of(analysis), truth))
        if pictures:
            pictures.mkdir(parents=True, exist_ok=True)
            plot(film, truth, analysis, pictures / f"{film.stem}-{mode}.png")
    line += [_film(cuts[name], name, scenes(film, name, folder), truth) for name in cuts if name not in MODES]
    print(f"{film.stem:28} {'  '.join(line)}")
    sys.stdout.flush()


def _film(score: Score, name: str, found: list[float], truth: Truth) -> str:
    own = Score()
    score_cuts(own, found, truth)
    score.add(own.right, own.found, own.true)
    return f"{name.removeprefix('detect-')} {own.f1:.2f}"


if __name__ == "__main__":
    main()
