"""What a style tells the model, from its page in ``config/prompts``."""

from config import pages, styles
from config.rendering import Rendering
from daemon.contract.errors import CannotGoOn


def instructions(style: str) -> str:
    """The page of ``style`` without its remarks to people. Raises CannotGoOn where there is no such style."""
    if style not in styles.names():
        raise CannotGoOn(f"there is no style called {style}", f"Set script.style to one of: {', '.join(styles.names())}.")
    return Rendering(pages.read()).text(pages.of_style(style), language="", seen=False)
