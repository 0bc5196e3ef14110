"""Loudness after EBU R 128, by the filter that libavfilter carries: K-weighting, gating and channel weights are its own."""

from array import array
from typing import TYPE_CHECKING, Any

import numpy as np

from daemon.contract.evidence import Loudness
from daemon.media.sound import form_of

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame

STEP = 1.0  # seconds of which the loudest momentary value (400 ms) is kept
FLOOR = -70.0  # LUFS: the absolute gate of ITU-R BS.1770; below is silence


class Loud:
    """Give it the decoded sound; ``finish`` gives its loudness, or None where nothing was heard."""

    def __init__(self) -> None:
        self._graph: Any = None
        self._form: tuple[Any, ...] = ()
        self._loudest = array("f")  # LUFS, one a second from film time 0
        self._integrated: list[tuple[float, float]] = []  # LUFS and the seconds that it holds for, one for each form of sound
        self._start = self._heard = 0.0
        self._pushed = 0  # samples since the filter was last asked

    def push(self, frame: "AudioFrame", time: float) -> None:
        """``frame`` begins at ``time`` film seconds."""
        form = form_of(frame)
        if form != self._form:
            if self._graph:
                self._pull()
            self._open(form, time)
        self._graph.push(frame)
        self._pushed += frame.samples
        if self._pushed >= frame.sample_rate:  # asking the filter for what it does not have yet costs more than waiting
            self._pull()

    def finish(self) -> Loudness | None:
        """Integrated over the whole track, and momentary second by second."""
        if not self._integrated:
            return None
        self._pull()
        powers, seconds = zip(*((10 ** (level / 10), seconds) for level, seconds in self._integrated), strict=True)
        total = float(np.average(powers, weights=np.maximum(seconds, 1e-3)))
        return Loudness(
            integrated=round(10 * float(np.log10(total)), 1), momentary=tuple(round(value, 1) for value in self._loudest), step=STEP
        )

    def _open(self, form: tuple[Any, ...], time: float) -> None:
        import av

        graph = av.filter.Graph()
        source = graph.add_abuffer(format=form[0], layout=form[1], sample_rate=form[2])
        graph.link_nodes(source, graph.add("ebur128", "metadata=1:framelog=quiet"), graph.add("abuffersink")).configure()
        self._graph, self._form, self._start, self._heard = graph, form, max(0.0, time), 0.0
        self._integrated.append((FLOOR, 0.0))

    def _pull(self) -> None:
        import av

        self._pushed = 0
        while True:
            try:
                frame = self._graph.pull()
            except (av.error.BlockingIOError, av.error.EOFError):
                return
            self._take(frame.metadata, frame.samples / frame.sample_rate)

    def _take(self, measured: dict[str, str], seconds: float) -> None:
        self._heard += seconds
        self._integrated[-1] = (float(measured["lavfi.r128.I"]), self._heard)
        place = int((self._start + self._heard - 1e-6) / STEP)
        while len(self._loudest) <= place:
            self._loudest.append(FLOOR)
        self._loudest[place] = max(self._loudest[place], float(measured["lavfi.r128.M"]))
