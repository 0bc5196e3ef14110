"""What the film shows and sounds like, from one decode: shots, black, silence, brightness, keyframes, 16 kHz sound."""

from array import array
from bisect import bisect_left

from daemon.contract.evidence import Analysis, Probe, Shot
from daemon.contract.states import Stage
from daemon.media.decode import Pass, Watchers
from daemon.stages.task import Task

KEYFRAMES = "keyframes"
SOUND = "audio.s16"


def run(task: Task) -> Analysis:
    """Decodes once; the keyframes and the sound lie beside the result.

    Raises:
        NotAFilm: not one picture could be decoded.
        OSError: the disk does not give the file, or has no room.
    """
    import cv2

    cv2.setNumThreads(1)
    return _Analyst(task, task.read(Stage.PROBE, Probe)).run()


class _Analyst:
    """Feeds the one pass to the detectors and puts together what they found."""

    def __init__(self, task: Task, probe: Probe) -> None:
        from av.video.reformatter import VideoReformatter

        from daemon.media.black import Black
        from daemon.media.keyframes import Keyframes
        from daemon.media.shots import Cuts
        from daemon.media.silence import Silence

        self._task = task
        self._probe = probe
        self._scaler = VideoReformatter()
        self._cuts, self._black, self._silence = Cuts(), Black(), Silence()
        self._keyframes = Keyframes(task.out / KEYFRAMES)
        self._times, self._brightness = array("d"), array("f")

    def run(self) -> Analysis:
        from daemon.media.sound import SoundFile

        film = Pass(self._task.source, self._probe, language=self._task.settings.get("audio_language"))
        path = self._task.out / SOUND
        with path.open("wb") as file:
            sound = SoundFile(file, self._silence.push)
            film.run(Watchers(self._picture, sound.push, lambda time: self._task.progress(time, max(time, self._probe.duration))))
            sound.finish()
        if not film.has_audio:
            path.unlink()
        return self._analysis(film)

    def _picture(self, frame: object, time: float) -> None:
        from daemon.media.pictures import Picture

        picture = Picture(frame, self._scaler)  # type: ignore[arg-type]
        self._cuts.push(picture.hsv, time)
        self._black.push(picture.luma, time)
        self._keyframes.push(picture, time)
        self._times.append(time)
        self._brightness.append((float(picture.luma.mean()) - 16) / 219)

    def _analysis(self, film: Pass) -> Analysis:
        from daemon.media.keyframes import choose

        starts = [0.0, *self._cuts.finish()]
        ends = [*starts[1:], film.duration]
        ids = [f"S{number}" for number in range(1, len(starts) + 1)]
        chosen = choose(self._keyframes.finish(), list(zip(ids, starts, ends, strict=True)))
        return Analysis(
            duration=film.duration,
            shots=tuple(
                Shot(
                    id=name,
                    start=start,
                    end=end,
                    starts_with="cut" if start else "start",
                    brightness=self._mean(start, end),
                    keyframes=chosen[name],
                )
                for name, start, end in zip(ids, starts, ends, strict=True)
            ),
            black=self._black.finish(film.duration),
            silence=self._silence.finish(film.duration) if film.has_audio else (),
            has_audio=film.has_audio,
            notes=film.notes(),
        )

    def _mean(self, start: float, end: float) -> float:
        part = self._brightness[bisect_left(self._times, start) : bisect_left(self._times, end)]
        return min(1.0, max(0.0, sum(part) / len(part))) if part else 0.0
