"""A film's script as it will be printed, and what a person does with it: other versions, approval, locks, names, a scene again."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from daemon.contract.errors import ReelscribeError
from daemon.contract.scripts import Judgement, SceneView, VersionDetail
from tui import script_wishes as wishes
from tui.client import Daemon, Refused
from tui.faults import TellsFaults
from tui.messages import DifferenceRead, Granted, ScriptRead, ScriptRefused, VersionsRead
from tui.screens.asking import AskText, AskWhich
from tui.screens.watching import Sockets
from tui.script_page import difference_page, scene_page
from tui.script_wishes import Wish
from tui.wording import local, plain

NOT_FOUND = 404


class ScriptPane(TellsFaults, Vertical):
    """Scenes on the left, the chosen one on the right. Keys act on the chosen scene, and on the version that is shown."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "to_timeline", "timeline", tooltip="where this scene lies in the film", priority=True),
        Binding("g", "regenerate", "again", tooltip="have this scene written again; its words stay"),
        Binding("k", "lock", "lock", tooltip="lock this scene, or free it: no writing touches what is locked"),
        Binding("a", "approve", "approve", tooltip="approve this version"),
        Binding("x", "reject", "reject", tooltip="reject this version, with a note"),
        Binding("n", "rename", "name", tooltip="give a character another name"),
        Binding("v", "versions", "versions", tooltip="the versions: look at one"),
        Binding("d", "difference", "compare", tooltip="what this version changed; again: the text"),
        Binding("b", "roll_back", "back to it", tooltip="make the version that is shown the current one"),
    ]

    @dataclass
    class ToMoment(Message):
        """Somebody wants to see this moment of the film."""

        time: float

    def __init__(self, sockets: Sockets, job_id: int) -> None:
        super().__init__()
        self._sockets = sockets
        self._job_id = job_id
        self._script: VersionDetail | None = None
        self._wanted: int | None = None  # the version to show; None: the current one
        self._comparing = False
        self._moment: float | None = None  # to be shown once there is a script

    def compose(self) -> ComposeResult:
        """Which version it is, what was refused, and the text."""
        yield Static("reading …", id="version", markup=False)
        yield Static(id="script-refused", markup=False)
        with Horizontal():
            yield OptionList(id="scenes", markup=False)
            with VerticalScroll(id="page"):
                yield Static(id="text", markup=False)

    @property
    def scene(self) -> SceneView | None:
        """The chosen scene."""
        at = self.query_one("#scenes", OptionList).highlighted
        return self._script.scenes[at] if self._script and at is not None and at < len(self._script.scenes) else None

    def show_moment(self, time: float) -> None:
        """Chooses the scene at a moment of the film, once the script is there."""
        scenes = self._script.scenes if self._script else ()
        at = next((number for number, scene in enumerate(scenes) if scene.start <= time < scene.end), None)
        self._moment = None if scenes else time
        if at is not None:
            self.query_one("#scenes", OptionList).highlighted = at

    def read(self) -> None:
        """Reads the script anew."""
        self.read_script()

    @work(exclusive=True, group="script", exit_on_error=False)
    async def read_script(self) -> None:
        """The version that is wanted."""
        try:
            async with Daemon(self._sockets()) as daemon:
                self.post_message(ScriptRead(await daemon.version(self._job_id, self._wanted)))
        except Refused as refused:
            missing = refused.problem.status == NOT_FOUND
            self.post_message(ScriptRead(None) if missing else ScriptRefused(refused))
        except ReelscribeError as error:
            self.post_message(ScriptRefused(error))

    @on(ScriptRead)
    def show_script(self, read: ScriptRead) -> None:
        """Draws what was read; the cursor stays with its scene."""
        before = self.scene
        self._script = read.script
        scenes = self.query_one("#scenes", OptionList)
        scenes.clear_options()
        self.query_one("#version", Static).update(_headline(read.script, self._wanted is not None))
        if read.script is None:
            self.query_one("#text", Static).update("There is no script of this film yet.")
            return
        scenes.add_options(Option(_entry(scene), scene.id) for scene in read.script.scenes)
        ids = [scene.id for scene in read.script.scenes]
        if ids:
            scenes.highlighted = ids.index(before.id) if before and before.id in ids else 0
        if self._moment is not None:
            self.show_moment(self._moment)

    @on(OptionList.OptionHighlighted, "#scenes")
    def show_scene(self) -> None:
        """The chosen scene, as it will be printed."""
        if self.scene and not self._comparing:
            page = self.query_one("#page", VerticalScroll)
            self.query_one("#text", Static).update(scene_page(self.scene, page.scrollable_content_region.width))
            page.scroll_home(animate=False)

    def on_resize(self) -> None:
        """The page is as wide as there is room."""
        self.call_after_refresh(self.show_scene)

    @on(ScriptRefused)
    def show_refusal(self, refused: ScriptRefused) -> None:
        """Above the text, where the eye is."""
        self._say(wishes.refusal(refused.error))
        if refused.reread:
            self.read_script()

    @on(DifferenceRead)
    def show_difference(self, read: DifferenceRead) -> None:
        """In place of the text."""
        self.query_one("#text", Static).update(difference_page(read.difference))

    @on(VersionsRead)
    def choose_version(self, read: VersionsRead) -> None:
        """Asks which one to look at."""
        listed = [(str(one.number), f"{one.number:>3}  {one.status:<14} {local(one.created)}  {one.why}") for one in read.versions]
        self.app.push_screen(AskWhich("Which version?", listed), self._show_version)

    # What keys do

    def action_to_timeline(self) -> None:
        """Turns to the film where the scene begins."""
        if self.scene:
            self.post_message(self.ToMoment(self.scene.start))

    def action_versions(self) -> None:
        """Reads which there are."""
        self.read_versions()

    def action_difference(self) -> None:
        """From the text to what changed, and back."""
        self._comparing = not self._comparing
        if self._comparing and self._script and self._script.parent:
            self.read_difference(self._script.parent, self._script.number)
        else:
            self._comparing = False
            self.show_scene()

    def action_regenerate(self) -> None:
        """Asks how."""
        if (script := self._script) and (scene := self.scene):
            question = f"Write scene {scene.number} again; the words that are said stay. How?"
            self._ask_text(question, lambda how: wishes.again(script, scene, how))

    def action_lock(self) -> None:
        """Locks the scene, or frees it."""
        if self._script and self.scene:
            self.ask(wishes.lock(self._script, self.scene))

    def action_approve(self) -> None:
        """The version is good."""
        if self._script:
            self.ask(wishes.judge(self._script, Judgement(status="approved")))

    def action_reject(self) -> None:
        """The version is not; asks why."""
        if script := self._script:
            self._ask_text("Why is this version rejected?", lambda why: wishes.judge(script, Judgement(status="rejected", note=why)))

    def action_rename(self) -> None:
        """Asks who, then what the name is."""
        if self._script:
            names = sorted({line.who for scene in self._script.scenes for line in scene.lines if line.who})
            self.app.push_screen(AskWhich("Whose name?", [(name, name) for name in names]), self._ask_name)

    def action_roll_back(self) -> None:
        """The version that is shown becomes the current one."""
        if self._script and self._wanted:
            self._wanted = None
            self.ask(wishes.roll_back(self._script))
        else:
            self._say("this is the current version; v shows the others")

    @work(exclusive=True, group="versions", exit_on_error=False)
    async def read_versions(self) -> None:
        """The newest of them."""
        try:
            async with Daemon(self._sockets()) as daemon:
                self.post_message(VersionsRead((await daemon.versions(self._job_id)).items))
        except ReelscribeError as error:
            self.post_message(ScriptRefused(error))

    @work(exclusive=True, group="difference", exit_on_error=False)
    async def read_difference(self, old: int, new: int) -> None:
        """What a version changed."""
        try:
            async with Daemon(self._sockets()) as daemon:
                self.post_message(DifferenceRead(await daemon.difference(self._job_id, old, new)))
        except ReelscribeError as error:
            self.post_message(ScriptRefused(error))

    @work(group="asking", exit_on_error=False)
    async def ask(self, wish: Wish) -> None:
        """Asks the daemon for something; what comes of it is read anew."""
        try:
            async with Daemon(self._sockets()) as daemon:
                await wish.ask(daemon)
        except ReelscribeError as error:
            self.post_message(ScriptRefused(error, reread=True))
        else:
            self.post_message(Granted(wish.done))

    @on(Granted)
    def show_granted(self, granted: Granted) -> None:
        """Above the text."""
        self._say(granted.text)
        self.read_script()

    def _show_version(self, number: str | None) -> None:
        if number is not None:
            self._wanted, self._comparing = int(number), False
            self.read_script()

    def _ask_text(self, question: str, wish: Callable[[str], Wish]) -> None:
        """Asks for words; with them ``wish`` is asked for."""

        def answered(said: str | None) -> None:
            if said is not None:
                self.ask(wish(said))

        self.app.push_screen(AskText(question), answered)

    def _ask_name(self, who: str | None) -> None:
        if who is not None:
            self.app.push_screen(AskText(f"What is {who} called?", who), lambda name: self._rename(who, (name or "").strip()))

    def _rename(self, who: str, name: str) -> None:
        if self._script and name and name != who:
            self.ask(wishes.rename(self._script, who, name))

    def _say(self, text: str) -> None:
        self.query_one("#script-refused", Static).update(plain(text))


def _headline(script: VersionDetail | None, old: bool) -> str:
    if script is None:
        return ""
    by = f" by {script.status_by}" if script.status_by else ""
    note = f": {script.status_note}" if script.status_note else ""
    which = f"version {script.number}" + (" (not the current one)" if old else "")
    stale = f" · stale: {script.stale}" if script.stale else ""
    return plain(
        f"{script.title}, {which}: {script.why} · {script.status}{by}{note} · {script.model or script.author}, {script.style}{stale}"
    )


def _entry(scene: SceneView) -> str:
    locked = "*" if scene.locked or any(line.locked for line in scene.lines) else " "
    return plain(f"{scene.number:>3}{locked} {scene.heading}")
