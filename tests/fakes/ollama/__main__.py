"""Runs the server alone, until it is ended: ``python -m tests.fakes.ollama --port 11434``."""

import argparse
import signal
import sys
from pathlib import Path
from threading import Event

from tests.fakes.ollama.faults import FaultKind
from tests.fakes.ollama.models import DEFAULT, KNOWN
from tests.fakes.ollama.server import FakeOllama


def main(arguments: list[str] | None = None) -> None:
    """Prints its address when it answers."""
    given = _parser().parse_args(arguments)
    models = [model for model in KNOWN if model.name in given.model] if given.model else DEFAULT
    more = {"era": given.era, "memory": given.memory, "load_seconds": given.load_seconds, "lies": given.lies}
    server = FakeOllama(models, host=given.host, port=given.port, unix=given.unix, **more)
    ended = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    with server:
        if given.fault:
            server.always(FaultKind(given.fault), given.seconds)
        sys.stdout.write(f"{server.url}\n")
        sys.stdout.flush()
        ended.wait()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.ollama", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="the address of this machine's own to answer at")
    parser.add_argument("--port", type=int, default=0, help="its TCP port (0: a free one)")
    parser.add_argument("--unix", type=Path, help="a Unix socket instead")
    parser.add_argument(
        "--model", action="append", default=[], choices=[model.name for model in KNOWN], help="a model that it has; may be repeated"
    )
    parser.add_argument("--era", choices=("A", "B"), default="B")
    parser.add_argument("--memory", type=int, help="bytes")
    parser.add_argument("--load-seconds", type=float, default=0.0)
    parser.add_argument("--lies", type=int, help="the seed of a model that lies in every answer")
    parser.add_argument("--fault", choices=[str(kind) for kind in FaultKind], help="goes wrong with every answer")
    parser.add_argument("--seconds", type=float, default=0.5, help="the time of the fault")
    return parser


if __name__ == "__main__":
    main()
