"""Draws a film's signals, its truth and what was decided, for a person to look at."""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.films import Truth
from daemon.contract.evidence import Analysis

WIDTH, HEIGHT, LEFT = 2400, 640, 110
WHITE, GREY, RED, GREEN, BLUE, ORANGE = (255, 255, 255), (150, 150, 150), (40, 40, 220), (60, 160, 60), (200, 120, 40), (30, 140, 240)
COLOURS = {"dissolve": BLUE, "fade in": ORANGE, "fade out": ORANGE, "credits": GREEN, "roll": GREEN, "cards": GREEN, "black": (0, 0, 0)}
Canvas = NDArray[np.uint8]


def plot(film: Path, truth: Truth, analysis: Analysis, out: Path) -> None:
    """Two curves (unlikeness of neighbouring pictures, brightness), the truth above them and the decisions below, as a PNG."""
    canvas: Canvas = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
    scale = (WIDTH - LEFT - 10) / max(analysis.duration, 1e-3)
    spans = [(start, end, kind) for start, end, kind in (*truth.gradual, *truth.spans)]
    _row(canvas, 20, "truth", truth.cuts, spans, scale)
    _row(canvas, 55, "camera", [], truth.motion, scale)
    times, scores, brightness = _signals(film)
    _curve(canvas, (100, 250), "unlikeness", times, scores / 80, scale, RED)
    _curve(canvas, (290, 410), "brightness", times, brightness / 255, scale, GREY)
    decided = [(one.start, one.end, str(one.kind)) for one in analysis.transitions]
    decided += [(one.start, one.end, str(one.kind)) for one in analysis.credits]
    _row(canvas, 450, "decided", [shot.start for shot in analysis.shots], decided, scale)
    _row(canvas, 485, "camera", [], [(shot.start, shot.end, shot.motion.kind if shot.motion else "") for shot in analysis.shots], scale)
    _row(canvas, 520, "black", [], [(one.start, one.end, "black") for one in analysis.black], scale)
    _row(canvas, 555, "silence", [], [(one.start, one.end, "") for one in analysis.silence], scale)
    for second in range(0, int(analysis.duration) + 1, 10):
        _text(canvas, f"{second}", LEFT + second * scale, 620)
    cv2.imwrite(str(out), canvas)


def _signals(film: Path) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    import av
    from av.video.reformatter import VideoReformatter

    from daemon.media.pictures import Picture
    from daemon.media.shots import Cuts

    cuts, scaler, rows = Cuts(), VideoReformatter(), []
    with av.open(str(film)) as container:
        for frame in container.decode(video=0):
            picture = Picture(frame, scaler)
            cuts.push(picture.hsv, frame.time)
            rows.append((frame.time, cuts.score, float(picture.luma.mean())))
    table = np.array(rows)
    return table[:, 0], table[:, 1], table[:, 2]


def _row(canvas: Canvas, top: int, name: str, marks: list[float], spans: list[tuple[float, float, str]], scale: float) -> None:
    _text(canvas, name, 5, top + 18)
    for start, end, kind in spans:
        left, right = (int(LEFT + time * scale) for time in (start, end))
        cv2.rectangle(canvas, (left, top), (max(right, left + 1), top + 26), COLOURS.get(kind, (225, 225, 225)), -1)
        cv2.rectangle(canvas, (left, top), (max(right, left + 1), top + 26), GREY, 1)
        if right - left > 9 * len(kind):
            _text(canvas, kind, left + 3, top + 18)
    for time in marks:
        left = int(LEFT + time * scale)
        cv2.line(canvas, (left, top), (left, top + 26), RED, 2)


def _curve(
    canvas: Canvas,
    rows: tuple[int, int],
    name: str,
    times: NDArray[np.float64],
    values: NDArray[np.float64],
    scale: float,
    colour: tuple[int, int, int],
) -> None:
    _text(canvas, name, 5, (rows[0] + rows[1]) / 2)
    y = rows[1] - np.clip(values, 0, 1) * (rows[1] - rows[0])
    points = np.stack((LEFT + times * scale, y), axis=1).round().astype(np.int32)
    cv2.polylines(canvas, [points.reshape(-1, 1, 2)], False, colour, 1, cv2.LINE_AA)


def _text(canvas: Canvas, text: str, x: float, y: float) -> None:
    cv2.putText(canvas, text, (int(x), int(y)), cv2.FONT_HERSHEY_SIMPLEX, 0.45, (0, 0, 0), 1, cv2.LINE_AA)
