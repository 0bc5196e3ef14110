"""One demux and one decode of a film, whatever looks at it.

Owns the pass through the packets, presentation times, and what happens where the film is damaged. Scales nothing, decides nothing.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from daemon.contract.errors import NotAFilm
from daemon.contract.evidence import Probe, Span
from daemon.media.bounds import LONGEST, MOST_CHANNELS, bounded, most_pictures
from daemon.media.container import AGAIN, Damaged, decoded, film_audio, language_of, open_film, packets, sound_tracks
from daemon.media.pace import Mode, Pace
from daemon.media.tally import Tally

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.container import InputContainer
    from av.packet import Packet
    from av.stream import Stream
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

DAMAGE_JOINS = 2.0  # seconds between two broken packets that still count as one damaged stretch
GAP = 0.5  # seconds without a picture that are looked into
LOST = 3  # pictures that should have come of the packets in a gap
RECENT = 128  # times of packets that a gap is compared with
GIVE_UP = 1000  # times in a row that the container may fail to give a packet
LATE_SOUND = 60.0  # seconds after the film's end beyond which sound is no part of it: a track whose clock jumps by days
MISSING = 1.0  # seconds by which a film may end before its claim without a word


@dataclass
class Watchers:
    """Who is told what: pictures and sounds with their film time in seconds, in presentation order each."""

    picture: "Callable[[VideoFrame, float], None]"
    sound: "Callable[[AudioFrame, float], None]"
    progress: Callable[[float], None]


class Pass:
    """One pass over the film.

    ``mode`` is ``exact`` (every picture, fully decoded) or ``fast``. After ``run``, ``duration`` is the end of the last
    picture in film seconds, ``pictures`` how many there were, ``keys`` the times
    of the key pictures, ``audio_track`` the index of the stream that was heard, ``damaged`` the stretches that could not be decoded.
    """

    def __init__(self, path: Path, probe: Probe, mode: Mode = "exact", language: str | None = None) -> None:
        self._path = path
        self._probe = probe
        self._mode = mode
        self._language = language
        self._broken: list[float] = []
        self._now = 0.0
        self._last: float | None = None
        self._newest: VideoFrame | None = None
        self._usual = 1 / probe.video.frame_rate if probe.video.frame_rate else 0.04  # seconds of a picture
        self._tally: Tally
        self._sound_claimed: float | None = None  # seconds
        self._recent: deque[float] = deque(maxlen=RECENT)
        self._pace: Pace
        self.duration = 0.0
        self.pictures = 0
        self._too_long = False
        self.audio_track: int | None = None
        self._chosen = ""
        self.keys: list[float] = []

    def run(self, watchers: Watchers) -> None:
        """Decodes the film from end to end.

        Raises:
            NotAFilm: not one picture could be decoded.
            OSError: the disk does not give the file.
        """
        with open_film(self._path) as container:
            streams = self._streams(container)
            for packet in self._packets(container, streams):
                self._hand_out(packet, watchers)
                if self._too_long:
                    break
        if not self.pictures:
            raise NotAFilm("The film's pictures cannot be decoded.", AGAIN)
        self.duration = self._end()

    @property
    def damaged(self) -> tuple[Span, ...]:
        """Stretches with packets that could not be decoded, film seconds."""
        spans: list[Span] = []
        for time in sorted(max(0.0, time) for time in self._broken):
            if spans and time - spans[-1].end <= DAMAGE_JOINS:
                spans[-1] = Span(start=spans[-1].start, end=max(time, spans[-1].end))
            else:
                spans.append(Span(start=time, end=time))
        return tuple(spans)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know of this pass."""
        return (*((self._chosen,) if self._chosen else ()), *self.lacks)

    @property
    def lacks(self) -> tuple[str, ...]:
        """What could not be seen or heard of what should be there, for a person."""
        notes = [f"Damaged {_where(span)}: passed over." for span in self.damaged]
        if self._too_long:
            notes.append(f"What comes after {LONGEST / 3600:.0f} hours is left out.")
        elif self.duration < self._probe.duration - MISSING:
            notes.append(f"The film ends after {self.duration:.1f} s, although it says that it lasts {self._probe.duration:.1f} s.")
        return (*notes, *self._tally.notes(self._probe.duration, self.duration, self._sound_claimed))

    def _streams(self, container: "InputContainer") -> "list[Stream]":
        video: VideoStream = container.streams[self._probe.video.index]  # type: ignore[assignment]
        self._pace = Pace(video.codec_context, self._mode)
        self._tally = Tally(self._probe.video, self._mode, video.frames)
        audio = film_audio(container, self._language)
        self.audio_track = audio.index if audio else None
        self._sound_claimed = float(audio.duration * audio.time_base) if audio and audio.duration and audio.time_base else None
        tracks = sound_tracks(container)
        if audio and len(tracks) > 1:
            place = tracks.index(audio) + 1
            self._chosen = f"Of {len(tracks)} sound tracks, number {place} was heard ({language_of(audio) or 'no language given'})."
        return [video, *([audio] if audio else [])]

    def _packets(self, container: "InputContainer", streams: "list[Stream]") -> "Iterator[Packet[Any]]":
        """Every packet that the container gives, past the places where it stumbles."""
        import av

        stumbles = 0
        while stumbles < GIVE_UP:
            try:
                for packet in packets(container, *streams):
                    stumbles = 0
                    yield packet
            except av.error.InvalidDataError:
                stumbles += 1
                self._broken.append(self._now)
            else:
                return

    def _hand_out(self, packet: "Packet[Any]", watchers: Watchers) -> None:
        import av

        if packet.stream.type == "video" and packet.size:
            time = self._time_of(packet, self._now)
            self._pace.packet()
            self._tally.packet(time)
            self._recent.append(time)
        try:
            frames = decoded(packet)
        except Damaged:
            self._broken.append(self._time_of(packet, self._now))
            return
        for frame in frames:
            if isinstance(frame, av.VideoFrame):
                self._picture(frame, watchers)
            elif frame.layout.nb_channels > MOST_CHANNELS:
                self._broken.append(self._shown_at(frame, self._now))
            elif (time := self._shown_at(frame, self._now)) < self._probe.duration + LATE_SOUND:
                self._tally.sound(frame.samples / frame.sample_rate)
                watchers.sound(frame, time)

    def _picture(self, frame: "VideoFrame", watchers: Watchers) -> None:
        time = self._shown_at(frame, self._now + self._usual if self.pictures else 0.0)
        if time < 0 or (self._last is not None and time <= self._last):
            return  # before the first picture, or a clock that jumps back
        if frame.is_corrupt:
            self._broken.append(time)
            return
        if time > LONGEST:
            self._too_long = True
            return
        if self.pictures >= most_pictures(self._probe.size):
            raise NotAFilm("The film goes on for longer than its bytes can last.", AGAIN)
        if self._last is not None and time - self._last > max(GAP, 8 * self._usual):
            self._note_gap(self._last, time)
        self._last = self._now = time
        self._pace.picture()
        self.pictures += 1
        self._tally.picture(interlaced=frame.interlaced_frame)
        if frame.key_frame:
            self.keys.append(time)
        self._newest = frame
        watchers.picture(frame, time)
        watchers.progress(time)

    def _note_gap(self, start: float, end: float) -> None:
        """A long way without a picture is damage, unless the film is like that or its pictures were left out."""
        there = sum(start < time < end for time in self._recent)
        expected = there * self.pictures / self._tally.packets
        gone = not self._probe.video.variable_rate and there < (end - start) / self._usual / 2
        if gone or expected >= LOST:
            self._broken += [start, end]

    def _end(self) -> float:
        """Where the last picture ends."""
        frame = self._newest
        own = float(frame.duration * frame.time_base) if frame and frame.duration and frame.time_base else self._usual
        return bounded(round(self._now + own, 6))

    def _shown_at(self, frame: "VideoFrame | AudioFrame", otherwise: float) -> float:
        time = frame.time
        return otherwise if time is None else round(time - self._probe.video.start, 6)

    def _time_of(self, thing: Any, otherwise: float) -> float:
        if thing.pts is None or not thing.time_base:
            return otherwise
        return round(float(thing.pts * thing.time_base) - self._probe.video.start, 6)


def _where(span: Span) -> str:
    """For a person: ``from 6.5 to 8.0 s``, or ``at 6.5 s`` where that is all."""
    start, end = f"{span.start:.1f}", f"{span.end:.1f}"
    return f"at {start} s" if start == end else f"from {start} to {end} s"
