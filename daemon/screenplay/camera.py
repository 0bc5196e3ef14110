"""Camera movement in words: always the measured one."""

from daemon.contract.evidence import Motion, Shot

SURE = 0.5  # confidence below which a measured movement is not written

_PHRASES = {
    "pan left": "The camera pans left.",
    "pan right": "The camera pans right.",
    "tilt up": "The camera tilts up.",
    "tilt down": "The camera tilts down.",
    "zoom in": "The camera zooms in.",
    "zoom out": "The camera zooms out.",
    "handheld": "Handheld.",
}


def movement(shot: Shot) -> str:
    """What the camera does in ``shot``, as a sentence of a screenplay; ``""`` where nothing was measured for certain."""
    return _PHRASES.get(shot.motion.kind, "") if shot.motion and shot.motion.confidence >= SURE else ""


def measured(motion: Motion | None) -> str:
    """The same for the evidence that a model is shown."""
    if motion is None or motion.kind == "unknown" or motion.confidence < SURE:
        return ""
    return "camera still (measured)" if motion.kind == "static" else f"camera {motion.kind} (measured)"
