"""What the records of the content files refuse."""

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from interviewer.domain.phrases import Phrasebook
from interviewer.domain.probe import MAX_QUESTION_WORDS, Hints, Probe, ProbeFile
from interviewer.domain.rubric import (
    Bar,
    CompetencyId,
    Level,
    Provenance,
    Rubric,
    competency_of,
)
from interviewer.domain.scenario import Scenario
from tests.support.cases import (
    hints_data,
    phrasebook_data,
    probe_data,
    rubric_data,
    scenario_data,
    small_phrasebook,
    small_rubric,
    small_scenario,
)

TWO_QUESTIONS = "Which one? And why?"
LONG = "word " * (MAX_QUESTION_WORDS + 1)
Edit = Callable[[dict[str, Any]], object]


def refuses(model: type[BaseModel], data: dict[str, Any], edit: Edit, message: str) -> None:
    """The data are accepted as they are, and refused with the message once they are edited."""
    model.model_validate(data)
    edit(data)
    with pytest.raises(ValidationError, match=message):
        model.model_validate(data)


def put(*path: str | int, value: object) -> Edit:
    """An edit that sets the value at a path."""

    def edit(data: Any) -> None:
        for step in path[:-1]:
            data = data[step]
        data[path[-1]] = value

    return edit


def test_records_refuse_unknown_keys_and_changes() -> None:
    refuses(Probe, probe_data("data-1"), put("extra", value=1), "Extra inputs are not permitted")
    with pytest.raises(ValidationError, match="frozen"):
        small_scenario().title = "Another"  # type: ignore[misc]


# Probes.


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (put("text", value=TWO_QUESTIONS), "more than one question"),
        (put("text", value=LONG), "more than 40 words"),
        (put("text", value=" "), "at least 1 character"),
        (put("hints", "restate", value=TWO_QUESTIONS), "more than one question"),
        (put("hints", "restate", value=LONG), "more than 40 words"),
        (put("hints", "attention", value=TWO_QUESTIONS), "more than one question in hint 1"),
        (put("hints", "constraint", value=LONG), "more than 40 words in hint 2"),
        (put("hints", "choice", value=TWO_QUESTIONS), "more than one question in hint 3"),
        (put("hints", "reveal", value=LONG), "more than 40 words in hint 4"),
        (put("depth", value=0), "greater than or equal to 1"),
        (put("depth", value=5), "less than or equal to 4"),
        (put("signals", value=[]), "at least 1 item"),
        (put("signals", value=["Data.a"]), "should match pattern"),
        (put("id", value="Data 1"), "should match pattern"),
    ],
)
def test_a_probe_is_one_short_question(edit: Edit, message: str) -> None:
    refuses(Probe, probe_data("data-1"), edit, message)


def test_a_probe_of_forty_words_is_short_enough() -> None:
    data = probe_data("data-1") | {"text": "word " * MAX_QUESTION_WORDS}

    assert Probe.model_validate(data).text.split() == ["word"] * MAX_QUESTION_WORDS


def test_a_probe_is_about_the_competency_of_its_first_signal() -> None:
    probe = Probe.model_validate(probe_data("data-1", 1, ("serving.a", "data.a")))

    assert probe.competency is CompetencyId.SERVING


def test_hints_climb_from_the_plainer_question_to_an_answer() -> None:
    hints = Hints.model_validate(hints_data("it"))

    assert [hints.at(level) for level in range(5)] == list(hints_data("it").values())


def test_a_file_of_probes_is_about_one_competency() -> None:
    data = {"competency": "data", "probes": [probe_data(f"data-{n}") for n in range(6)]}

    stray = probe_data("stray", 1, ("serving.a",))
    refuses(ProbeFile, data, put("probes", 3, value=stray), "stray starts with a signal of serving")


