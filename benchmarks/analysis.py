"""What one analysis costs, against a pure decode, and against the tools that a person runs today.

    python -m benchmarks.analysis [--film FILM] [--runs 3]

All are run in turn on the same film, several times, and medians are compared: processor seconds are to be trusted on a busy machine,
wall times are not. Without a film, one of 90 s (1080p, 24 pictures a second, H.264 with B pictures) is made, and PySceneDetect is
installed, both in the cache folder. Counted of ours is the ``analyse`` stage; the digest that ``probe`` takes before it is not.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.films import Camera, Scene, Size, Take, make
from benchmarks.measure import CACHE, Cost, cost, ffmpeg, machine, middle, scenedetect
from daemon.contract.states import Stage
from daemon.contract.task import Request

SIZE = (1920, 1080)
TIMES_AS_LONG = 6
ROOT = Path(__file__).parent.parent


def takes(size: Size) -> list[Take]:
    """Cuts, dissolves, a fade, standing and moving cameras."""
    moves = [Camera(), Camera(pan=0.06), Camera(shake=0.006), Camera(zoom=0.05), Camera(), Camera(tilt=-0.06), Camera(pan=-0.03)]
    found = []
    for number in range(21):
        take = Take(Scene(9000 + number, size, movers=3), 3.0 + (number * 7 % 5) * 0.7, moves[number % len(moves)])
        if number % 7 == 3:
            take.join, take.joined = "dissolve", 1.0
        if number == 12:
            take.join, take.joined, take.black_before = "fade", 1.0, 0.5
        found.append(take)
    return found


def analyse(film: Path, mode: str, out: Path) -> Cost:
    """Our own stage, in its own process, as the service runs it."""
    shutil.rmtree(out, ignore_errors=True)
    for name in ("probe", "analyse", "cache"):
        (out / name).mkdir(parents=True)
    _stage(Stage.PROBE, film, out, {})
    return _stage(Stage.ANALYSE, film, out, {"mode": mode})


def _stage(stage: Stage, film: Path, out: Path, settings: dict[str, str]) -> Cost:
    inputs = {Stage.PROBE: out / "probe"} if stage is Stage.ANALYSE else {}
    request = Request(stage=stage, source=film, out=out / stage, inputs=inputs, cache=out / "cache", settings=settings)
    surroundings = {**os.environ, "TMPDIR": str(out / "cache")}  # as the worker gives it: the stage's box has no other
    spent = cost([sys.executable, "-m", "daemon.stages", stage], stdin=request.model_dump_json().encode(), env=surroundings, cwd=ROOT)
    if not (out / stage / "result.json").exists():
        raise RuntimeError(f"{stage} gave no result for {film}")
    return spent


def contestants(film: Path, folder: Path) -> dict[str, Callable[[], Cost]]:
    """Everything that is measured, by name."""
    tool, quiet = ffmpeg(), ("-nostdin", "-v", "info", "-y", "-i", film)

    def run(*arguments: str | Path) -> Callable[[], Cost]:
        return lambda: cost([tool, *quiet, *arguments])

    def scenes() -> Cost:
        return cost([scenedetect(), "-q", "-i", film, "-o", folder / "scenes", "detect-adaptive", "save-images", "-n", "1"])

    return {
        "pure decode": run("-an", "-f", "null", "-"),
        "reelscribe exact": lambda: analyse(film, "exact", folder / "exact"),
        "reelscribe fast": lambda: analyse(film, "fast", folder / "fast"),
        "scenedetect": scenes,
        "blackdetect": run("-an", "-vf", "blackdetect=d=0.1", "-f", "null", "-"),
        "silencedetect": run("-vn", "-af", "silencedetect", "-f", "null", "-"),
        "ebur128": run("-vn", "-af", "ebur128=framelog=quiet", "-f", "null", "-"),
        "audio": run("-vn", "-ac", "1", "-ar", "16000", folder / "audio.wav"),
    }


PERSON = ("scenedetect", "blackdetect", "silencedetect", "ebur128", "audio")
GOALS = {"reelscribe exact": 1.20, "reelscribe fast": 0.70}


def report(costs: dict[str, Cost]) -> str:
    """A table, and what was promised."""
    decode, person = costs["pure decode"].cpu, sum(costs[name].cpu for name in PERSON)
    lines = [f"{'':18} {'CPU s':>8} {'wall s':>8} {'× decode':>9} {'× person':>9} {'MB':>6}"]
    for name, one in costs.items():
        lines.append(f"{name:18} {one.cpu:8.2f} {one.wall:8.2f} {one.cpu / decode:9.2f} {one.cpu / person:9.2f} {one.memory:6.0f}")
    lines.append(f"{'person, sum':18} {person:8.2f} {'':8} {person / decode:9.2f}")
    for name, goal in GOALS.items():
        reached = costs[name].cpu / decode
        lines.append(f"{name}: {reached:.2f} × decode, promised ≤ {goal:.2f}: {'kept' if reached <= goal else 'NOT KEPT'}")
    share, memory = costs["reelscribe fast"].cpu / person, max(costs[name].memory for name in GOALS)
    lines.append(f"reelscribe fast: {share:.2f} × person, promised ≤ 0.20: {'kept' if share <= 0.20 else 'NOT KEPT'}")
    lines.append(f"memory: {memory:.0f} MB, promised ≤ 180 MB: {'kept' if memory <= 180 else 'NOT KEPT'}")
    return "\n".join(lines)


def _long_film(film: Path, folder: Path) -> Path:
    """The same film again and again, its streams copied."""
    path = folder / f"long{film.suffix}"
    cost([ffmpeg(), "-v", "error", "-stream_loop", str(TIMES_AS_LONG - 1), "-i", film, "-c", "copy", path])
    return path


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--film", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--json", type=Path, help="also write every figure there")
    options = parser.parse_args()
    CACHE.mkdir(parents=True, exist_ok=True)
    film = options.film or CACHE / "analysis-1080p24.mp4"
    if not options.film:
        make(film, takes, SIZE, ffmpeg())
    with tempfile.TemporaryDirectory() as folder:
        everyone = contestants(film.absolute(), Path(folder))
        rounds: dict[str, list[Cost]] = {name: [] for name in everyone}
        for number in range(options.runs):
            for name, run in everyone.items():
                rounds[name].append(run())
                print(f"{number + 1}/{options.runs} {name}: {rounds[name][-1].cpu:.2f} s", file=sys.stderr)
        memory = analyse(_long_film(film, Path(folder)), "fast", Path(folder) / "long").memory
    costs = {name: middle(some) for name, some in rounds.items()}
    print(f"{film.name}, medians of {options.runs} runs; {machine()}")
    print(report(costs))
    kept = "kept" if memory <= 180 else "NOT KEPT"
    print(f"memory on the same film {TIMES_AS_LONG} times over: {memory:.0f} MB, promised ≤ 180 MB: {kept}")
    if options.json:
        options.json.write_text(json.dumps({name: [vars(one) for one in some] for name, some in rounds.items()}, indent=1))


if __name__ == "__main__":
    main()
