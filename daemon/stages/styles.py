"""What a style tells the model, from its page in ``config/prompts``."""

import re

from config import styles
from daemon.contract.errors import CannotGoOn


def instructions(style: str) -> str:
    """The page of ``style`` without its remarks to people. Raises CannotGoOn where there is no such style."""
    if style not in styles.names():
        raise CannotGoOn(f"there is no style called {style}", f"Set script.style to one of: {', '.join(styles.names())}.")
    page = (styles.FOLDER / f"{style}.md").read_text(encoding="utf-8")
    return re.sub(r"<!--.*?-->", "", page, flags=re.DOTALL).strip()
