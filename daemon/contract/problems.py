"""How the daemon says no: problem documents (RFC 9457)."""

from daemon.contract.values import Frozen

MEDIA_TYPE = "application/problem+json"


class Fault(Frozen):
    """One thing that is wrong with a request, and where: ``path.limit``."""

    where: str
    message: str


class Problem(Frozen):
    """Why a request was refused, and what to do instead."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""
    instance: str = ""
    advice: str = ""
    errors: tuple[Fault, ...] = ()
