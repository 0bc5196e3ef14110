"""What the stages make of a film, with the settings of the tests: the draft writes, the small speech model hears."""

import asyncio
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from config.places import Places
from daemon.worker.artefacts import Artefacts
from daemon.worker.orders import order_for
from tests.daemon.worker.films import drafting, travelled


def make(folder: Path, film: Path, *names: str) -> None:
    """Every result of ``film`` under each of these names, which are its titles too."""
    with TemporaryDirectory() as inbox:
        home = Path(inbox)
        places = Places(state=home, models=home / "models", socket=home / "socket", environ={})
        for name in names:
            source = Path(shutil.copy(film, home / f"{name}.mp4"))
            asyncio.run(travelled(order_for(source, home, drafting(), places), Artefacts(folder)))
