"""What the film shows and sounds like, from one decode.

Shots and how they are joined, camera movement, light, black, frozen pictures, text, keyframes; silence, loudness, the sound's
fingerprint and the 16 kHz sound itself.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from daemon.contract.evidence import Analysis, Credits, Motion, Probe, Shot, Transition
from daemon.contract.states import Stage
from daemon.media.decode import Pass, Watchers
from daemon.media.pace import Mode
from daemon.media.shotlist import Boundary, boundaries
from daemon.stages.task import Task

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.video.frame import VideoFrame

KEYFRAMES = "keyframes"
SOUND = "audio.s16"
FINGERPRINT = "audio.chromaprint"


def run(task: Task) -> Analysis:
    """Decodes once; the keyframes, the sound and its fingerprint lie beside the result.

    Raises:
        NotAFilm: not one picture could be decoded.
        OSError: the disk does not give the file, or has no room.
    """
    import cv2

    cv2.setNumThreads(1)  # the pictures are small: threads cost more than they give
    probe = task.read(Stage.PROBE, Probe)
    mode: Mode = task.settings.get("mode", "fast")
    film = Pass(task.source, probe, mode, task.settings.get("audio_language"))
    eyes, ears = _Eyes(task, probe, mode), _Ears(task)
    ears.listen(film, eyes)
    for note in film.lacks:
        task.note(note)
    return eyes.seen(film).model_copy(update=ears.heard(film))


class _Eyes:
    """Shows every picture to the detectors, each in the form that it asks for."""

    def __init__(self, task: Task, probe: Probe, mode: Mode) -> None:
        from av.video.reformatter import VideoReformatter

        from daemon.media.black import Black
        from daemon.media.credits import Texts
        from daemon.media.frozen import Frozen
        from daemon.media.gradual import Graduals
        from daemon.media.keyframes import Keyframes
        from daemon.media.light import Lights
        from daemon.media.motion import Movement
        from daemon.media.shots import CANDIDATE, PEAK, Cuts

        self._task, self._probe, self._mode = task, probe, mode
        self._scaler = VideoReformatter()
        self._cuts = Cuts(PEAK if mode == "exact" else CANDIDATE)
        self._graduals, self._black, self._frozen = Graduals(), Black(), Frozen()
        self._texts, self._movement, self._lights = Texts(), Movement(), Lights()
        self._keyframes = Keyframes(task.out / KEYFRAMES)
        self._credits: tuple[Credits, ...] = ()

    def look(self, frame: "VideoFrame", time: float) -> None:
        """One picture at ``time`` film seconds."""
        from daemon.media.pictures import Picture

        picture = Picture(frame, self._scaler)
        self._cuts.push(picture.hsv, time)
        for detector in (self._graduals, self._black, self._frozen, self._texts, self._movement):
            detector.push(picture.luma, time)
        self._lights.push(picture.hsv, picture.luma, time)
        self._keyframes.push(picture, time, self._cuts.score)

    def progress(self, time: float) -> None:
        """Tells how far the film is."""
        self._task.progress(time, max(time, self._probe.duration))

    def seen(self, film: Pass) -> Analysis:
        """All that the pictures gave."""
        black, gradual = self._black.finish(film.duration), self._graduals.finish()
        self._credits = self._texts.finish(film.duration)
        found = boundaries(self._cut_times(film), list(gradual), list(black), film.duration)
        return Analysis(
            duration=film.duration,
            shots=self._shots(found, gradual, film.duration),
            black=black,
            transitions=gradual,
            frozen=self._frozen.finish(film.duration),
            credits=self._credits,
            has_audio=film.audio_track is not None,
            audio_track=film.audio_track,
            mode=self._mode,
            notes=film.notes,
            lacks=film.lacks,
        )

    def _cut_times(self, film: Pass) -> list[float]:
        from daemon.media.refine import refined

        cuts = self._cuts.finish()
        if self._mode == "fast":
            cuts = refined(self._task.source, self._probe, cuts, film.keys)
        return [cut.time for cut in cuts]

    def _shots(self, found: list[Boundary], gradual: Sequence[Transition], duration: float) -> tuple[Shot, ...]:
        from daemon.media.keyframes import choose

        ends = [*(boundary.time for boundary in found[1:]), duration]
        spans = [(f"S{number}", boundary.time, end) for number, (boundary, end) in enumerate(zip(found, ends, strict=True), start=1)]
        chosen = choose(self._keyframes.finish(), spans, gradual)
        return tuple(self._shot(*span, boundary, chosen[span[0]]) for span, boundary in zip(spans, found, strict=True))

    def _shot(self, name: str, start: float, end: float, boundary: Boundary, keyframes: tuple[str, ...]) -> Shot:
        light = self._lights.between(start, end)
        return Shot(
            id=name,
            start=start,
            end=end,
            starts_with=boundary.how,
            brightness=light.brightness,
            motion=self._motion(start, end),
            keyframes=keyframes,
            light=light,
        )

    def _motion(self, start: float, end: float) -> Motion:
        """What the camera does; text that rolls up is no tilt."""
        text = sum(max(0.0, min(end, one.end) - max(start, one.start)) for one in self._credits)
        return Motion(kind="unknown", confidence=0.0) if text > (end - start) / 2 else self._movement.between(start, end)


class _Ears:
    """Hears the sound track: to the file, to silence and loudness; then its fingerprint from the file."""

    def __init__(self, task: Task) -> None:
        from daemon.media.loudness import Loud
        from daemon.media.silence import Silence

        self._out = task.out
        self._silence, self._loud = Silence(), Loud()

    def listen(self, film: Pass, eyes: _Eyes) -> None:
        """The one pass through the film."""
        from daemon.media.sound import Batches, SoundFile

        with (self._out / SOUND).open("wb") as file:
            sound = SoundFile(file, self._silence.push)

            def hear(frame: "AudioFrame", time: float) -> None:
                self._loud.push(frame, time)
                sound.push(frame, time)

            batches = Batches(hear)
            film.run(Watchers(eyes.look, batches.push, eyes.progress))
            batches.finish()
            sound.finish()
        if film.audio_track is None:
            (self._out / SOUND).unlink()

    def heard(self, film: Pass) -> dict[str, object]:
        """What the sound gave, as fields of the analysis."""
        from daemon.media.fingerprint import fingerprint

        if film.audio_track is None:
            return {}
        problem = fingerprint(self._out / SOUND, self._out / FINGERPRINT)
        return {
            "silence": self._silence.finish(film.duration),
            "loudness": self._loud.finish(),
            "fingerprint": "" if problem else FINGERPRINT,
            "notes": film.notes + ((problem,) if problem else ()),
        }
