"""An interview in the terminal."""

import json
import os
import sys
from pathlib import Path

import pytest

from interviewer.domain.transcript import Transcript
from tests.support.command_line import ANSWER, Cli, hold, refusal, session_of
from tests.support.stub_server import StubServer, ok


def test_a_piped_interview_ends_politely_and_is_scored(cli: Cli) -> None:
    result = hold(cli, ANSWER)
    assert result.exit_code == 0
    assert "framing the problem, minute 0 of 15" in result.stdout
    assert "Tallypay" in result.stdout
    assert "You  The merchants are served" in result.stdout
    assert "We'll stop here" in result.stdout or "report" in result.stdout
    assert "Problem framing" in result.stdout
    assert len(session_of(result)) == 16


def test_commands_are_pressed_buttons_and_empty_lines_are_nothing(cli: Cli) -> None:
    result = hold(cli, "", "/hint", "   ", "/SKIP", "/end", "never read")
    exported = cli("export", session_of(result), "--format", "json")
    transcript = Transcript.model_validate(json.loads(exported.stdout)["transcript"])
    kinds = [turn.move.kind for turn in transcript.turns if turn.move]
    assert kinds[:2] == ["open", "hint"]
    assert kinds[-1] == "close"
    assert len(kinds) == 4
    assert transcript.answers == []


def test_an_unknown_command_is_pointed_out_and_not_sent(cli: Cli) -> None:
    result = hold(cli, "/hlep")
    assert "There is no command /hlep" in result.stderr
    assert "You  /hlep" not in result.stdout


def test_a_message_that_cannot_be_used_is_pointed_out_and_the_interview_goes_on(cli: Cli) -> None:
    result = hold(cli, "word " * 2_000, "beep\x07", ANSWER)
    assert result.exit_code == 0
    assert "8,000 are the most" in result.stderr
    assert "control characters" in result.stderr
    assert "You  The merchants are served" in result.stdout


def test_words_that_a_guard_takes_back_are_never_printed(cli: Cli) -> None:
    with StubServer() as server:
        server.default = ok("Tell me more. Excellent answer, is it not?")
        env = {"OPENAI_BASE_URL": server.base_url, "INTERVIEWER_GRADER": "built-in"}
        args = ("chat", "--scenario", "payment-fraud", "--minutes", "15")
        result = cli(*args, given=f"{ANSWER}\n", **env)
        assert server.requests
    assert result.exit_code == 0
    assert "Tell me more" not in result.stdout
    assert "Excellent" not in result.stdout


def test_quit_leaves_an_interview_that_can_be_resumed(cli: Cli) -> None:
    left = hold(cli, ANSWER, "/quit")
    assert left.exit_code == 0
    assert "Problem framing" not in left.stdout
    command = left.stdout.split("To go on later: interviewer ")[-1].split()
    resumed = cli(*command, given="/end\n")
    assert resumed.exit_code == 0
    assert session_of(resumed) == command[-1]
    # The question that was open is shown again.
    question = left.stdout.split("Interviewer  ")[2].split("\n\n")[0]
    assert question in resumed.stdout
    assert "Problem framing" in resumed.stdout


def test_a_finished_interview_shows_its_score_again(cli: Cli) -> None:
    session = session_of(hold(cli, ANSWER))
    again = cli("chat", "--session", session)
    assert again.exit_code == 0
    assert session_of(again) == session


def test_without_a_scenario_the_choices_are_listed(cli: Cli) -> None:
    result = cli("chat", "--minutes", "15", given="ninety\n2\n/quit\n")
    assert result.exit_code == 0
    assert "payment-fraud" in result.stdout
    assert "Type a number from 1 to " in result.stdout
    assert "To go on later" in result.stdout


@pytest.mark.parametrize(
    ("args", "complaint"),
    [
        (("--scenario", "tea-making"), "payment-fraud"),
        (("--scenario", "payment-fraud", "--minutes", "7"), "15, 30, 45, 60"),
        (("--session", "unknown"), "unknown"),
    ],
)
def test_what_cannot_be_started_is_refused(cli: Cli, args: tuple[str, ...], complaint: str) -> None:
    assert complaint in refusal(cli("chat", *args))


def test_choosing_nothing_is_refused(cli: Cli) -> None:
    result = cli("chat", given="")
    assert result.exit_code == 2
    assert result.stderr == "Error: No scenario was chosen. Name one with --scenario.\n"


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_in_a_terminal_words_are_streamed_and_control_c_says_how_to_resume(
    cli: Cli, home: Path
) -> None:
    import pty

    child, terminal = pty.fork()
    if child == 0:
        script = "from interviewer.cli import main; main()"
        args = ["chat", "--scenario", "payment-fraud", "--minutes", "15"]
        os.execve(
            sys.executable,
            [sys.executable, "-c", script, *args],
            {**os.environ, "INTERVIEWER_HOME": str(home), "TERM": "xterm"},
        )
    shown = b""
    for awaited, typed in ((b"\n> ", b"/hint\r"), (b"/hint\r\n", b""), (b"\n> ", b"\x03")):
        start = len(shown)
        while awaited not in shown[start:]:
            shown += os.read(terminal, 4096)
        os.write(terminal, typed)
    try:
        while piece := os.read(terminal, 4096):
            shown += piece
    except OSError:
        pass  # the terminal is gone with the program
    _, status = os.waitpid(child, 0)
    os.close(terminal)
    assert os.waitstatus_to_exitcode(status) == 130
    assert "To go on later: interviewer chat --session" in shown.decode()
    assert b"Traceback" not in shown
