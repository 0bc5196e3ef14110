"""The command line: every command, in groups, and how all of them end badly."""

import sys
from typing import Any

import click

from tui.commands import files, jobs, looking, notify, refreshing, script, service, setting_up, skips, stats, system, watching
from tui.commands.context import Context, everywhere
from tui.failures import INTERRUPTED, told

SECTIONS: dict[str, tuple[click.Command, ...]] = {
    "Watching": (watching.tui, watching.status, watching.show, watching.watch, watching.log, watching.why, system.events),
    "Jobs": (jobs.jobs, jobs.add, jobs.retry, jobs.cancel, jobs.pause, jobs.resume, jobs.prioritise),
    "Scripts": (script.script, refreshing.refresh, stats.stats),
    "Films": (skips.skips, looking.timeline, looking.keyframe),
    "Files": (files.write, files.analyse, files.demo),
    "Setting up": (files.serve, setting_up.config, setting_up.models, system.doctor, setting_up.completion),
    "The daemon": (service.service, notify.notify, system.inboxes, system.metrics),
}

EPILOG = """\b
Examples:
  reelscribe demo                     see it work, in a minute
  reelscribe write holiday.mp4        one script, here and now
  reelscribe serve                    watch the inboxes of the configuration
  reelscribe tui                      see what it is doing
  reelscribe why ~/Videos/inbox/a.mp4 what becomes of this file
  reelscribe jobs --state failed      what went wrong

JOB and VIDEO are a job's number or its video's path. Exit codes: 1 it did
not work, 2 the command line is wrong, 3 no daemon answers, 4 the job that was
watched was cancelled, 78 the configuration is wrong, 130 Ctrl-C.
"""


class Sections(click.Group):
    """A group whose help lists its commands under headings, and whose errors are one line and an advice."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands under their headings."""
        for heading, commands in SECTIONS.items():
            with formatter.section(heading):
                formatter.write_dl([(command.name or "", command.get_short_help_str(66)) for command in commands if not command.hidden])

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command. An error is told in a line, unless ``--debug`` asks for all of it."""
        chosen = ctx.ensure_object(Context)  # before the command's own context is made: options behind its name end up here too
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except KeyboardInterrupt:
            click.echo(err=True)
            sys.exit(INTERRUPTED)
        except Exception as error:
            if chosen.debug:
                raise
            raise told(error) from None


@click.group(cls=Sections, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 88})
@click.version_option(package_name="reelscribe", prog_name="reelscribe")
@everywhere
def cli() -> None:
    """Drop a video into a folder. Come back to a screenplay.

    Reelscribe watches inbox folders. Each video that arrives is measured, transcribed and written up as a screenplay, which appears
    next to it.
    """


for _commands in SECTIONS.values():
    for _command in _commands:
        cli.add_command(_command)


def main() -> None:
    """The program."""
    cli(prog_name="reelscribe")


if __name__ == "__main__":
    main()
