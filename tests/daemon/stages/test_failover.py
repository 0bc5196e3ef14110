"""Several Ollamas: the film goes on at the next one where the first is gone, and back where that is gone too."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from daemon.contract.errors import MustWait
from daemon.llm.errors import Unreachable
from daemon.stages import write
from daemon.stages.task import Task
from tests.daemon.stages.test_write import MODEL, long_film, spoken, task, verbatim
from tests.fakes.ollama import FakeOllama
from tests.fakes.ollama.models import LLAMA_1B


def at_the_chunk(work: Task, happens: dict[float, Callable[[], object]]) -> None:
    """Has something happen before the chunks that begin at these film seconds."""
    report = work.progress

    def progress(done: float, total: float, unit: str = "film seconds") -> None:
        happens.pop(done, lambda: None)()
        report(done, total, unit)

    work.progress = progress  # type: ignore[method-assign]


def test_a_film_goes_on_where_somebody_answers_and_comes_back(tmp_path: Path) -> None:
    with ExitStack() as servers:
        first, second = servers.enter_context(FakeOllama()), servers.enter_context(FakeOllama())
        again: list[FakeOllama] = []

        def first_returns_and_second_goes() -> None:
            again.append(servers.enter_context(FakeOllama(port=port)))
            second.close()

        port = urlsplit(first.url).port or 0
        work = task(tmp_path, first.url, long_film())
        work.facts["ollama"]["url"] = [first.url, second.url]
        at_the_chunk(work, {30: first.close, 90: first_returns_and_second_goes})
        drafts = write.run(work)

        assert spoken(drafts) == verbatim(long_film())
        assert [(draft.engine, draft.fallback) for draft in drafts.drafts] == [(MODEL, "")] * 4
        assert [len([chat for chat in server.chats if "format" in chat]) for server in (first, second, *again)] == [2, 2, 1]


def test_as_long_as_the_first_answers_nobody_else_is_asked(tmp_path: Path, ollama: FakeOllama) -> None:
    with FakeOllama() as second:
        work = task(tmp_path, ollama.url, long_film())
        work.facts["ollama"]["url"] = [ollama.url, second.url]
        write.run(work)
        assert second.record.requests == []


def test_where_all_are_gone_the_film_waits_and_what_was_written_is_kept(tmp_path: Path) -> None:
    with FakeOllama() as first, FakeOllama() as second:
        work = task(tmp_path, first.url, long_film())
        work.facts["ollama"]["url"] = [first.url, second.url]
        both = ExitStack()
        both.callback(first.close)
        both.callback(second.close)
        at_the_chunk(work, {60: both.close})
        with pytest.raises(MustWait):
            write.run(work)
    assert len(list((work.cache / "chunks").rglob("*"))) >= 3  # the cast and two chunks


@pytest.mark.parametrize("gone", ["before it begins", "in the middle"])
def test_where_the_next_lacks_the_model_the_film_waits(tmp_path: Path, gone: str) -> None:
    with FakeOllama() as first, FakeOllama([LLAMA_1B]) as second:
        address = first.url
        work = task(tmp_path, address, long_film())
        work.facts["ollama"]["url"] = [address, second.url]
        if gone == "before it begins":
            first.close()
        else:
            at_the_chunk(work, {60: first.close})
        with pytest.raises(Unreachable, match=address):
            write.run(work)
