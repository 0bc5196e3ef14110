"""What it costs to have a model write a script: films of 1, 10 and 60 minutes, against a server that answers at once.

The stages run as the daemon runs them, each in a process of its own; the film is made up, the server is the tests' own. Then one skip is
moved, and the film is written again: only the chunks that it touches are asked for.

Figures: questions asked; tokens of their prompts, and which share of their bytes stands at the beginning of the prompt before it, where
Ollama's cache finds it; tokens of the answers; loads; chunks asked for; seconds outside the model (processes' starts included), a film
minute; the largest process.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel

from benchmarks.measure import machine
from config.settings import Ollama
from daemon.contract.evidence import Caption, Captions, SkipPlan
from daemon.contract.states import Stage
from daemon.contract.task import Finished, Request
from daemon.llm.health import QUESTION as HEALTH
from daemon.stages.task import RESULT
from tests.daemon.screenplay.editions import PROBE
from tests.daemon.screenplay.films import skips
from tests.daemon.screenplay.long_films import timeline
from tests.fakes.ollama import FakeOllama
from tests.fakes.ollama.record import Asked, Record

MINUTES = (1, 10, 60)
RUNS = 3
MODEL = "llama3.1:8b"
OUTSIDE = 2.0  # seconds a film minute outside the model: at most
LAYOUT = {"formats": ["fountain", "md"], "film": "night_train.mp4", "layout": {}}
WRITING = {"engine": "ollama", "model": MODEL, "model_digest": "d1", "title": "Night Train", "chunk": 30, "overlap": 5}
COLUMNS = ("film", "asked", "prompt tokens", "same bytes", "answer tokens", "loads", "chunks", "outside, s/min", "MB")


@dataclass
class Busy(Record):
    """A record that also says for how long the server was at work."""

    seconds: float = 0.0
    began: dict[int, float] = field(default_factory=dict)

    def add(self, asked: Asked) -> Asked:
        """One more request."""
        self.began[id(asked)] = time.monotonic()
        return super().add(asked)

    def end(self, asked: Asked, outcome: str) -> None:
        """It is over."""
        self.seconds += time.monotonic() - self.began.pop(id(asked))
        super().end(asked, outcome)


class Film:
    """A film of so many minutes, a folder for its artefacts, and the stages that write it."""

    def __init__(self, minutes: int, folder: Path) -> None:
        self.minutes = minutes
        self._folder = folder
        self._source = folder / "night_train.mp4"
        self._source.touch()
        film, spoken = timeline(minutes)
        seen = (Caption(id=f"k{shot.id[1:]}", shot=shot.id, keyframe=shot.keyframes[0], text=_sight(shot.id)) for shot in film.shots)
        self._inputs = {
            Stage.PROBE: self._kept(Stage.PROBE, PROBE),
            Stage.ANALYSE: self._kept(Stage.ANALYSE, film),
            Stage.TRANSCRIBE: self._kept(Stage.TRANSCRIBE, spoken),
            Stage.LOOK: self._kept(Stage.LOOK, Captions(model="llava:7b", captions=tuple(seen))),
        }

    def written(self, plan: SkipPlan, url: str) -> tuple[dict[str, Any], float]:
        """The record of the write stage, and the largest process in MB."""
        self._inputs[Stage.SKIPS] = self._kept(Stage.SKIPS, plan)
        facts = {"ollama": Ollama(url=(url,)).model_dump(mode="json")}
        record = self._done(Stage.WRITE, WRITING, facts)
        others = [self._done(Stage.CONTINUITY, {"name": "night_train"}), self._done(Stage.REVISE, {}), self._done(Stage.RENDER, LAYOUT)]
        return record, max(one["peak_memory"] for one in (record, *others)) / 1e6

    def _done(self, stage: Stage, settings: dict[str, Any], facts: dict[str, Any] | None = None) -> dict[str, Any]:
        """The record of the stage, whose result the next ones find."""
        out = self._empty(stage)
        request = Request(
            stage=stage,
            source=self._source,
            out=out,
            inputs=self._inputs,
            cache=self._folder / "cache",
            settings=settings,
            facts=facts or {},
            boxed=False,
        )
        command = [sys.executable, "-P", "-m", "daemon.stages", stage]
        said = subprocess.run(command, input=request.model_dump_json().encode(), stdout=subprocess.PIPE, check=True).stdout.splitlines()
        last = json.loads(said[-1])
        if last["kind"] != "finished":
            sys.exit(f"{stage}: {last}")
        self._inputs[stage] = out
        return Finished.model_validate(last).record

    def _kept(self, stage: Stage, value: BaseModel) -> Path:
        folder = self._empty(stage)
        (folder / RESULT).write_text(value.model_dump_json())
        return folder

    def _empty(self, stage: Stage) -> Path:
        (self._folder / "cache").mkdir(exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=stage, dir=self._folder))


class Cost(NamedTuple):
    """Of one writing: seconds ``outside`` the model for each minute of the film, ``memory`` of the largest process in MB."""

    outside: float
    memory: float
    record: dict[str, Any]
    prompts: tuple[bytes, ...]

    def line(self, title: str) -> str:
        """Under ``COLUMNS``."""
        record, chunks = self.record, self.record.get("asked", 0) + self.record.get("kept", 0)
        cells = (
            title, record["calls"], record["tokens_in"], same_share(self.prompts), record["tokens_out"], record["loads"],
            f"{record.get('asked', 0)}/{chunks}", f"{self.outside:.2f}", f"{self.memory:.0f}",
        )  # fmt: skip
        return "".join(f"{cell!s:>15}" for cell in cells)


def main() -> None:
    """One line a film, and one below it for the moved skip."""
    print(machine())
    print("".join(f"{name:>15}" for name in COLUMNS))
    slowest = max(outside for minutes in MINUTES for outside in _report(minutes))
    kept = "kept" if slowest <= OUTSIDE else "NOT KEPT"
    print(f"outside the model a film minute may take {OUTSIDE:g} s, and takes {slowest:.2f} s at most: {kept}")


def _report(minutes: int) -> Iterator[float]:
    """The quickest of some runs, since a machine does other things too."""
    runs = [written_twice(minutes) for _ in range(RUNS)]
    for title, costs in zip((f"{minutes} min", "skip moved"), zip(*runs, strict=True), strict=True):
        best = min(costs, key=lambda cost: cost.outside)
        print(best.line(title), flush=True)
        yield best.outside


def written_twice(minutes: int) -> tuple[Cost, Cost]:
    """A film's script, and the same once more after a skip was moved."""
    with tempfile.TemporaryDirectory() as name:
        film, middle = Film(minutes, Path(name)), 30.0 * minutes
        return _cost(film, skips((middle, middle + 5))), _cost(film, skips((middle, middle + 8)))


