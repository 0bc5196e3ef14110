"""What the file says of itself, the digest of its content, and the text subtitles in it where somebody wants them."""

from daemon.contract.evidence import Probe
from daemon.media import subtitles
from daemon.media.digest import content_digest
from daemon.media.facts import read_facts
from daemon.stages.task import Task


def run(task: Task) -> Probe:
    """Asks the file for its facts first: what is no film is refused before gigabytes of it are read.

    Raises:
        NotAFilm: nothing in it can be shown as a film.
        OSError: it is gone, or may not be read.
    """
    facts = read_facts(task.source, digest="")
    digest = content_digest(task.source, lambda done: task.progress(done, facts.size, "bytes"))
    if task.settings.get("subtitles"):
        found = subtitles.read_subtitles(task.source, facts.video.start)
        (task.out / subtitles.FILE).write_text(found.model_dump_json())
    return facts.model_copy(update={"digest": digest})
