"""The command line, as a user types it: real knowledge, a real index, a real data folder."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from interviewer.cli import app
from interviewer.cli.scorecard_table import QUOTE_WIDTH, score_table
from interviewer.cli.transcript_file import read_transcript
from interviewer.domain.evidence import Evidence
from interviewer.domain.rubric import CompetencyId, Provenance
from interviewer.domain.scorecard import CompetencyScore, GraderUsed, Scorecard
from interviewer.domain.transcript import Transcript
from interviewer.errors import BadInput
from interviewer.knowledge.load import load_knowledge
from interviewer.models.detect import USUAL_PORTS
from interviewer.settings import PROJECT_ROOT
from tests.support.stub_server import StubServer, ok

Cli = Callable[..., Result]

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


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which the index is built."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def cli(home: Path) -> Iterator[Cli]:
    """Runs a command with no model in reach."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("OPENAI_BASE_URL", "OPENAI_API_KEY", "INTERVIEWER_MODEL", "INTERVIEWER_GGUF"):
            patch.delenv(name, raising=False)
        patch.setenv("INTERVIEWER_HOME", str(home))

        def run(*args: str, given: str | bytes | None = None, **env: str) -> Result:
            return CliRunner().invoke(app, args, input=given, env=env, catch_exceptions=False)

        run("index")
        yield run


@pytest.fixture
def transcript(tmp_path: Path) -> Path:
    path = tmp_path / "transcript.yaml"
    path.write_text(TRANSCRIPT, encoding="utf-8")
    return path


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


# Start.


def test_help_takes_less_than_half_a_second() -> None:
    command = [sys.executable, "-c", "from interviewer.cli import main; main()", "--help"]
    took = []
    for _ in range(3):
        # Time of the processor: time on the clock depends on what else the machine does.
        before = os.times()
        shown = subprocess.run(command, capture_output=True, text=True, check=True)
        after = os.times()
        took.append(
            after.children_user
            + after.children_system
            - before.children_user
            - before.children_system
        )
    assert "grade" in shown.stdout
    assert min(took) < 0.5


def test_help_imports_nothing_heavy() -> None:
    script = (
        "import sys\nfrom interviewer.cli import app\n"
        "print([m for m in ('gradio', 'chromadb', 'langgraph', 'openai', 'onnxruntime', 'rich')"
        " if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_a_crash_is_exit_code_1_and_not_a_polite_line() -> None:
    script = (
        "import interviewer.cli, interviewer.settings as s\n"
        "def crash(): raise RuntimeError('a bug')\n"
        "s.read_settings = crash\ninterviewer.cli.main()"
    )
    run = subprocess.run([sys.executable, "-c", script, "models"], capture_output=True, text=True)
    assert run.returncode == 1
    assert "RuntimeError: a bug" in run.stderr


def test_a_wrong_option_is_exit_code_2(cli: Cli) -> None:
    result = cli("chat", "--level", "boss")
    assert result.exit_code == 2
    assert "--level" in result.stderr


def test_a_variable_that_cannot_be_used_is_named(cli: Cli) -> None:
    assert "PORT" in refusal(cli("models", PORT="many"))


# index and models.


def test_index_says_how_many_chunks_where_and_how_long(cli: Cli, home: Path) -> None:
    result = cli("index")
    assert result.exit_code == 0
    assert result.stdout.startswith("Opened the index of ")
    assert str(home / "index") in result.stdout
    assert result.stdout.endswith(" s.\n")


def test_index_in_a_folder_that_cannot_be_written_is_refused(cli: Cli, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder", encoding="utf-8")
    assert "INTERVIEWER_HOME" in refusal(cli("index", INTERVIEWER_HOME=str(blocked / "home")))


def test_models_names_the_chosen_one_and_why(cli: Cli) -> None:
    with StubServer(models=["chosen-model"]) as server:
        result = cli("models", OPENAI_BASE_URL=server.base_url)
    assert result.exit_code == 0
    assert f"chosen-model at 127.0.0.1:{server.port}" in result.stdout
    assert "OPENAI_BASE_URL" in result.stdout


def test_models_never_shows_the_key(cli: Cli) -> None:
    with StubServer(api_key="a-secret-key") as server:
        result = cli("models", OPENAI_BASE_URL=server.base_url, OPENAI_API_KEY="a-secret-key")
    assert "stub-model" in result.stdout
    assert "a-secret-key" not in result.output


def test_models_says_what_happens_without_one_and_how_to_connect_one(cli: Cli) -> None:
    result = cli("models")
    assert result.exit_code == 0
    if "Model: none" not in result.stdout:
        pytest.skip(f"a model server runs on one of the ports {USUAL_PORTS}")
    assert "built-in" in result.stdout
    assert "OPENAI_API_KEY" in result.stdout
    assert "make run-local" in result.stdout


def test_models_refuses_an_address_where_nothing_answers(cli: Cli) -> None:
    with StubServer() as server:
        gone = server.base_url
    assert "OPENAI_BASE_URL" in refusal(cli("models", OPENAI_BASE_URL=gone))


# grade.


def test_grade_prints_a_table_with_quotes(cli: Cli, transcript: Path) -> None:
    result = cli("grade", str(transcript), COLUMNS="160")
    assert result.exit_code == 0
    assert "Problem framing" in result.stdout
    assert "The merchants are served" in result.stdout
    assert "Grader: built-in" in result.stdout
    assert result.stderr == ""


def test_grade_as_json_prints_the_scorecard_and_nothing_else(cli: Cli, transcript: Path) -> None:
    result = cli("grade", "--json", str(transcript))
    scorecard = Scorecard.model_validate_json(result.stdout)
    assert result.stdout == scorecard.model_dump_json(indent=2) + "\n"
    assert result.stderr == ""
    quotes = [s.quote for score in scorecard.competencies.values() for s in score.signals]
    assert quotes
    assert all(quote in ANSWER for quote in quotes)


def test_grade_reads_standard_input_in_json(cli: Cli, transcript: Path) -> None:
    as_json = read_transcript(str(transcript)).model_dump_json()
    from_file = cli("grade", "--json", str(transcript))
    from_input = cli("grade", "--json", "-", given=as_json)
    assert from_input.stdout == from_file.stdout


def test_grade_refuses_a_scenario_that_it_does_not_know(cli: Cli, transcript: Path) -> None:
    transcript.write_text(TRANSCRIPT.replace("payment-fraud", "tea-making"), encoding="utf-8")
    assert "'tea-making'" in refusal(cli("grade", str(transcript)))


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "is empty"),
        (b" \n\t\n", "is empty"),
        (b"\x89PNG\r\n\x1a\n\x00\xff\xfe", "not a text in UTF-8"),
        (b"id: a\x00b", "control characters"),
        (b"x" * 50_000_000, "larger than 2 MB"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"id":' * 100_000, "nested too deeply"),
        (b'{"id": ', "not valid JSON"),
        (b"id: a: b", ":1: not valid YAML"),
        (b"just words", "keys with values"),
        (b"id: a\nid: b", ":2: the key 'id' stands twice"),
        (b"{}", "id: Field required (and 3 more faults)"),
    ],
    ids=lambda value: repr(value[:12]) if isinstance(value, bytes) else "",
)
def test_a_file_that_is_no_transcript_is_refused_in_one_line(
    cli: Cli, tmp_path: Path, content: bytes, complaint: str
) -> None:
    file = tmp_path / "file"
    file.write_bytes(content)
    assert complaint in refusal(cli("grade", str(file)))


