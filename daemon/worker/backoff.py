"""How long to wait before the next try. Pure: chance comes in as a number."""

from daemon.contract.states import HoldCause

FIRST = 15.0  # seconds
LONGEST = 1800.0
SPREAD = 0.2  # so that many jobs do not come back in the same second

HOLD = {
    HoldCause.OLLAMA: 30.0,
    HoldCause.MODEL: 60.0,
    HoldCause.MEMORY: 60.0,
    HoldCause.DISK: 60.0,
    HoldCause.FOLDER: 60.0,
    HoldCause.OVERRIDE: 3600.0,  # the file's change is what ends this one
    HoldCause.HOURS: 3600.0,  # the error itself knows when they begin
}
"""Seconds until a held job looks again whether what it waits for is there. Each look is cheap."""


def delay(tries: int, chance: float) -> float:
    """Seconds before try number ``tries + 1``: doubling from ``FIRST`` to ``LONGEST``; ``chance`` in [0, 1) spreads them."""
    base: float = min(FIRST * 2 ** min(tries, 20), LONGEST)
    return base * (1 - SPREAD / 2 + SPREAD * chance)
