"""The sound track on its way to the speech model: 16 kHz mono, anchored at film time 0, never held in memory."""

from collections.abc import Callable
from os import SEEK_CUR
from typing import IO, TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame

Samples = NDArray[np.int16]

RATE = 16_000  # what Whisper takes
BATCH = 0.5  # seconds of a joined frame
SLACK = 0.05  # seconds by which a track's clock may be off before silence is put in or samples are left out
BYTES = 2  # of a sample


class Batches:
    """Joins what a decoder gives, a fiftieth of a second at a time, to frames of half a second: each call costs more than its work.

    ``watcher`` gets each joined frame with its film time. A gap, or another form of sound, ends a frame early.
    """

    def __init__(self, watcher: "Callable[[AudioFrame, float], None]") -> None:
        import av

        self._watcher = watcher
        self._fifo = av.AudioFifo()
        self._form: tuple[str, str, int] | None = None
        self._start = self._end = 0.0  # film time of what is held

    def push(self, frame: "AudioFrame", time: float) -> None:
        """``frame`` begins at ``time`` film seconds."""
        form = form_of(frame)
        if form != self._form or abs(time - self._end) > SLACK:
            self.finish()
            self._form, self._start = form, time
        frame.pts = None  # the joiner and the resampler would answer gaps in their own way
        self._fifo.write(frame)
        self._end = time + frame.samples / frame.sample_rate
        if self._end - self._start >= BATCH:
            self.finish()

    def finish(self) -> None:
        """Hands on what is held."""
        import av

        joined = self._fifo.read()
        if joined is not None:
            self._watcher(joined, self._start)
        self._fifo, self._start = av.AudioFifo(), self._end


def form_of(frame: "AudioFrame") -> tuple[str, str, int]:
    """The sound's sample format, channel layout and rate; where one changes, a new resampler is needed."""
    return frame.format.name, frame.layout.name, frame.sample_rate


class SoundFile:
    """Writes int16 samples at 16 kHz to ``file`` so that sample n is heard at n / 16000 seconds of film time.

    A track that starts late gets silence before it; one that starts early loses what no picture belongs to; a gap in the
    middle is filled. What is written is also given to ``watcher`` with the film time of its first sample; silence put in is not.
    """

    def __init__(self, file: IO[bytes], watcher: Callable[[Samples, float], None]) -> None:
        self._file = file
        self._watcher = watcher
        self._resampler: Any = None
        self._form: tuple[Any, ...] = ()
        self._written = 0  # samples in the file
        self._skip = 0  # samples still to be left out: the track was ahead
        self._taken = 0.0  # film time up to which input was taken

    def push(self, frame: "AudioFrame", time: float) -> None:
        """``frame`` begins at ``time`` film seconds."""
        form = form_of(frame)
        if form != self._form:  # at the start, and where a broadcast changes from stereo to surround
            self._flush()
            self._start(form)
        if abs(time - self._taken) > SLACK:
            self._flush()
            self._move_to(time)
        self._taken = time + frame.samples / frame.sample_rate
        frame.pts = None  # the resampler would answer gaps in its own way
        for piece in self._resampler.resample(frame):
            self._write(_samples(piece))

    def finish(self) -> None:
        """Writes what the resampler still holds."""
        self._flush()

    def _start(self, form: tuple[Any, ...]) -> None:
        import av

        self._form = form
        self._resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)

    def _flush(self) -> None:
        if self._resampler is not None:
            for piece in self._resampler.resample(None):
                self._write(_samples(piece))
            self._start(self._form)

    def _move_to(self, time: float) -> None:
        """The next sample is heard at ``time``: later ones leave a hole in the file, which reads as silence and takes no disk."""
        missing = round(time * RATE) - self._written
        self._skip = max(0, -missing)
        if missing > 0:
            self._file.seek(missing * BYTES, SEEK_CUR)
            self._written += missing

    def _write(self, samples: Samples) -> None:
        if self._skip:
            left_out = min(self._skip, len(samples))
            self._skip -= left_out
            samples = samples[left_out:]
        if len(samples):
            self._file.write(samples.astype("<i2", copy=False).tobytes())
            self._watcher(samples, self._written / RATE)
            self._written += len(samples)


def _samples(frame: "AudioFrame") -> Samples:
    whole: Samples = np.frombuffer(memoryview(frame.planes[0]), np.int16)
    return whole[: frame.samples]  # the plane is padded
