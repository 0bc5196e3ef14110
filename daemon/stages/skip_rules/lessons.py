"""A learned range as it travels: what a person marked once, by its sound."""

from daemon.contract.values import Frozen


class Lesson(Frozen):
    """``sound`` is the range's part of its film's fingerprint (uint32, little endian, base64), ``seconds`` the range's length."""

    id: int
    seconds: float
    sound: str
    note: str = ""