# Scenarios.


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (put("prompt", value="We build it."), "the prompt has 3 words"),
        (put("prompt", value="word " * 121), "the prompt has 121 words"),
        (
            put("prompt", value="Why? How? " + "word " * 60),
            "the prompt asks more than one question",
        ),
        (put("facts", 0, "value", value="Is it?"), "a fact states; it does not ask"),
        (put("facts", 0, "source", value="unknown"), "fact fact-1 names no source"),
        (put("facts", 0, "key", value="fact-2"), "fact fact-2 stands twice"),
        (put("probes", 0, "id", value="case-1"), "probe case-1 stands twice"),
        (put("curveballs", 0, "id", value="new-law"), "curveball new-law stands twice"),
        (
            put("critical_errors", 0, "id", value="cloud-loop"),
            "critical error cloud-loop stands twice",
        ),
        (put("critical_errors", 0, "consequence", value="So."), "the consequence is one question"),
        (put("critical_errors", 0, "consequence", value=TWO_QUESTIONS), "is one question"),
        (put("curveballs", 0, "change", value="What now?"), "the change states"),
        (put("curveballs", 0, "question", value="Go on."), "the question asks once"),
        (put("curveballs", 0, "question", value=TWO_QUESTIONS), "the question asks once"),
        (put("curveballs", 0, "change", value="word " * 40), "together exceed 40 words"),
        (put("expectations", value={"mid": ["a"], "senior": ["b"]}), "no expectations for staff"),
        (put("expectations", "staff", value=[]), "no expectations for staff"),
    ],
)
def test_a_scenario_is_consistent(edit: Edit, message: str) -> None:
    refuses(Scenario, scenario_data(), edit, message)


def test_all_faults_of_a_scenario_are_named_at_once() -> None:
    data = scenario_data()
    put("prompt", value="We build it.")(data)
    put("facts", 0, "source", value="unknown")(data)

    with pytest.raises(ValidationError, match=r"3 words.*; fact fact-1 names no source"):
        Scenario.model_validate(data)


def test_a_fact_may_come_from_a_source_of_the_scenario() -> None:
    data = scenario_data() | {"sources": [{"id": "paper-2020", "citation": "A paper, 2020."}]}
    put("facts", 0, "source", value="paper-2020")(data)

    assert Scenario.model_validate(data).facts_by_key["fact-1"].source == "paper-2020"


# The rubric.


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda d: d["credit"].pop(Provenance.HINTED), "missing: hinted"),
        (lambda d: d["bars"].pop(Level.STAFF), "missing: staff"),
        (lambda d: d["competencies"].pop(), "missing: responsibility"),
        (lambda d: d["competencies"].append(d["competencies"][0]), "a competency is defined twice"),
        (
            put("competencies", 1, "signals", 0, "id", value="data.b"),
            "a signal id is defined twice",
        ),
        (
            put("competencies", 1, "signals", 0, "id", value="serving.z"),
            "does not belong to .* data",
        ),
    ],
)
def test_a_rubric_is_complete(edit: Edit, message: str) -> None:
    refuses(Rubric, rubric_data(), edit, message)


@pytest.mark.parametrize("field", ["lean_yes", "strong"])
def test_a_bar_rises(field: str) -> None:
    bar = {"lean_no": 1, "lean_yes": 2, "strong": 3, "volunteered_share": 0.5}

    refuses(Bar, bar, put(field, value={"lean_yes": 1, "strong": 2}[field]), "a bar must rise")


def test_the_rubric_finds_competencies_and_signals() -> None:
    rubric = small_rubric()

    assert len(rubric.signals) == 88
    assert rubric.signals["data.c"].item == "shows data.c"
    assert rubric.competency(CompetencyId.SERVING).title == "Serving"
    assert competency_of("scaling.tail") is CompetencyId.SCALING


# The phrasebook.


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (put("wait", 0, value="Take {term}."), "wait: wrong placeholders in 'Take {term}.'"),
        (put("wait", 0, value="Take {}."), "wait: wrong placeholders in 'Take {}.'"),
        (put("about", 1, value="Go on."), "about: wrong placeholders in 'Go on.'"),
        (put("transition_on_time", 0, value="{stage}."), "transition_on_time: wrong placeholders"),
        (put("rungs", 2, "plain", 0, value="Why {term}?"), "plain: wrong placeholders"),
        (put("rungs", 3, "with_term", 0, value="Why?"), "with_term: wrong placeholders"),
        (lambda d: d["rungs"].pop(), "at least 4 items"),
        (lambda d: d["wait"].pop(), "at least 3 items"),
    ],
)
def test_the_lines_of_a_phrasebook_can_be_said(edit: Edit, message: str) -> None:
    refuses(Phrasebook, phrasebook_data(), edit, message)


def test_a_phrasebook_has_four_rungs() -> None:
    assert [rung.plain[0] for rung in small_phrasebook().rungs] == [
        "rung 1 1.",
        "rung 2 1.",
        "rung 3 1.",
        "rung 4 1.",
    ]