def test_a_faulty_transcript_is_refused_with_the_line_of_the_first_fault(
    cli: Cli, transcript: Path
) -> None:
    faulty = TRANSCRIPT.replace("senior", "boss").replace("speaker: candidate", "speaker: crowd")
    transcript.write_text(faulty, encoding="utf-8")
    line = refusal(cli("grade", str(transcript)))
    assert ":3: level:" in line
    assert line.endswith("(and 1 more fault)")


@pytest.mark.parametrize("name", ["missing.yaml", "."])
def test_a_path_that_cannot_be_read_is_refused(cli: Cli, tmp_path: Path, name: str) -> None:
    assert "cannot be read" in refusal(cli("grade", str(tmp_path / name)))


def test_a_refusal_does_not_steer_the_terminal(cli: Cli) -> None:
    assert "\x1b" not in refusal(cli("grade", "\x1b[31mred.yaml"))


def test_json_from_windows_with_emoji_is_read(tmp_path: Path) -> None:
    turns = [{"speaker": "candidate", "text": "Fine 😀"}]
    data = {"id": "a", "scenario": "payment-fraud", "level": "mid", "turns": turns}
    file = tmp_path / "transcript.json"
    file.write_bytes(b"\xef\xbb\xbf" + json.dumps(data, indent="\t").encode())
    assert read_transcript(str(file)).text(1) == "Fine 😀"


def test_a_path_with_a_null_character_is_refused() -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        read_transcript("a\0b")


# chat.


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


# export.


def test_an_exported_session_can_be_graded(cli: Cli) -> None:
    session = session_of(hold(cli, ANSWER))
    exported = cli("export", session, "--format", "json")
    graded = cli("grade", "--json", "-", given=exported.stdout)
    assert json.loads(graded.stdout) == json.loads(exported.stdout)["scorecard"]


def test_export_is_markdown_by_default(cli: Cli) -> None:
    result = cli("export", session_of(hold(cli, ANSWER)))
    assert result.exit_code == 0
    assert result.stdout.startswith("# ")
    assert "The merchants are served" in result.stdout


def test_export_of_an_unknown_session_is_refused(cli: Cli) -> None:
    assert "unknown" in refusal(cli("export", "unknown"))


# serve.


def test_serve_on_a_port_in_use_is_refused(cli: Cli) -> None:
    with StubServer() as server:
        assert str(server.port) in refusal(cli("serve", "--port", str(server.port)))


# The table.


def test_the_table_tells_unscored_from_not_assessed_and_shortens_quotes() -> None:
    rubric = load_knowledge(PROJECT_ROOT / "knowledge").rubric
    signals = [signal.id for signal in rubric.competency(CompetencyId.DATA).signals]
    shown = Evidence(
        signal=signals[0], turn=2, quote="[red]long " * 30, provenance=Provenance.PROBED
    )
    scorecard = Scorecard(
        competencies={
            CompetencyId.FRAMING: CompetencyScore(score=None),
            CompetencyId.DATA: CompetencyScore(score=2, signals=[shown], missed=signals[1:]),
            CompetencyId.FEATURES: CompetencyScore(score=None, unscored_reason="no\x1banswer"),
        },
        overall=2.0,
        recommendation=None,
        grader=GraderUsed(kind="built-in", rubric=1),
    )
    out = io.StringIO()
    Console(file=out, width=300).print(score_table(rubric, scorecard))
    framing, data, features = (
        next(line for line in out.getvalue().splitlines() if title in line)
        for title in ("Problem framing", "Data and labels", "Features")
    )
    assert " - " in framing
    assert "[red]long" in data
    assert "…" in data
    assert len(data.split("“")[1].split("”")[0]) == QUOTE_WIDTH
    assert "and 4 more" in data
    assert "unscored" in features
    assert "\x1b" not in features
