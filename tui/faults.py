"""What becomes of a fault of ours in the monitor: a line to read, never a traceback on the screen."""

from textual.message_pump import MessagePump
from textual.worker import Worker, WorkerState

from tui.wording import plain

FOR_EVER = ("keep_reading", "follow")  # workers that are begun again after a fault
AGAIN = 5.0  # seconds until they are


class TellsFaults(MessagePump):
    """Whoever has workers: their faults are told, and what reads for ever begins again. Workers have ``exit_on_error=False``."""

    def on_worker_state_changed(self, changed: Worker.StateChanged) -> None:
        """A worker ended badly."""
        worker = changed.worker
        if changed.state is WorkerState.ERROR:
            self.app.notify(f"a fault of the monitor: {plain(repr(worker.error))}", severity="error", markup=False)
            if worker.name in FOR_EVER:
                self.set_timer(AGAIN, getattr(self, worker.name))