def _cost(film: Film, plan: SkipPlan) -> Cost:
    with FakeOllama() as server:
        server.record = busy = Busy()
        began = time.monotonic()
        record, memory = film.written(plan, server.url)
        outside = (time.monotonic() - began - busy.seconds) / film.minutes
        healthy = [turn.model_dump() for turn in HEALTH]
        return Cost(outside, memory, record, tuple(_prompt(chat) for chat in server.chats if chat["messages"] != healthy))


def same_share(prompts: Sequence[bytes]) -> str:
    """Which share of all bytes but the first prompt's stands at the beginning of the prompt before, byte for byte."""
    if len(prompts) < 2:
        return "-"
    return f"{100 * sum(_same(before, after) for before, after in pairwise(prompts)) / sum(map(len, prompts[1:])):.0f} %"


def _same(before: bytes, after: bytes) -> int:
    unlike = (place for place, (one, other) in enumerate(zip(before, after, strict=False)) if one != other)
    return next(unlike, min(len(before), len(after)))


def _prompt(chat: dict[str, Any]) -> bytes:
    """Its turns in order, as the model reads them."""
    return "\x1e".join(f"{turn['role']}\x1f{turn['content']}" for turn in chat["messages"]).encode()


def _sight(shot: str) -> str:
    """What a vision model says of a picture, about as long."""
    sights = ("A woman at a rain-streaked window, a suitcase on the floor", "Two men stand on an empty platform at dusk, one holds a lamp",
              "A narrow corridor of a train with wooden doors", "A bridge over a river in snow, nobody in sight")  # fmt: skip
    return sights[int(shot[1:]) % len(sights)]


if __name__ == "__main__":
    main()
