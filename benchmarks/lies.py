"""A model that lies in every answer, over a thousand seeded films: what becomes of what was said.

Each film goes through write, continuity, revise and render as they are; its published Fountain is read back and held against the
transcript. Invented, lost and doubled lines must be 0, and no stage may fail. A film that does not hold is named by its seed.
"""

import sys
import tempfile
import time
import traceback
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from os import cpu_count
from pathlib import Path

from benchmarks.measure import machine
from tests.daemon.stages.lying_films import Told, film, told
from tests.fakes.ollama import FakeOllama

FILMS = 1000
COUNTED = ("invented", "lost", "doubled", "altered")
SHOWN = ("calls", "asked", "sent_back", "repaired", "mended", "fallen_back", "cast_failed", "split", "cues")


def main(films: int) -> None:
    """Spread over the processors; the last line says whether all of it held."""
    began = time.monotonic()
    workers = cpu_count() or 1
    with ProcessPoolExecutor(workers) as pool:
        parts = [*pool.map(_part, [range(first, films, workers) for first in range(workers)])]
    sums = sum((counts for counts, _ in parts), Counter())
    bad = sorted(line for _, lines in parts for line in lines)
    print(machine())
    print(", ".join(f"{name} {sums[name]}" for name in SHOWN))
    print("".join(f"{line}\n" for line in bad), end="")
    print(f"{films} films in {time.monotonic() - began:.0f} s: ", end="")
    print(", ".join(f"{name} {sums[name]}" for name in (*COUNTED, "failed")), f"(must be 0): {'NOT KEPT' if bad else 'kept'}")


def _part(seeds: range) -> tuple[Counter[str], list[str]]:
    """The sums over some films, and a line for each that did not hold."""
    sums: Counter[str] = Counter()
    bad = []
    with FakeOllama(lies=0) as server, tempfile.TemporaryDirectory() as folder:
        for seed in seeds:
            try:
                found = told(film(seed), Path(folder), server, seed)
            except Exception as error:  # whatever it is, the film's job failed
                sums["failed"] += 1
                bad.append(f"seed {seed:4}: failed: {type(error).__name__}: {error} ({_where(error)})")
                continue
            sums += _counted(found)
            bad += [] if found.well else [f"seed {seed:4}: {_told(found)}"]
    return sums, bad


def _counted(found: Told) -> Counter[str]:
    numbers = {name: int(found.record.get(name, 0)) for name in SHOWN}
    return Counter(numbers | {name: len(getattr(found, name)) for name in COUNTED})


def _told(found: Told) -> str:
    return "; ".join(f"{name} {getattr(found, name)}"[:300] for name in COUNTED if getattr(found, name))


def _where(error: BaseException) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{Path(last.filename).name}:{last.lineno}"


if __name__ == "__main__":
    from benchmarks import lies  # noqa: PLW0406 - what its workers are handed must be found by name

    lies.main(int(sys.argv[1]) if sys.argv[1:] else FILMS)
