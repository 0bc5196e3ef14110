"""What the title page says of the script: who wrote it, and what it was written without."""

from collections.abc import Iterator, Sequence

from daemon.contract.evidence import Analysis, Captions, Skip, SkipPlan
from daemon.screenplay.headings import UNKNOWN
from daemon.screenplay.model import Scene, TitlePage
from daemon.screenplay.writing.drafts import DRAFT, Drafts
from daemon.screenplay.writing.kept import Kept

UNSEEN = "Written without seeing the picture."
MOST_SKIPS = 5  # that are listed one by one


def title_page(
    title: str, drafts: Drafts, scenes: Sequence[Scene], analysis: Analysis, left: Kept, plan: SkipPlan, captions: Captions
) -> TitlePage:  # fmt: skip
    """Who wrote it, and one sentence for each thing that a reader must know. None of them holds a number of the run."""
    return TitlePage(
        title=title,
        credit="Written from the film by",
        author="Reelscribe, draft writer" if drafts.engine == DRAFT else f"Reelscribe with {drafts.engine}",
        notes=(*_writer(drafts), *_picture(scenes, captions), *_sound(analysis, left), *_skips(plan.skips), *analysis.notes),
    )


def _writer(drafts: Drafts) -> Iterator[str]:
    if drafts.engine == DRAFT:
        yield "This is a draft, written without a language model: the words that were heard, the cuts and the camera as measured."
    elif any(draft.fallback for draft in drafts.drafts):
        yield "The parts marked as draft were written without a language model."


def _picture(scenes: Sequence[Scene], captions: Captions) -> Iterator[str]:
    if captions.captions:
        yield f"What the picture shows was told from stills by {captions.model or 'a vision model'}."
    else:
        yield UNSEEN
    if any(f" {UNKNOWN} {scene.number} " in f"{scene.heading.text} " for scene in scenes):
        yield "Where a scene takes place is not known; DAY and NIGHT are a guess from the light."


def _sound(analysis: Analysis, left: Kept) -> Iterator[str]:
    if not left.shots:
        yield "Nothing of the film is left beside what is skipped."
    elif not analysis.has_audio:
        yield "The film has no sound."
    elif not left.cues:
        yield "No speech was heard in the film."
    elif not any(cue.voice for cue in left.cues):
        yield "Voices were not told apart: VOICE is anyone who speaks."
    elif not all(cue.voice for cue in left.cues):
        yield "VOICE is where it is not clear who speaks."


def _skips(skips: Sequence[Skip]) -> Iterator[str]:
    if skips:
        listed = ", ".join(_range(skip) for skip in skips[:MOST_SKIPS])
        yield f"Left out: {listed}" + (f" and {len(skips) - MOST_SKIPS} more." if len(skips) > MOST_SKIPS else ".")


def _range(skip: Skip) -> str:
    return f"{_clock(skip.start)}–{_clock(skip.end)} ({skip.note or skip.reason})"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}" if minutes >= 60 else f"{minutes}:{rest:02}"
