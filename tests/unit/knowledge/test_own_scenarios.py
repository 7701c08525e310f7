"""A user's own scenarios beside those of the program."""

import re
from pathlib import Path

import pytest

from interviewer.domain.library import Knowledge
from interviewer.knowledge.load import MAX_OWN, with_own_scenarios

CASE = (Path(__file__).parents[3] / "knowledge/scenarios/payment-fraud.yaml").read_text("utf-8")


def own_case(slug: str) -> str:
    """A scenario under a name of its own, with probes of its own."""
    text = re.sub(r"(?m)^slug: .*$", f"slug: {slug}", CASE)
    text, probes = text.split("\nprobes:\n")
    probes, rest = re.split(r"(?m)^(?=\S)(?!-)", probes, maxsplit=1)
    probes = re.sub(r"(?m)^( *- id: )", rf"\1{slug}-", probes)
    return f"{text}\nprobes:\n{probes}{rest}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "scenarios"
    folder.mkdir()
    return folder


def test_an_own_scenario_is_one_more_and_known_as_own(knowledge: Knowledge, folder: Path) -> None:
    (folder / "my-case.yaml").write_text(own_case("my-case"), "utf-8")
    more = with_own_scenarios(knowledge, folder.parent)
    assert more.left_out == ()
    assert more.own == {"my-case"}
    assert more.scenarios.keys() == {*knowledge.scenarios, "my-case"}
    assert more.fingerprint == knowledge.fingerprint


def test_without_a_folder_nothing_changes(knowledge: Knowledge, tmp_path: Path) -> None:
    assert with_own_scenarios(knowledge, tmp_path) == knowledge


def test_a_faulty_one_is_left_out_with_its_lines_and_the_others_go_in(
    knowledge: Knowledge, folder: Path
) -> None:
    (folder / "good.yaml").write_text(own_case("good"), "utf-8")
    broken = own_case("broken").replace("\ntitle:", "\nheading:")
    (folder / "broken.yaml").write_text(broken, "utf-8")
    (folder / "torn.yaml").write_text("- a\n}", "utf-8")
    (folder / "old.yaml").write_bytes("slug: café".encode("latin-1"))
    (folder / "other.yml").write_text(own_case("other"), "utf-8")
    (folder / "empty.yaml").touch()
    more = with_own_scenarios(knowledge, folder.parent)
    assert more.own == {"good"}
    faults = dict(line.split(": ", 1) for line in more.left_out)
    line = broken[: broken.index("\nheading:")].count("\n") + 2
    assert f"{folder}/broken.yaml:{line}" in faults
    assert "not valid YAML" in faults[f"{folder}/torn.yaml:2"]
    assert "not UTF-8" in faults[f"{folder}/old.yaml:1"]
    assert "must end in .yaml" in faults[f"{folder}/other.yml:1"]
    assert "empty" in faults[f"{folder}/empty.yaml:1"]


def test_what_is_taken_already_is_said(knowledge: Knowledge, folder: Path) -> None:
    (folder / "payment-fraud.yaml").write_text(CASE, "utf-8")
    (folder / "one.yaml").write_text(own_case("one"), "utf-8")
    again = own_case("one").replace("slug: one", "slug: two", 1)
    (folder / "two.yaml").write_text(again, "utf-8")
    more = with_own_scenarios(knowledge, folder.parent)
    assert more.own == {"one"}
    assert more.scenarios["payment-fraud"] == knowledge.scenarios["payment-fraud"]
    assert any("there is already a scenario payment-fraud" in line for line in more.left_out)
    assert any("already taken in" in line and "/two.yaml:" in line for line in more.left_out)


def test_a_signal_that_the_rubric_lacks_is_said(knowledge: Knowledge, folder: Path) -> None:
    text, probes = own_case("mine").split("\nprobes:\n")
    probes = re.sub(r"\b[a-z]+\.[a-z_]+\b", "data.nothing", probes, count=1)
    (folder / "mine.yaml").write_text(f"{text}\nprobes:\n{probes}", "utf-8")
    (line,) = with_own_scenarios(knowledge, folder.parent).left_out
    assert "the rubric has no signal data.nothing" in line


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        pytest.param("[" * 300_000, "nested too deeply", id="deep"),
        pytest.param("a: 1\n" * (MAX_OWN // 4), "more than 1,000,000 bytes", id="large"),
        pytest.param(
            "title: &a [x,x,x,x,x,x,x,x,x]\n"
            + "".join(
                f"{key}: &{anchor} [{','.join([f'*{before}'] * 9)}]\n"
                for key, before, anchor in zip(
                    ["slug", "tags", "summary", "prompt", "facts", "industry", "probes", "traps"],
                    "abcdefgh",
                    "bcdefghi",
                    strict=True,
                )
            ),
            "input should be a valid string",
            id="aliases that unfold to gigabytes",
        ),
    ],
)
def test_a_file_that_would_crash_or_stall_the_program_is_one_of_the_faulty(
    knowledge: Knowledge, folder: Path, text: str, fault: str
) -> None:
    (folder / "bad.yaml").write_text(text, "utf-8")
    more = with_own_scenarios(knowledge, folder.parent)
    assert more.scenarios == knowledge.scenarios
    assert any(fault in line for line in more.left_out)
