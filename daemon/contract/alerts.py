"""What a person should look at, said once for each cause, however many films it keeps waiting."""

from typing import Literal, TypeAlias

from pydantic import AwareDatetime

from daemon.contract.values import Frozen

AlertKind: TypeAlias = Literal["held", "failed", "inbox", "arriving", "stalled", "ollama", "table"]


class Alert(Frozen):
    """One cause. ``id`` stays the same as long as it is the same trouble; ``count`` films (0: none yet); ``since`` when the first was met.

    ``held``: films wait for something outside. ``failed``: they could not be done. ``inbox``: a watched folder is missing.
    ``arriving``: files that have been on their way for hours. ``stalled``: work that does not get on. ``ollama``: nobody answers
    there, and films wait. ``table``: the job table is damaged, or was and another one took its place.
    """

    id: str
    kind: AlertKind
    message: str
    advice: str = ""
    count: int = 0
    since: AwareDatetime | None = None


class Alerts(Frozen):
    """All of them, what keeps the most from being done first; none: all is well."""

    items: tuple[Alert, ...] = ()
