"""Asks the daemon for an edit of a person's ranges."""

from daemon.contract.errors import NotThere
from daemon.contract.skips import ChangedRange, FilmSkips, NewRange, OwnRange, SplitRange
from tui.client import Daemon
from tui.timeline.edits import Add, Change, Edit, Join, Place, Remove, Split


async def ask(daemon: Daemon, job_id: int, edit: Edit, known: FilmSkips) -> FilmSkips:
    """What is written down after ``edit``, made on what was ``known``. Raises what the client raises, and NotThere."""
    match edit:
        case Add(place):
            return await daemon.add_range(job_id, _new(place), known.version)
        case Remove(place):
            return await daemon.remove_range(job_id, _found(place, known).id, known.version)
        case Change(old, new):
            return await daemon.change_range(job_id, _found(old, known).id, _changed(new), known.version)
        case Split(place, at):
            return await daemon.split_range(job_id, _found(place, known).id, SplitRange(at=at), known.version)
        case Join(place):
            first, second = edit.halves
            left = await daemon.remove_range(job_id, _found(second, known).id, known.version)
            return await daemon.change_range(job_id, _found(first, left).id, _changed(place), left.version)


def _found(place: Place, known: FilmSkips) -> OwnRange:
    found = place.among(known.own)
    if found is None:
        raise NotThere("that range is gone", "somebody changed it; what you see is how it is")
    return found


def _new(place: Place) -> NewRange:
    return NewRange(kind=place.kind, start=place.start, end=place.end, note=place.note)


def _changed(place: Place) -> ChangedRange:
    return ChangedRange(start=place.start, end=place.end, note=place.note)
