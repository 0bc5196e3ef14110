"""What the keys do and what the states mean."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import ModalScreen
from textual.widgets import Static

HELP = """\
↑ ↓ PgUp PgDn   move; past the end: older jobs
enter           open a job: stages, script, the whole story
r   retry       run it again, after it failed or ended
c   cancel      end it; retry brings it back
p   pause       stop it until you resume it; what is done is kept
u   resume      let it wait its turn again
f   filter      list only the jobs in one state
q   quit        the daemon goes on without you

arriving  still being copied        held    waits for something outside
pending   waits its turn            paused  a person stopped it
failed    look at its advice        ignored no film, by its name or kind\
"""


class HelpScreen(ModalScreen[None]):
    """Any of the keys closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape,question_mark,enter,q", "app.pop_screen", "back")]

    def compose(self) -> ComposeResult:
        """The text."""
        yield Static(HELP, markup=False)
