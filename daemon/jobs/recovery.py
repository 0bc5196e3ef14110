"""What a crash leaves behind, and what becomes of it."""

from daemon.jobs.ledger import Ledger


class Recovery(Ledger):
    """Taking up what was cut short."""

    def recover(self) -> list[int]:
        """Jobs that a crash left ``processing`` are pending again, at the stage that was cut short; call it once, at start.

        The third crash in the same stage fails the job as "crashed repeatedly". Gives the numbers of all that were found.
        """
        raise NotImplementedError
