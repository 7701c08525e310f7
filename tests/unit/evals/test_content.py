"""Every check of the content finds the fault that it is there for, and no other check does."""

import re
import shutil
from pathlib import Path

import pytest

from evals.content import faults_of
from tests.support.counting_embedder import CountingEmbedder

ROOT = Path(__file__).parents[3]
CASE = "knowledge/scenarios/payment-fraud.yaml"
PHRASES = "knowledge/phrases.yaml"


@pytest.fixture(scope="module")
def embedder() -> CountingEmbedder:
    """One embedder, so that what no test changes is embedded once."""
    return CountingEmbedder()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the content with one case, beside links to the rest of the project."""
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    shutil.copytree(ROOT / "knowledge", tmp_path / "knowledge")
    shutil.rmtree(tmp_path / "knowledge" / "worked")  # they are about cases that go
    shutil.rmtree(tmp_path / "knowledge" / "asked")  # tests add sections that nobody asks for
    for case in (tmp_path / "knowledge" / "scenarios").iterdir():
        if case.name != Path(CASE).name:
            case.unlink()
    for entry in ROOT.iterdir():
        if not (tmp_path / entry.name).exists():
            (tmp_path / entry.name).symlink_to(entry)
    return tmp_path


def line_of(project: Path, name: str, text: str) -> int:
    """The line on which a text begins that stands once in a file."""
    whole = (project / name).read_text(encoding="utf-8")
    assert whole.count(text) == 1, f"{text!r} stands {whole.count(text)} times in {name}"
    return whole.count("\n", 0, whole.index(text)) + 1


def plant(project: Path, name: str, old: str, new: str) -> int:
    """Replace a text that stands once in a file, and return its line."""
    line = line_of(project, name, old)
    path = project / name
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    return line


def add_section(project: Path, page: str, text: str) -> int:
    """Append a section to a page of the guide, and return the line of its last line."""
    path = project / "knowledge" / "guide" / f"{page}.md"
    whole = f"{path.read_text(encoding='utf-8').rstrip()}\n\n## Planted\n\n{text}\n"
    path.write_text(whole, encoding="utf-8")
    return whole.count("\n")


def test_the_content_is_sound(project: Path, embedder: CountingEmbedder) -> None:
    assert faults_of(project, embedder) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        pytest.param(
            "knowledge/probes/data.yaml",
            "- data.sources",
            "- data.springs",
            "the rubric has no signal data.springs",
            id="a probe with an unknown signal",
        ),
        pytest.param(
            CASE,
            "prompt: >-",
            "prompt: >-\n  XGBoost!",
            "names gradient boosting, which is for the candidate to name",
            id="a prompt with a technique",
        ),
        pytest.param(
            CASE,
            "value: About one payment in",
            "value: About one payment, after SMOTE, in",
            "names SMOTE, which is for the candidate to name",
            id="a fact with a technique",
        ),
        pytest.param(
            CASE,
            "question: What has to change, and what can stay?",
            "question: What has to change beside the expected loss?",
            "names expected loss, which is for the candidate to name",
            id="a curveball with a word of the solution",
        ),
        pytest.param(
            CASE,
            "consequence: >-\n      Take a stolen card",
            "consequence: >-\n      Without Kafka, take a stolen card",
            "names Apache Kafka, which is for the candidate to name",
            id="a consequence with a technique",
        ),
        pytest.param(
            CASE,
            "text: How do you decide how suspicious is",
            "text: With which random forests do you decide how suspicious is",
            "names random forests, which is for the candidate to name",
            id="a probe with a technique",
        ),
        pytest.param(
            "knowledge/probes/data.yaml",
            "choice: Would you let people judge examples for you",
            "choice: Would you use active learning",
            "names active learning, which is for the candidate to name",
            id="a hint with a technique",
        ),
        pytest.param(
            PHRASES,
            "- Understood.",
            "- Understood, as velocity features go.",
            "names velocity features, which is for the candidate to name",
            id="a phrase with a word of a case's solution",
        ),
        pytest.param(
            PHRASES,
            "- Noted.",
            "- Well done.",
            "the guard would refuse this: praised: Well done",
            id="a phrase that praises",
        ),
        pytest.param(
            CASE,
            "question: How does that affect your design?",
            "question: How does that affect your design? Nice.",
            "the guard would refuse this: praised: Nice",
            id="praise after the question",
        ),
        pytest.param(
            PHRASES,
            "- How would that fail?",
            "- How would that fail? And when?",
            "asks more than one question",
            id="a phrase that asks twice",
        ),
        pytest.param(
            CASE,
            "id: stripe-radar-2023\n",
            "id: nobody-1999\n    citation: Nobody, 1999.\n  - id: stripe-radar-2023\n",
            "no fact rests on the source nobody-1999 and nothing cites it",
            id="an unused source",
        ),
    ],
)
def test_a_fault_is_named_with_its_line(
    project: Path, embedder: CountingEmbedder, name: str, old: str, new: str, message: str
) -> None:
    line = plant(project, name, old, new)
    assert faults_of(project, embedder) == [f"{name}:{line}: {message}"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param(
            "    source: stripe-radar-2023",
            "    source: nobody-1999",
            "fact latency names no source",
            id="a fact without a source",
        ),
        pytest.param(
            "  staff:\n", "  mid:\n", "no expectations for staff", id="a level without a bar"
        ),
    ],
)
def test_a_case_that_does_not_load_is_named(
    project: Path, embedder: CountingEmbedder, old: str, new: str, message: str
) -> None:
    text = (project / CASE).read_text(encoding="utf-8")
    (project / CASE).write_text(text.replace(old, new, 1), encoding="utf-8")
    faults = faults_of(project, embedder)
    assert all(fault.startswith(f"{CASE}:") for fault in faults)
    assert message in "\n".join(faults)


def test_a_reveal_may_name_a_technique(project: Path, embedder: CountingEmbedder) -> None:
    plant(
        project, CASE, "reveal: Low risk passes", "reveal: With XGBoost, well done, low risk passes"
    )
    assert faults_of(project, embedder) == []


def test_a_signal_that_no_probe_gives_room_for(project: Path, embedder: CountingEmbedder) -> None:
    plant(project, "knowledge/probes/data.yaml", "- data.cold_start", "- data.labels")
    line = line_of(project, "knowledge/rubric.yaml", "id: data.cold_start")
    assert faults_of(project, embedder) == [
        f"knowledge/rubric.yaml:{line}: no probe gives room for data.cold_start"
    ]


def test_a_bank_with_too_few_probes_and_depths(project: Path, embedder: CountingEmbedder) -> None:
    path = project / "knowledge" / "probes" / "scaling.yaml"
    text = path.read_text(encoding="utf-8")
    text = text[: text.rindex("  - id: ")].replace("depth: 4", "depth: 3")
    path.write_text(text, encoding="utf-8")
    line = text.count("\n", 0, text.index("probes:")) + 2
    assert faults_of(project, embedder) == [
        f"knowledge/probes/scaling.yaml:{line}: 9 probes; 10 are wanted",
        f"knowledge/probes/scaling.yaml:{line}: 3 depths; 4 are wanted",
    ]


def test_two_probes_that_ask_the_same(project: Path, embedder: CountingEmbedder) -> None:
    bank = "knowledge/probes/serving.yaml"
    twin = line_of(project, bank, "text: After a release, what exactly would make you take")
    line = plant(
        project,
        CASE,
        "text: How do you decide how suspicious is too suspicious for a payment to go through?",
        "text: Once released, what would make you take the new model out, and who decides that?",
    )
    [fault] = faults_of(project, embedder)
    assert re.sub(r"0\.\d\d", "0.8", fault) == (
        f"{CASE}:{line}: asks what serving-turning-back asks, {bank}:{twin} (cosine 0.8)"
    )


def test_two_facts_that_are_asked_for_alike(project: Path, embedder: CountingEmbedder) -> None:
    known, planted = "is there a cap on false positives", "Is there a cap on the false positives?"
    line = plant(project, CASE, "- what's the timeline", f"- {planted}")
    other = line_of(project, CASE, known)
    assert [re.sub(r"0\.9\d", "0.9", fault) for fault in faults_of(project, embedder)] == [
        f"{CASE}:{other}: {known!r} would fetch the fact team, which is asked for as {planted!r} "
        "(cosine 0.9)",
        f"{CASE}:{line}: {planted!r} would fetch the fact false-block-limit, which is asked for as "
        f"{known!r} (cosine 0.9)",
    ]


def test_a_source_that_only_a_hint_cites_is_used(project: Path, embedder: CountingEmbedder) -> None:
    source = 'id: chapelle-2014\n    citation: Chapelle, "Delayed Feedback", KDD 2014.\n'
    plant(project, CASE, "id: stripe-radar-2023\n", f"{source}  - id: stripe-radar-2023\n")
    assert len(faults_of(project, embedder)) == 1
    plant(
        project, CASE, "reveal: Low risk passes", "reveal: As in Chapelle (2014), low risk passes"
    )
    assert faults_of(project, embedder) == []


def test_a_fact_that_contradicts_the_prompt(project: Path, embedder: CountingEmbedder) -> None:
    plant(
        project, CASE, "card payments for small online shops", "payments for 200,000 online shops"
    )
    line = line_of(project, CASE, "value: >-\n      About 300,000 small")
    assert faults_of(project, embedder) == [
        f"{CASE}:{line}: says '300,000 small online shops', but the prompt says "
        "'200,000 online shops'"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Most teams lose 20% of their traffic.",
        'Say: "We lose two million dollars."',
        "A small model answers in 5 ms.\n\nThe large one was published (Nobody, 2019).",
    ],
)
def test_a_figure_in_the_guide_needs_a_source(
    project: Path, embedder: CountingEmbedder, text: str
) -> None:
    line = add_section(project, "data", text.partition("\n")[0])
    add_section(project, "data", text)
    figure = re.search(r"20%|two million|5 ms", text)
    assert figure
    assert faults_of(project, embedder)[0] == (
        f"knowledge/guide/data.md:{line}: the figure {figure.group()!r} has no source and is no "
        "assumption"
    )


@pytest.mark.parametrize(
    ("page", "text"),
    [
        pytest.param("data", "It loses 20% of its traffic (Nobody, 2019).", id="cited"),
        pytest.param("data", "Assume that 20% is lost.\n\nThen 80% remains.", id="assumed"),
        pytest.param("data", "Assumed figures.\n\n### Below\n\nIt is 20%.", id="assumed above"),
        pytest.param("data", "### Two exercises\n\nSimulate 20% of loss.", id="prescribed"),
        pytest.param("time", 'Say: "We lose 20% of that."', id="spoken, and the page says so"),
        pytest.param("data", "Speak for two minutes, in 2 parts, as in 2019.", id="no claim"),
    ],
)
def test_a_figure_that_rests_on_something_passes(
    project: Path, embedder: CountingEmbedder, page: str, text: str
) -> None:
    add_section(project, page, text)
    assert faults_of(project, embedder) == []


def test_a_thin_page(project: Path, embedder: CountingEmbedder) -> None:
    front = "title: Thin\nsummary: Short.\nrests_on: []"
    page = project / "knowledge" / "guide" / "thin.md"
    page.write_text(f"---\n{front}\n---\n\n## Thin\n\nToo little.\n", encoding="utf-8")
    assert faults_of(project, embedder) == [
        "knowledge/guide/thin.md:1: 4 words; 900 are wanted",
        "knowledge/guide/thin.md:1: rests_on names nothing",
    ]


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("nowhere.md", "leads to no file"),
        ("data.md#nothing", "leads to no heading"),
        ("#nothing", "leads to no heading"),
    ],
)
def test_a_dead_link_in_the_guide(
    project: Path, embedder: CountingEmbedder, address: str, message: str
) -> None:
    line = add_section(project, "time", f"See [there]({address}).")
    assert faults_of(project, embedder) == [
        f"knowledge/guide/time.md:{line}: the link {address} {message}"
    ]


def test_links_in_the_documents(project: Path, embedder: CountingEmbedder) -> None:
    (project / "README.md").unlink(missing_ok=True)
    (project / "README.md").write_text(
        "# Read me: first\n\n"
        "[self](#read-me-first), [guide](knowledge/guide/data.md#name-the-data-sources), "
        "[folder](docs/), [web](https://example.org/#x), [code](src/interviewer/errors.py#L1)\n\n"
        "![picture](docs/no%20picture.png)\n",
        encoding="utf-8",
    )
    assert faults_of(project, embedder) == [
        "README.md:5: the link docs/no%20picture.png leads to no file"
    ]


def test_questions_lead_to_the_sections_of_their_page(
    project: Path, embedder: CountingEmbedder
) -> None:
    asked = project / "knowledge" / "asked"
    asked.mkdir()
    held = (ROOT / "knowledge" / "asked" / "time.yaml").read_text(encoding="utf-8")
    anchor = "set-marks-at-the-start"
    (asked / "time.yaml").write_text(held.replace(f"{anchor}:", "set-marks-at-the-end:"))
    (asked / "cooking.yaml").write_text("soup:\n- how long does it boil\n")
    assert faults_of(project, embedder) == [
        "knowledge/asked/cooking.yaml:1: there is no such page in the guide",
        f"knowledge/asked/time.yaml:1: nobody asks for the section {anchor}",
        "knowledge/asked/time.yaml:1: the page has no section set-marks-at-the-end",
    ]
