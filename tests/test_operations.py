"""What docs/operations.md says is what the code does: every hold, every failure, every model."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from config.settings import OllamaModels
from daemon.contract.states import HoldCause
from daemon.llm.choice import GIB, PULLS, gib, pull_need
from daemon.worker.backoff import HOLD

ROOT = Path(__file__).parents[1]
DOCS = (ROOT / "docs" / "operations.md").read_text()
OF_COMMANDS = ("__main__.py", "oneshot.py", "inbox/keeper.py", "worker/scripts.py")  # what ends no job
SHARE = 0.8  # of the machine


@cache
def sources() -> dict[str, ast.Module]:
    return {str(path.relative_to(ROOT / "daemon")): ast.parse(path.read_text()) for path in sorted((ROOT / "daemon").rglob("*.py"))}


def kinds() -> set[str]:
    """The errors that fail a job: CannotGoOn, and all that inherit from it."""
    classes = {node.name: node for tree in sources().values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
    found, more = set[str](), {"CannotGoOn"}
    while more:
        found |= more
        more = {
            name for name, node in classes.items() if name not in found and any(getattr(base, "id", "") in found for base in node.bases)
        }
    return found


def sentences() -> Iterator[str]:
    """What they say, with an ellipsis for what differs from film to film."""
    failing = kinds()
    for name, tree in sources().items():
        for node in ast.walk(tree):
            if name not in OF_COMMANDS and isinstance(node, ast.Call) and getattr(node.func, "id", "") in failing and node.args:
                yield _template(node.args[0])


def _template(words: ast.expr) -> str:
    if isinstance(words, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in words.values)
    return str(words.value) if isinstance(words, ast.Constant) else ""


@pytest.mark.parametrize("sentence", sorted(set(filter(None, sentences()))))
def test_every_failure_is_explained(sentence: str) -> None:
    assert sentence in DOCS.partition("## What `failed` means")[2]


@pytest.mark.parametrize("cause", HoldCause)
def test_every_hold_is_explained_and_ends(cause: HoldCause) -> None:
    assert f"\n| `{cause}` |" in DOCS.partition("## What `held` means")[2]
    assert HOLD[cause] > 0


@pytest.mark.parametrize("model", PULLS, ids=lambda model: model.name)
def test_every_model_and_its_memory_are_told(model: object) -> None:
    (pull,) = [pull for pull in PULLS if pull is model]
    need = pull_need(pull, OllamaModels().num_ctx)
    row = next(line for line in DOCS.splitlines() if line.startswith(f"| `{pull.name}` | "))
    assert f"| {gib(need)} |" in row
    assert int(row.split("|")[3].split()[0]) * GIB * SHARE >= need
