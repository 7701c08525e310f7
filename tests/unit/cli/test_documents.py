"""The commands for the user's own documents, scenarios and for searching."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from interviewer.knowledge.index import Index
from tests.support.command_line import Cli, refusal

GUIDE = """\
# My &lt;guide&gt;

## Data

Labels that arrive late look negative at first.

- How would you collect labels when feedback arrives weeks later?
"""


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory, index: Index, index_home: Path) -> Path:
    """A data folder of these tests' own; its index is the one that other tests have built."""
    home = tmp_path_factory.mktemp("documents")
    shutil.copytree(index_home, home / "index")
    return home


@pytest.fixture
def guide(tmp_path: Path) -> Path:
    path = tmp_path / "guide.md"
    path.write_text(GUIDE, encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def empty(home: Path) -> Iterator[None]:
    yield
    shutil.rmtree(home / "documents", ignore_errors=True)
    shutil.rmtree(home / "scenarios", ignore_errors=True)


def test_a_document_is_added_listed_found_and_removed(cli: Cli, guide: Path, home: Path) -> None:
    added = cli("add", str(guide))
    assert added.exit_code == 0
    assert added.stderr == ""
    id_ = added.stdout.split()[1]
    assert added.stdout == f"Added {id_}  My <guide> (1 passage, 1 question)\n"

    (line,) = cli("documents").stdout.splitlines()
    assert line.startswith(f"{id_}  My <guide> (guide.md, added ")

    found = cli("search", "late labels", "--kind", "document").stdout.splitlines()
    assert found[0][4:] == "  document  yours: My <guide>: Data"
    assert found[1].strip().startswith("Labels that arrive late")

    assert cli("add", str(guide)).stdout == f"Already there: {id_}  My <guide>\n"
    assert cli("remove", id_).stdout == f"Removed {id_}  My <guide>\n"
    assert cli("documents").stdout.startswith("There are no documents of yours.")
    assert cli("search", "late labels", "--kind", "document").stdout == "Nothing was found.\n"


def test_what_cannot_be_used_is_a_line_each_and_the_rest_goes_in(
    cli: Cli, guide: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty.txt").touch()
    (tmp_path / "binary.md").write_bytes(bytes(range(256)))
    result = cli("add", str(tmp_path), str(tmp_path / "nowhere"))
    assert result.exit_code == 0
    assert "My <guide>" in result.stdout
    assert result.stderr.splitlines() == [
        "Left out: binary.md is no text: save it as PDF, HTML, Markdown or plain text.",
        "Left out: empty.txt is empty.",
        f"Left out: {tmp_path / 'nowhere'} does not exist.",
    ]


def test_with_nothing_added_the_exit_code_is_2(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    assert refusal(cli("add", str(tmp_path / "empty.txt"))) == "Left out: empty.txt is empty."


def test_removing_what_is_not_there_is_one_line(cli: Cli) -> None:
    assert "There is no document 'nope'" in refusal(cli("remove", "nope"))


def test_search_prints_score_kind_and_source_of_everything(cli: Cli) -> None:
    lines = cli("search", "how late do chargebacks arrive", "-n", "20").stdout.splitlines()
    assert len(lines) == 40
    scores = [float(line.split()[0]) for line in lines[::2]]
    assert scores == sorted(scores, reverse=True)
    kinds = {line.split()[1] for line in lines[::2]}
    assert "fact" in kinds
    assert len(kinds) > 1
    assert any("[payment-fraud]" in line for line in lines[::2])


def test_search_keeps_to_a_kind_and_a_number(cli: Cli) -> None:
    lines = cli("search", "drift", "--kind", "guide", "-n", "3").stdout.splitlines()
    assert [line.split()[1] for line in lines[::2]] == ["guide"] * 3
    assert "Monitoring" in "".join(lines[::2])


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("search", " "), "nothing to search for"),
        (("search", "drift", "--kind", "page"), "no kind 'page'. Choose of: guide, "),
    ],
)
def test_a_search_that_cannot_be_made_is_one_line(
    cli: Cli, args: tuple[str, ...], message: str
) -> None:
    assert message in refusal(cli(*args))


def test_a_faulty_scenario_of_the_users_own_keeps_nothing_from_starting(
    cli: Cli, home: Path
) -> None:
    (home / "scenarios").mkdir()
    (home / "scenarios" / "mine.yaml").write_text("slug: mine\n", encoding="utf-8")
    result = cli("search", "drift", "-n", "1")
    assert result.exit_code == 0
    assert result.stdout
    lines = result.stderr.splitlines()
    assert all(line.startswith(f"Left out: {home}/scenarios/mine.yaml:1: ") for line in lines)
    assert any("the key 'title' is missing" in line for line in lines)
