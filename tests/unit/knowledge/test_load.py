"""Loading the content, and naming everything that is wrong with it."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from interviewer.domain.library import Knowledge
from interviewer.domain.rubric import CompetencyId
from interviewer.errors import KnowledgeError
from interviewer.knowledge.load import load_knowledge


def edit(path: Path, pattern: str, new: str) -> int:
    """Replace the first match of a pattern, and return the line on which it starts."""
    text = path.read_text(encoding="utf-8")
    match = re.search(pattern, text, re.MULTILINE)
    assert match, f"{path.name} has no {pattern}"
    path.write_text(text[: match.start()] + new + text[match.end() :], encoding="utf-8")
    return text.count("\n", 0, match.start()) + 1


def faults_of(tree: Path) -> list[str]:
    with pytest.raises(KnowledgeError) as caught:
        load_knowledge(tree)
    return caught.value.faults


def test_the_content_of_this_repository_is_valid(knowledge: Knowledge) -> None:
    assert len(knowledge.rubric.signals) == 88
    assert {"driving-perception", "payment-fraud", "video-recommendation"} <= set(
        knowledge.scenarios
    )
    assert {probe.competency for probe in knowledge.probes.values()} == set(CompetencyId)
    assert set(CompetencyId) <= set(knowledge.guide)
    assert all(page.body.lstrip().startswith("## ") for page in knowledge.guide.values())
    assert {worked.scenario for worked in knowledge.worked.values()} <= set(knowledge.scenarios)
    assert knowledge.terms
    assert knowledge.phrases.acknowledge


def test_loading_is_reproducible(tree: Path) -> None:
    assert load_knowledge(tree) == load_knowledge(tree)


def test_the_fingerprint_changes_with_any_content_file(knowledge: Knowledge, tree: Path) -> None:
    with (tree / "phrases.yaml").open("a", encoding="utf-8") as file:
        file.write("# one more remark\n")
    assert load_knowledge(tree).fingerprint != knowledge.fingerprint


def test_loading_imports_no_heavy_library() -> None:
    script = (
        "import sys, interviewer.knowledge.load;"
        "heavy = {'numpy', 'chromadb', 'onnxruntime', 'markdown_it'};"
        "print(heavy & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"


@pytest.mark.parametrize(
    ("name", "pattern", "new", "message"),
    [
        pytest.param(
            "probes/data.yaml",
            r"(?<=\n)    depth: 1\n",
            "    deepness: 1\n",
            "the key 'deepness' is unknown in probes[0]",
            id="unknown key",
        ),
        pytest.param(
            "probes/data.yaml",
            r"(?<=\n)    depth: 1\n",
            "    depth: deep\n",
            "probes[0].depth: input should be a valid integer, unable to parse string as an "
            "integer, not 'deep'",
            id="wrong value",
        ),
        pytest.param(
            "probes/data.yaml",
            r"(?<=\n)    depth: 1\n",
            "    depth: 1\n    depth: 1\n",
            "the key 'depth' stands twice",
            id="repeated key",
        ),
        pytest.param(
            "probes/data.yaml",
            r"\bdata\.sources",
            "data.springs",
            "the rubric has no signal data.springs",
            id="unknown signal",
        ),
        pytest.param(
            "probes/data.yaml",
            r"data-label-origin",
            "data-where-from",
            "the probe id data-where-from is already taken in knowledge/probes/data.yaml",
            id="repeated probe",
        ),
        pytest.param(
            "probes/data.yaml",
            r"^competency: data",
            "competency: numbers",
            "competency: input should be 'framing', 'data', ",
            id="no competency",
        ),
        pytest.param(
            "probes/data.yaml",
            r"^probes:",
            "probes: ]",
            "not valid YAML: while parsing",
            id="syntax",
        ),
        pytest.param(
            "scenarios/payment-fraud.yaml",
            r"^slug: payment-fraud",
            "slug: card-fraud",
            "slug is card-fraud, but the file is named payment-fraud",
            id="scenario under another name",
        ),
        pytest.param(
            "guide/data.md",
            r"^competency: data",
            "competency: serving",
            "competency is serving, but the file is named data",
            id="page under another name",
        ),
        pytest.param(
            "guide/data.md",
            r"^summary:",
            "abstract:",
            "the key 'abstract' is unknown",
            id="front matter",
        ),
        pytest.param(
            "worked/payment-fraud-weak.yaml",
            r"^quality: weak",
            "quality: poor",
            "quality: input should be 'weak', 'mixed' or 'strong', not 'poor'",
            id="no quality",
        ),
        pytest.param(
            "worked/payment-fraud-weak.yaml",
            r"^scenario: payment-fraud",
            "scenario: card-fraud",
            "there is no scenario card-fraud",
            id="worked interview without its case",
        ),
        pytest.param(
            "worked/payment-fraud-weak.yaml",
            r"(?<=signals: \[)framing\.non_ml",
            "framing.nothing",
            "the rubric has no signal framing.nothing",
            id="worked interview with an unknown signal",
        ),
        pytest.param(
            "worked/payment-fraud-weak.yaml",
            r"kind: open$",
            "kind: opening",
            "turns[0].move.kind: input should be 'open', ",
            id="worked interview with an unknown move",
        ),
        pytest.param(
            "guide/data.md",
            r"\A---\n",
            "",
            "front matter between two lines of --- must come first",
            id="no front matter",
        ),
    ],
)
def test_a_fault_is_named_with_its_line(
    tree: Path, name: str, pattern: str, new: str, message: str
) -> None:
    line = edit(tree / name, pattern, new)
    if "twice" in message:
        line += 1
    assert any(f.startswith(f"knowledge/{name}:{line}: {message}") for f in faults_of(tree))


def test_a_missing_key_is_named_with_the_line_of_what_lacks_it(tree: Path) -> None:
    first_probe = edit(tree / "probes/data.yaml", r"- id: data-where-from", "- id: data-where-from")
    edit(tree / "probes/data.yaml", r"(?<=\n)    depth: 1\n", "")
    assert faults_of(tree) == [
        f"knowledge/probes/data.yaml:{first_probe}: the key 'depth' is missing in probes[0]"
    ]


def test_every_fault_of_every_file_is_named_in_order(tree: Path) -> None:
    one = edit(tree / "phrases.yaml", r"^version: 1", "version: one")
    two = edit(tree / "probes/data.yaml", r"(?<=\n)    depth: 2\n", "    depth: 9\n")
    three = edit(tree / "probes/data.yaml", r"(?<=\n)    depth: 4\n", "    depth: 0\n")
    (tree / "probes/serving.yaml").unlink()
    (tree / "guide/serving.md").unlink()
    assert [fault.split(": ")[0] for fault in faults_of(tree)] == [
        "knowledge/guide/serving.md:1",
        "knowledge/phrases.yaml:" + str(one),
        f"knowledge/probes/data.yaml:{two}",
        f"knowledge/probes/data.yaml:{three}",
        "knowledge/probes/serving.yaml:1",
    ]


def test_the_error_counts_its_faults(tree: Path) -> None:
    (tree / "terms.yaml").unlink()
    with pytest.raises(KnowledgeError, match=r"^1 fault in .*\nknowledge/terms.yaml:1: .* missing"):
        load_knowledge(tree)


def test_a_probe_id_is_unique_across_the_bank_and_the_cases(
    tree: Path, knowledge: Knowledge
) -> None:
    probe = knowledge.scenarios["payment-fraud"].probes[0]
    line = edit(tree / "scenarios/payment-fraud.yaml", rf"\b{probe.id}\b", "data-where-from")
    assert faults_of(tree) == [
        f"knowledge/scenarios/payment-fraud.yaml:{line}: the probe id data-where-from is already "
        "taken in knowledge/probes/data.yaml"
    ]


def test_a_signal_of_a_curveball_must_be_known(tree: Path) -> None:
    path = tree / "scenarios/payment-fraud.yaml"
    before, _, after = path.read_text(encoding="utf-8").partition("curveballs:")
    signals = re.search(r"[a-z]+\.[a-z_]+(?=[\],\n])", after)
    assert signals
    after = after[: signals.start()] + "data.nothing" + after[signals.end() :]
    path.write_text(f"{before}curveballs:{after}", encoding="utf-8")
    line = path.read_text(encoding="utf-8").partition("data.nothing")[0].count("\n") + 1
    assert faults_of(tree) == [
        f"knowledge/scenarios/payment-fraud.yaml:{line}: the rubric has no signal data.nothing"
    ]


def test_text_that_is_not_utf_8_is_named_with_its_line(tree: Path) -> None:
    (tree / "terms.yaml").write_bytes(b"version: 1\nterms:\n  - {name: caf\xe9, family: data}\n")
    assert faults_of(tree) == ["knowledge/terms.yaml:3: the text is not UTF-8"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "1: the text is empty"),
        ("# nothing but a remark\n", "1: the text is empty"),
        ("- a list\n", "1: keys with values are expected here"),
        ("version: 1\nterms:\n  - name: a\x07b\n", "3: not valid YAML: "),
        ("version: 1\nterms: 2024-13-45\n", "1: not valid YAML: month must be in 1..12"),
        ("version: 1\nterms: &all\n  - *all\n", "2: terms[0]: keys with values are expected here"),
        ("version: 1\nterms: !!python/object:os.system []\n", "2: not valid YAML: could not "),
    ],
)
def test_an_odd_document_is_a_fault(tree: Path, text: str, fault: str) -> None:
    (tree / "terms.yaml").write_text(text, encoding="utf-8")
    (found,) = faults_of(tree)
    assert found.startswith(f"knowledge/terms.yaml:{fault}")


def test_a_byte_order_mark_and_windows_line_ends_are_fine(tree: Path) -> None:
    for name in ("guide/data.md", "probes/data.yaml"):
        text = (tree / name).read_text(encoding="utf-8").replace("\n", "\r\n")
        (tree / name).write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert load_knowledge(tree).guide["data"].competency == CompetencyId.DATA


def test_a_page_without_competency_is_welcome_and_one_without_text_is_not(tree: Path) -> None:
    front = "---\ntitle: The format\nsummary: How an hour goes.\nrests_on: []\n---\n"
    (tree / "guide/format.md").write_text(front + "## The hour\n", encoding="utf-8")
    assert load_knowledge(tree).guide["format"].competency is None
    (tree / "guide/format.md").write_text(front, encoding="utf-8")
    assert faults_of(tree) == [
        "knowledge/guide/format.md:5: there is no text after the front matter"
    ]


def test_a_worked_interview_is_named_after_its_case_and_quality(tree: Path) -> None:
    (tree / "worked/payment-fraud-weak.yaml").rename(tree / "worked/poor-answers.yaml")
    assert faults_of(tree) == [
        "knowledge/worked/poor-answers.yaml:1: slug is payment-fraud-weak, but the file is named "
        "poor-answers"
    ]


def test_a_comment_on_a_turn_that_nobody_said_is_a_fault(tree: Path) -> None:
    edit(tree / "worked/payment-fraud-weak.yaml", r"(?<=  - turn: )2$", "200")
    assert faults_of(tree) == [
        "knowledge/worked/payment-fraud-weak.yaml:1: there is a comment on turn 200, which does "
        "not exist"
    ]


def test_worked_interviews_are_optional(tree: Path) -> None:
    shutil.rmtree(tree / "worked")
    assert load_knowledge(tree).worked == {}


def test_without_a_case_there_is_no_interview(tree: Path) -> None:
    for path in (tree / "scenarios").iterdir():
        path.unlink()
    assert faults_of(tree) == ["knowledge/scenarios:1: there is no scenario"]


def test_a_file_that_would_go_unread_is_a_fault(tree: Path) -> None:
    shutil.copy(tree / "scenarios/payment-fraud.yaml", tree / "scenarios/another.yml")
    (tree / "scenarios/README.md").write_text("About the cases.")
    assert faults_of(tree) == ["knowledge/scenarios/another.yml:1: the name must end in .yaml"]


def test_a_probe_file_of_no_competency_is_a_fault(tree: Path) -> None:
    text = (tree / "probes/data.yaml").read_text(encoding="utf-8")
    (tree / "probes/extra.yaml").write_text(text, encoding="utf-8")
    assert "knowledge/probes/extra.yaml:1: competency is data, but the file is named extra" in (
        faults_of(tree)
    )


def test_a_folder_without_content_lacks_every_file(tmp_path: Path) -> None:
    faults = faults_of(tmp_path / "nowhere")
    assert "nowhere/rubric.yaml:1: the file is missing" in faults
    assert len(faults) == 3 + 2 * len(CompetencyId) + 1


def test_a_folder_in_the_place_of_a_file_is_a_fault(tree: Path) -> None:
    (tree / "terms.yaml").unlink()
    (tree / "terms.yaml").mkdir()
    assert faults_of(tree) == ["knowledge/terms.yaml:1: the file cannot be read: Is a directory"]
