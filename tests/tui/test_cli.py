"""The commands as a person types them: what they print, and what a script can go by."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from daemon.contract.states import HoldCause, JobState, Stage
from tests.daemon.api.served import INBOX, Elsewhere, Served
from tui.cli import SECTIONS, cli

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0


@pytest.fixture(autouse=True)
def nothing_of_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(("REELSCRIBE_", "XDG_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def typed(*arguments: str, socket: Path | None = None) -> Result:
    return CliRunner().invoke(cli, [*arguments, *(["--socket", str(socket)] if socket else [])])


# What a shell starts in the background ignores SIGINT, and so does all that it starts: a test run, say.
HEARS_CTRL_C = "import signal, tui.cli; signal.signal(signal.SIGINT, signal.default_int_handler); tui.cli.main()"


def program(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "tui.cli", *arguments]


def run(*arguments: str, **rest: object) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(program(*arguments), capture_output=True, text=True, check=False, timeout=PATIENCE, env=environment, **rest)  # type: ignore[call-overload, no-any-return]


def test_help_lists_every_command_under_its_heading() -> None:
    said = typed("--help").output
    headings = [said.index(f"{heading}:") for heading in SECTIONS]
    assert headings == sorted(headings)
    shown = [command.name for commands in SECTIONS.values() for command in commands if not command.hidden]
    assert all(f"\n  {name} " in said for name in shown)
    assert "reelscribe write holiday.mp4" in said


def leaves(command: click.Command, *before: str) -> Iterator[tuple[str, ...]]:
    """Every command that does something, as it is typed."""
    words = (*before, command.name or "")
    if isinstance(command, click.Group):
        for below in command.commands.values():
            yield from leaves(below, *words)
    if not isinstance(command, click.Group) or command.invoke_without_command:
        yield words


@pytest.mark.parametrize(
    "words", [words for commands in SECTIONS.values() for command in commands for words in leaves(command)], ids=" ".join
)
def test_every_command_explains_itself_and_takes_what_all_take(words: tuple[str, ...]) -> None:
    said = typed(*words, "--help").output
    assert said.startswith(f"Usage: cli {' '.join(words)} ")
    assert all(option in said for option in ("--config", "--socket", "--debug"))


def test_jobs_lists_newest_first_and_no_name_can_move_the_cursor(elsewhere: Elsewhere) -> None:
    elsewhere.call(lambda daemon: daemon.film(b"a\x1b[31m\x9b\xff\r\nb.mp4", JobState.FAILED, "no\x1b[2J film"))
    elsewhere.call(lambda daemon: daemon.film("second.mp4"))
    result = typed("jobs", socket=elsewhere.socket)
    assert result.exit_code == 0
    assert [line.split()[:2] for line in result.output.splitlines()] == [["JOB", "STATE"], ["2", "pending"], ["1", "failed"]]
    assert "a\\x1b[31m\\x9b\\xff\\r\\nb.mp4" in result.output
    assert all(char.isprintable() or char == "\n" for char in result.output)


def test_jobs_as_json_pages(elsewhere: Elsewhere) -> None:
    elsewhere.call(lambda daemon: [daemon.film(f"é{number}.mp4") for number in range(3)])
    first = json.loads(typed("jobs", "--json", "--limit", "2", socket=elsewhere.socket).stdout)
    then = json.loads(typed("jobs", "--json", "--limit", "2", "--after", str(first["next"]), socket=elsewhere.socket).stdout)
    assert [job["name"] for job in first["items"] + then["items"]] == ["é2.mp4", "é1.mp4", "é0.mp4"]
    assert then["next"] is None


def test_jobs_says_how_to_see_more(elsewhere: Elsewhere) -> None:
    elsewhere.call(lambda daemon: [daemon.film(f"{number}.mp4") for number in range(3)])
    assert "more: reelscribe jobs --limit 2 --after 2" in typed("jobs", "--limit", "2", socket=elsewhere.socket).stderr


def test_no_jobs(elsewhere: Elsewhere) -> None:
    assert typed("jobs", socket=elsewhere.socket).output == "no jobs\n"
    assert typed("jobs", "--state", "held", socket=elsewhere.socket).output == "no job is held\n"


def hold(daemon: Served) -> None:
    film = daemon.film("a.mp4")
    daemon.store.move(film.id, JobState.HELD, reason="Ollama does not answer", advice="ollama serve", cause=HoldCause.OLLAMA)


def test_status_says_what_is_waited_for_and_check_a_line_for_each_cause(elsewhere: Elsewhere) -> None:
    well = typed("status", "--check", socket=elsewhere.socket)
    assert (well.exit_code, well.output) == (0, "all is well\n")
    elsewhere.call(hold)
    elsewhere.call(lambda daemon: [daemon.film(f"{number}.mp4", JobState.FAILED, "no\x1b film", "copy it again") for number in (1, 2)])
    assert "held (1 job): Ollama does not answer\n  ollama serve\n" in typed("status", socket=elsewhere.socket).output
    check = typed("status", "--check", socket=elsewhere.socket)
    assert check.exit_code == 1
    assert [line.partition(", since ")[0] for line in check.output.splitlines()] == ["failed (2 films)", "held (1 film)"]
    assert "no\\x1b film | copy it again\n" in check.output
    found = json.loads(typed("status", "--check", "--json", socket=elsewhere.socket).stdout)
    assert [(one["kind"], one["count"]) for one in found["items"]] == [("failed", 2), ("held", 1)]
    later = typed("status", "--check", "--since", "2999-01-01", socket=elsewhere.socket)
    assert (later.exit_code, "failed" in later.output) == (1, False)
    elsewhere.call(lambda daemon: [daemon.store.delete(job) for job in (2, 3)])
    assert json.loads(typed("status", "--json", socket=elsewhere.socket).stdout)["counts"] == {"held": 1}


def test_show_by_number_and_by_path(elsewhere: Elsewhere) -> None:
    elsewhere.call(lambda daemon: daemon.film("a.mp4", JobState.FAILED, "no film", "copy it again", "moov atom not found"))
    by_number, by_path = (typed("show", job, socket=elsewhere.socket).output for job in ("1", "/films/inbox/../inbox/a.mp4"))
    assert by_number == by_path
    for said in ("job 1: a.mp4", "failed: no film", "copy it again", "    moov atom not found"):
        assert said in by_number
    assert json.loads(typed("show", "1", "--json", socket=elsewhere.socket).stdout)["detail"] == "moov atom not found"


def test_a_video_without_a_job_is_said(elsewhere: Elsewhere) -> None:
    result = typed("show", "/films/inbox/b.mp4", socket=elsewhere.socket)
    assert result.exit_code == 1
    assert result.stderr.startswith("reelscribe: no job has the video /films/inbox/b.mp4\n")


def test_why(elsewhere: Elsewhere) -> None:
    assert typed("why", "/films/b.mp4", socket=elsewhere.socket).output == "/films/b.mp4: no inbox has it\n  reelscribe add takes it\n"


def test_add_takes_paths_from_here(elsewhere: Elsewhere, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = typed("add", "x.mp4", socket=elsewhere.socket)
    assert "x.mp4" in result.output
    assert elsewhere.call(lambda daemon: daemon.store.job_by_path(os.fsencode(tmp_path / "x.mp4"))) is not None


def test_moves_go_on_past_the_one_that_refuses(elsewhere: Elsewhere) -> None:
    elsewhere.call(lambda daemon: [daemon.film("a.mp4", JobState.COMPLETED), daemon.film("b.mp4")])
    result = typed("cancel", "1", "2", "77", socket=elsewhere.socket)
    assert result.exit_code == 1
    assert result.stdout == "job 2 is cancelled: b.mp4\n"
    assert "completed" in result.stderr
    assert "77" in result.stderr


@pytest.mark.parametrize(
    ("state", "command", "after"),
    [(JobState.FAILED, "retry", "pending"), (JobState.PENDING, "pause", "paused"), (JobState.PAUSED, "resume", "pending")],
)
def test_moves(elsewhere: Elsewhere, state: JobState, command: str, after: str) -> None:
    elsewhere.call(lambda daemon: daemon.film("a.mp4", state))
    assert typed(command, "1", socket=elsewhere.socket).output == f"job 1 is {after}: a.mp4\n"


def test_resume_of_many(elsewhere: Elsewhere) -> None:
    elsewhere.call(lambda daemon: [daemon.film(f"{number}.mp4", JobState.PAUSED) for number in range(3)])
    assert typed("resume", "--inbox", "/else", socket=elsewhere.socket).output == "0 jobs resumed\n"
    assert typed("resume", "--inbox", os.fsdecode(INBOX), socket=elsewhere.socket).output == "3 jobs resumed\n"
    assert typed("resume", "--all", "3", socket=elsewhere.socket).exit_code == 2
    assert typed("resume", socket=elsewhere.socket).exit_code == 2


def test_rm_forgets(elsewhere: Elsewhere) -> None:
    elsewhere.call(lambda daemon: daemon.film("a.mp4"))
    assert typed("jobs", "rm", "1", socket=elsewhere.socket).output == "job 1 is forgotten\n"
    assert elsewhere.call(lambda daemon: daemon.store.job(1)) is None


def test_watch_of_a_job_that_ended(elsewhere: Elsewhere) -> None:
    elsewhere.call(lambda daemon: daemon.film("a.mp4", JobState.FAILED, "no film", "copy it again"))
    result = typed("watch", "1", socket=elsewhere.socket)
    assert (result.exit_code, result.output) == (1, "a.mp4 failed: no film\n  copy it again\n")


def finish(daemon: Served) -> None:
    for version in (1, 2):
        daemon.store.published(1, version, [(INBOX + b"/a.v%d.fountain" % version, "fountain", "ab")])
    daemon.store.complete(1, "")


def test_watch_until_the_script_is_there(elsewhere: Elsewhere) -> None:
    elsewhere.call(lambda daemon: [daemon.film("a.mp4"), daemon.store.claim(1.0)])
    elsewhere.call(lambda daemon: daemon.store.stage_started(1, Stage.WRITE, "key"))
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    watch = program("watch", "1", "--socket", str(elsewhere.socket))
    with subprocess.Popen(watch, stdout=subprocess.PIPE, text=True, env=environment) as watching:
        assert watching.stdout is not None
        assert watching.stdout.readline() == "write\n"
        elsewhere.call(lambda daemon: daemon.store.progress(1, Stage.WRITE, 0.6, 5.0))
        assert watching.stdout.readline() == "write: 60 %\n"
        elsewhere.call(finish)
        assert watching.stdout.read() == "/films/inbox/a.v2.fountain\n"
    assert watching.returncode == 0


def test_ctrl_c_is_clean(elsewhere: Elsewhere) -> None:
    elsewhere.call(lambda daemon: daemon.film("a.mp4"))
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    watch = [sys.executable, "-c", HEARS_CTRL_C, "watch", "1", "--socket", str(elsewhere.socket)]
    with subprocess.Popen(watch, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment) as watching:
        assert watching.stdout is not None
        assert watching.stdout.readline() == "a.mp4 is pending\n"
        watching.send_signal(signal.SIGINT)
        _, said = watching.communicate(timeout=PATIENCE)
    assert (said.strip(), watching.returncode) == ("", 130)


def test_no_daemon_is_a_line_an_advice_and_an_exit_code_of_its_own(tmp_path: Path) -> None:
    done = run("status", "--socket", str(tmp_path / "s"))
    assert (done.returncode, done.stdout) == (3, "")
    message, advice = done.stderr.splitlines()
    assert message == f"reelscribe: no daemon answers at {tmp_path / 's'}"
    assert "reelscribe serve" in advice


def test_debug_shows_where_an_error_comes_from(tmp_path: Path) -> None:
    for arguments in (("--debug", "status"), ("status", "--debug")):
        assert "Traceback" in run(*arguments, "--socket", str(tmp_path / "s")).stderr


def test_options_may_stand_before_the_command(elsewhere: Elsewhere) -> None:
    assert CliRunner().invoke(cli, ["--socket", str(elsewhere.socket), "jobs"]).output == "no jobs\n"


def test_a_wrong_configuration_is_said_with_its_line(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("settel: 5\n")
    done = run("config", "check", "--config", str(wrong))
    assert done.returncode == 78
    assert f"{wrong}:1" in done.stderr
    assert "settle" in done.stderr
    assert run("serve", "--config", str(wrong)).returncode == 78


def test_the_configuration_names_the_socket(elsewhere: Elsewhere, tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text(f"socket: {elsewhere.socket}\n")
    assert typed("jobs", "--config", str(tmp_path / "c.yaml")).output == "no jobs\n"


def test_config_show_and_path(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text("settle: 7\n")
    assert "settle: 7" in typed("config", "show", "--config", str(tmp_path / "c.yaml")).output
    assert json.loads(typed("config", "show", "--json", "--config", str(tmp_path / "c.yaml")).output)["settle"] == 7
    assert typed("config", "path", "--config", str(tmp_path / "c.yaml")).output == f"{tmp_path / 'c.yaml'}\n"
    assert "(not there)" in typed("config", "path").output


def test_a_mistake_of_ours_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tui.commands.context.Context.sockets", lambda _: 1 / 0)
    result = typed("jobs")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[0] == "reelscribe: something broke that should not have: ZeroDivisionError: division by zero"
