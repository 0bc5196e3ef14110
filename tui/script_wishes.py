"""What a person asks of a script, each with what they are told once it is done.

Every wish is about the script as it was seen: where somebody else changed it meanwhile, nothing is done.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from daemon.contract.errors import ReelscribeError
from daemon.contract.scripts import Judgement, Lock, Naming, Regenerate, SceneView, VersionDetail
from tui.client import Daemon, Refused

CHANGED = 412  # Precondition Failed


@dataclass(frozen=True)
class Wish:
    """``ask`` carries it to the daemon, ``done`` is what came of it."""

    ask: Callable[[Daemon], Awaitable[object]]
    done: str


def lock(script: VersionDetail, scene: SceneView) -> Wish:
    """Locks a scene, or frees it."""
    wanted = Lock(scene=scene.id, locked=not scene.locked)
    done = f"scene {scene.number} is {'locked' if wanted.locked else 'free'}"
    return Wish(lambda daemon: daemon.lock(script.job, wanted, script.etag), done)


def judge(script: VersionDetail, judgement: Judgement) -> Wish:
    """Says what a person thinks of a version."""
    done = f"version {script.number} is {judgement.status}"
    return Wish(lambda daemon: daemon.judge(script.job, script.number, judgement, script.etag), done)


def again(script: VersionDetail, scene: SceneView, how: str) -> Wish:
    """Has a scene written again."""
    wanted = Regenerate(scene=scene.id, instructions=how)
    return Wish(lambda daemon: daemon.regenerate(script.job, wanted, script.etag), f"scene {scene.number} is written again soon")


def roll_back(script: VersionDetail) -> Wish:
    """Makes an old version the current one."""
    done = f"version {script.number} is the current text again"
    return Wish(lambda daemon: daemon.roll_back(script.job, script.number, script.etag), done)


def rename(script: VersionDetail, who: str, name: str) -> Wish:
    """Gives somebody a name; that is a line in the film's own file, which no version guards."""
    wanted = Naming(who=who, name=name)
    return Wish(lambda daemon: daemon.name(script.job, wanted), f"{who} is called {name}; the script follows")


def refusal(error: ReelscribeError) -> str:
    """Why nothing was done, in a line."""
    if isinstance(error, Refused) and error.problem.status == CHANGED:
        return "somebody else changed this script meanwhile, so nothing was done. Here is how it is now; if you still want it, ask again"
    return f"✗ {error.message}" + (f" — {error.advice}" if error.advice else "")
