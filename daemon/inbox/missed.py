"""Films that were not found where they should be. They may have been moved to where nobody has looked yet.

So none of them counts as gone before every inbox was looked through, wholly, from a later moment on: whoever finds it there follows it.
"""

from collections.abc import Iterable

from daemon.jobs.rows import Known


class Missed:
    """Known films, by their job, each with its inbox and the number of the look that missed it. Looks are numbered as they begin."""

    def __init__(self) -> None:
        self._films: dict[int, tuple[bytes, Known, int]] = {}

    def __len__(self) -> int:
        return len(self._films)

    def note(self, inbox: bytes, known: Iterable[Known], look: int) -> bool:
        """Notes what a look missed. Whether there is any that no earlier one had."""
        before = len(self._films)
        for one in known:
            self._films.setdefault(one.job_id, (inbox, one, look))
        return len(self._films) > before

    def take(self, looked: int) -> dict[bytes, list[Known]]:
        """What was missed by earlier looks than the look ``looked``, by inbox; it is forgotten."""
        due: dict[bytes, list[Known]] = {}
        for job_id, (inbox, one, look) in tuple(self._films.items()):
            if look < looked:
                due.setdefault(inbox, []).append(one)
                del self._films[job_id]
        return due

    def forget_inbox(self, inbox: bytes) -> None:
        """An inbox that is out of reach tells nothing of its films."""
        self._films = {job_id: one for job_id, one in self._films.items() if one[0] != inbox}
