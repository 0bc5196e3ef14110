"""A screenplay together with all that its formats draw on, so that any of them can be made at any time without asking a model."""

from daemon.contract.evidence import Analysis, Captions, Probe, SkipPlan, Transcript
from daemon.contract.values import Frozen, RawPath
from daemon.screenplay.formats.sheet import Paper
from daemon.screenplay.model import Screenplay


class Layout(Frozen):
    """A person's choices of form. ``evidence``: write what each element rests on into notes; ``skipped_subtitles``: keep what the skips
    leave out in the subtitles; ``paper``: what a PDF is made for.
    """

    evidence: bool = False
    skipped_subtitles: bool = False
    paper: Paper = "letter"


class Edition(Frozen):
    """``film`` is the video's file name; ``stills`` the folder in which the shots' keyframes lie, where they are still kept."""

    screenplay: Screenplay
    film: str
    probe: Probe
    analysis: Analysis
    transcript: Transcript
    plan: SkipPlan
    captions: Captions = Captions()
    layout: Layout = Layout()
    stills: RawPath | None = None
