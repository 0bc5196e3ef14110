"""Makes one screenplay of the chunks: seams joined, scenes found and numbered, one spelling for each person and place."""

import re
from collections.abc import Iterator, Mapping, Sequence

from daemon.contract.evidence import Analysis, Captions, SkipPlan, Span, Transcript
from daemon.screenplay import headings
from daemon.screenplay.casting import names, with_names
from daemon.screenplay.elements import element, spans
from daemon.screenplay.introductions import Introductions
from daemon.screenplay.model import Scene, Screenplay
from daemon.screenplay.scenes import Run, movements_once, one_spelling, runs, scene_ids
from daemon.screenplay.silences import with_silences
from daemon.screenplay.speeches import speeches
from daemon.screenplay.title_page import title_page
from daemon.screenplay.transitions import with_transitions
from daemon.screenplay.writing.drafts import Beat, Draft, Drafts
from daemon.screenplay.writing.kept import Kept, kept

NOBODY = Captions()


def screenplay(
    drafts: Drafts, analysis: Analysis, transcript: Transcript, plan: SkipPlan, captions: Captions = NOBODY, *, title: str
) -> Screenplay:
    """The whole script, as the writers gave it: a person's names and edits are laid over it later."""
    left = kept(analysis, transcript, plan)
    final = names(drafts, left.cues)
    people = Introductions(name for voice, name in final.items() if voice and name != voice)
    told = [people.introduced(beat) for draft in drafts.drafts for beat in _marked(draft, with_names(draft, drafts, final))]
    beats = with_transitions(movements_once(told, left.shots), analysis, left, plan)
    making = _Making(left, captions, spans(left, transcript.sounds), final, analysis.duration)
    scenes = making.scenes(runs(one_spelling(beats), left.shots))
    return Screenplay(
        title_page=title_page(title, drafts, scenes, analysis, left, plan, captions),
        scenes=scenes,
        language=drafts.language or transcript.language,
    )


def title_of(name: str) -> str:
    """A file's name as a title: ``night_train`` becomes ``Night Train``."""
    text = " ".join(re.sub(r"[._]+|(?<=\w)-(?=\w)", " ", name).split()) or name
    return text if any(letter.isupper() for letter in text) else " ".join(word[:1].upper() + word[1:] for word in text.split(" "))


def _marked(draft: Draft, beats: Sequence[Beat]) -> Iterator[Beat]:
    """Says where the draft writer took over from a model: below the heading, where the chunk begins with one."""
    above = 0
    while above < len(beats) and beats[above].kind in ("transition", "heading"):
        above += 1
    yield from beats[:above]
    if draft.fallback:
        start = beats[above - 1].start if above else draft.start
        yield Beat(kind="note", text="Draft: the model's answer for this part could not be used.", start=start)
    yield from beats[above:]


class _Making:
    """Scenes of one film. ``times``: id → when it is; ``names``: voice → the name that is printed."""

    def __init__(
        self, left: Kept, captions: Captions, times: Mapping[str, Span], names: Mapping[str, str], duration: float
    ) -> None:  # fmt: skip
        self._left = left
        self._captions = captions.captions
        self._times = times
        self._names = names
        self._duration = duration

    def scenes(self, found: Sequence[Run]) -> tuple[Scene, ...]:
        """In order, numbered from 1."""
        ends = [*(run.heading.start for run in found[1:]), self._duration]
        ids = scene_ids(self._shot(run.heading) for run in found)
        return tuple(self._scene(*each) for each in zip(ids, range(1, len(found) + 1), found, ends, strict=False))

    def _scene(self, name: str, number: int, run: Run, end: float) -> Scene:
        start = run.heading.start
        told = with_silences([element(beat, self._times) for beat in run.beats], start, end, self._left, self._captions)
        return Scene(
            id=name,
            number=str(number),
            heading=element(_numbered(run.heading, number), self._times),
            transition=element(run.transition, self._times) if run.transition else None,
            elements=tuple(speeches(told, self._names)),
            start=start,
            end=end,
        )

    def _shot(self, heading: Beat) -> str:
        there = (shot.id for shot in self._left.shots if shot.start <= heading.start < shot.end)
        return heading.shot or next(there, "S0")


def _numbered(beat: Beat, number: int) -> Beat:
    """A place that nothing shows is told from others by its scene's number."""
    heading = headings.read(beat.text)
    if not heading or not heading.is_unknown:
        return beat
    return beat.model_copy(update={"text": str(heading.model_copy(update={"place": f"{heading.place} {number}"}))})
