"""The commands, as a user types them: real knowledge, a real index, a real data folder."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from interviewer.cli.transcript_file import read_transcript
from interviewer.domain.rubric import CompetencyId
from interviewer.domain.scorecard import Scorecard
from interviewer.domain.transcript import Transcript
from interviewer.located import read_yaml
from interviewer.models.detect import USUAL_PORTS
from interviewer.settings import PROJECT_ROOT
from tests.support.command_line import ANSWER, TRANSCRIPT, Cli, hold, refusal, session_of
from tests.support.stub_server import StubServer


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


def test_the_app_refuses_a_variable_in_the_same_way() -> None:
    command = [sys.executable, PROJECT_ROOT / "app.py"]
    environment = os.environ | {"PORT": "many"}
    run = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert run.returncode == 2
    assert run.stdout == ""
    assert run.stderr.startswith("Error: The variable PORT cannot be used")
    assert run.stderr.count("\n") == 1


def test_a_wrong_option_is_exit_code_2(cli: Cli) -> None:
    result = cli("chat", "--level", "boss")
    assert result.exit_code == 2
    assert "--level" in result.stderr


def test_a_variable_that_cannot_be_used_is_named(cli: Cli) -> None:
    assert "PORT" in refusal(cli("models", PORT="many"))


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


def test_serve_on_a_port_in_use_is_refused(cli: Cli) -> None:
    with StubServer() as server:
        assert str(server.port) in refusal(cli("serve", "--port", str(server.port)))


def test_a_session_with_labels_is_a_transcript_whose_truth_is_checked(
    cli: Cli, tmp_path: Path
) -> None:
    session = session_of(hold(cli, ANSWER))
    exported = cli("export", session, "--labels")
    transcript = read_yaml(exported.stdout, "exported", Transcript).value
    assert transcript.truth is not None
    for shown in transcript.truth.shown:
        assert shown.quote in transcript.text(shown.turn)
    (tmp_path / "gold.yaml").write_text(exported.stdout, encoding="utf-8")
    graded = json.loads(cli("grade", "--json", str(tmp_path / "gold.yaml")).stdout)
    assert transcript.truth.scores == {
        CompetencyId(c): score["score"] for c, score in graded["competencies"].items()
    }
