"""The command line as a test types it."""

from collections.abc import Callable

from typer.testing import Result

Cli = Callable[..., Result]
"""Runs a command: its arguments, what is given on standard input, and variables."""

ANSWER = (
    "The merchants are served, and the outcome is less money lost to stolen cards without turning "
    "good customers away. We predict for each payment the probability that it is charged back."
)

TRANSCRIPT = f"""\
id: sample
scenario: payment-fraud
level: senior
turns:
  - speaker: interviewer
    text: Where would you like to start?
  - speaker: candidate
    text: "{ANSWER}"
"""


def hold(cli: Cli, *lines: str, scenario: str = "payment-fraud") -> Result:
    return cli("chat", "--scenario", scenario, "--minutes", "15", given="\n".join((*lines, "")))


def session_of(result: Result) -> str:
    return result.stdout.split("Session ")[-1].strip()


def refusal(result: Result) -> str:
    """The one line on standard error of a command that refused its input."""
    assert result.exit_code == 2
    assert result.stdout == ""
    line, end = result.stderr.split("\n")
    assert end == ""
    return line
