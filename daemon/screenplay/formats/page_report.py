"""How far a script is off from one page a minute, the measure by which its readers tell a film's length."""

from daemon.contract.values import Frozen
from daemon.screenplay.edition import Edition
from daemon.screenplay.formats.pagination import Page, pages
from daemon.screenplay.formats.sheet import SHEETS, Paper


class PageReport(Frozen):
    """``pages`` with the part of the last one that is written on; ``minutes`` of film without what is left out.

    ``off``: how much longer the script is than a page a minute, as a part: 0.25 is a quarter too long, -0.5 half as long; 0 for a film
    of no length.
    """

    pages: float
    minutes: float
    off: float

    def __str__(self) -> str:
        """One sentence for a person."""
        seconds = round(self.minutes * 60)
        film = f"{seconds // 60}:{seconds % 60:02}"
        measured = f"{self.pages:.1f} pages for {film} of film"
        if abs(self.off) < 0.005:
            return f"{measured}: a page a minute"
        return f"{measured}: {abs(self.off):.0%} {'more' if self.off > 0 else 'less'} than a page a minute"


def page_report(edition: Edition) -> PageReport:
    """Of the script on the paper that is set. Pure: loads nothing heavy."""
    return reported(pages(edition.screenplay, edition.layout.paper), edition.layout.paper, minutes(edition))


def reported(made: list[Page], paper: Paper, film: float) -> PageReport:
    """The report on pages that are made; ``film`` in minutes."""
    length = len(made) - 1 + made[-1].height / SHEETS[paper].lines if made else 0.0
    return PageReport(pages=round(length, 3), minutes=round(film, 3), off=round(length / film - 1, 3) if film > 0 else 0.0)


def minutes(edition: Edition) -> float:
    """What of the film is written up."""
    return max(0.0, edition.analysis.duration - sum(skip.length for skip in edition.plan.skips)) / 60
