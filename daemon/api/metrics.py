"""How things stand, as Prometheus reads it."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily
from prometheus_client.registry import Collector

from daemon.api.controls import Controls, System
from daemon.contract.states import JobState
from daemon.jobs.store import Store

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def exposition(store: Store, controls: Controls, version: str) -> bytes:
    """All metrics in Prometheus' text format; names begin with ``reelscribe_``."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Table(store))
    registry.register(_Machine(controls.system(), version))
    ProcessCollector(namespace="reelscribe", registry=registry)
    return generate_latest(registry)


class _Table(Collector):
    def __init__(self, store: Store) -> None:
        self._store = store

    def collect(self) -> Iterator[GaugeMetricFamily]:
        jobs = GaugeMetricFamily("reelscribe_jobs", "Jobs in each state.", labels=["state"])
        for state, count in self._store.counts().items():
            jobs.add_metric([state], count)
        yield jobs
        held = GaugeMetricFamily("reelscribe_held_jobs", "Jobs that wait for something outside, by what they wait for.", labels=["cause"])
        for cause, count in self._held().items():
            held.add_metric([cause], count)
        yield held
        progress = GaugeMetricFamily("reelscribe_running_progress_ratio", "How far the job that runs is, 0 to 1.", labels=["stage"])
        for job in self._store.page(state=JobState.PROCESSING, limit=1).items:
            progress.add_metric([job.stage or ""], job.progress)
        yield progress

    def _held(self) -> dict[str, int]:
        counts: dict[str, int] = {}
        for hold in self._store.holds():
            counts[hold.cause or "other"] = counts.get(hold.cause or "other", 0) + hold.jobs
        return counts


class _Machine(Collector):
    def __init__(self, system: System, version: str) -> None:
        self._system = system
        self._version = version

    def collect(self) -> Iterator[GaugeMetricFamily | InfoMetricFamily]:
        yield InfoMetricFamily("reelscribe", "What runs.", value={"version": self._version})
        inboxes = GaugeMetricFamily(
            "reelscribe_inbox_watched", "1: by events, 0.5: looked at again and again, 0: missing.", labels=["path"]
        )
        for inbox in self._system.inboxes:
            inboxes.add_metric([inbox.path], {"events": 1.0, "polling": 0.5, "missing": 0.0}[inbox.watched])
        yield inboxes
        if self._system.memory:
            yield GaugeMetricFamily("reelscribe_memory_limit_bytes", "What heavy work may use.", value=self._system.memory.limit)
            yield GaugeMetricFamily("reelscribe_memory_used_bytes", "What this machine's memory holds.", value=self._system.memory.used)
        if self._system.ollama:
            yield GaugeMetricFamily("reelscribe_ollama_up", "Whether Ollama answered last.", value=float(self._system.ollama.answers))
