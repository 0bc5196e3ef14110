"""How a command ends badly: one line and an advice on stderr, and an exit code that a script can go by."""

import click

FAILED = 1
NO_DAEMON = 3
CANCELLED = 4
CONFIGURATION = 78  # EX_CONFIG of sysexits.h
INTERRUPTED = 130  # 128 + SIGINT


class Failed(click.ClickException):
    """What a person is told."""

    def __init__(self, message: str, advice: str = "", code: int = FAILED) -> None:
        super().__init__(message)
        self.advice = advice
        setattr(self, "exit_code", code)  # noqa: B010 – click declares it on the class

    def show(self, file: object = None) -> None:
        """One line, and the advice below it; none of the bytes that move a terminal's cursor."""
        from tui.wording import plain

        click.echo(f"reelscribe: {plain(self.message)}", err=True)
        if self.advice:
            click.echo(plain(self.advice), err=True)


def told(error: Exception) -> Failed:
    """Any error in a person's words."""
    from config.errors import ConfigProblems
    from daemon.contract.errors import ReelscribeError

    if isinstance(error, ReelscribeError):
        return Failed(error.message, error.advice, _code(error))
    if isinstance(error, ConfigProblems):
        return Failed(str(error), "", CONFIGURATION)
    if isinstance(error, OSError):
        return Failed(f"{error.filename}: {error.strerror}" if error.filename else str(error))
    return Failed(f"something broke that should not have: {type(error).__name__}: {error}", "--debug shows where; please report it")


def _code(error: Exception) -> int:
    from tui.client import NoDaemon

    return NO_DAEMON if isinstance(error, NoDaemon) else FAILED
