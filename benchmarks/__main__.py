"""Runs the benchmarks that are named, or all of them."""

import runpy
import sys

ALL = ("daemon", "load", "turns", "analysis", "accuracy", "skips_accuracy", "scripts", "writing", "lies", "monitor")


def main() -> None:
    """Each benchmark is a module with a ``__main__`` of its own; they run one after the other, so that none disturbs another."""
    names = sys.argv[1:] or ALL
    if unknown := set(names) - set(ALL):
        sys.exit(f"no such benchmark: {', '.join(sorted(unknown))}; there are {', '.join(ALL)}")
    sys.argv[1:] = []
    for name in names:
        runpy.run_module(f"benchmarks.{name}", run_name="__main__")


if __name__ == "__main__":
    main()
