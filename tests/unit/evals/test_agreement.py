"""The figures of a grader, from scorecards whose differences are known."""

import pytest

from evals import gold
from evals.agreement import Reading, measure
from evals.grader import result
from evals.grader_page import disagreements, page
from interviewer.domain.evidence import Evidence
from interviewer.domain.library import Knowledge
from interviewer.domain.rubric import CompetencyId as C
from interviewer.domain.rubric import Level, Provenance
from interviewer.domain.scorecard import CompetencyScore, GraderUsed, Scorecard
from interviewer.domain.transcript import Speaker, Transcript, Turn

USED = GraderUsed(kind="built-in", rubric=1)


def shown(signal: str, quote: str = "These very words.") -> Evidence:
    return Evidence(signal=signal, turn=2, quote=quote, provenance=Provenance.PROBED)


def card(**scores: tuple[int | None, list[Evidence]]) -> Scorecard:
    held = {c: CompetencyScore(score=None) for c in C}
    for name, (score, signals) in scores.items():
        reason = "the model failed" if score is None else None
        held[C(name)] = CompetencyScore(score=score, signals=signals, unscored_reason=reason)
    return Scorecard(competencies=held, overall=None, recommendation=None, grader=USED)


def reading(name: str, true: Scorecard, given: Scorecard) -> Reading:
    turns = [
        Turn(speaker=Speaker.INTERVIEWER, text="What <b>labels</b>?"),
        Turn(speaker=Speaker.CANDIDATE, text="These very words. <script>no</script>"),
    ]
    transcript = Transcript(id=name, scenario="payment-fraud", level=Level.MID, turns=turns)
    return Reading(transcript, true, given, seconds=2.0, tokens=100)


@pytest.fixture
def readings() -> list[Reading]:
    labels, quality = shown("data.labels"), shown("data.quality", "<script>no</script>")
    return [
        reading("one", card(data=(2, [labels])), card(data=(2, [labels]))),
        reading("two", card(data=(1, [labels])), card(data=(3, [quality]))),
        reading(
            "three", card(data=(4, []), serving=(2, [])), card(data=(4, []), serving=(None, []))
        ),
    ]


def test_scores_are_compared_where_both_are_there(
    readings: list[Reading], knowledge: Knowledge
) -> None:
    report = measure(knowledge.rubric, readings)
    assert report.overall.matrix == [[0, 0, 1, 0], [0, 1, 0, 0], [0, 0, 0, 0], [0, 0, 0, 1]]
    assert report.overall.exact.value == 0.667
    assert report.overall.bias.value == 0.667
    assert report.competencies[C.SERVING].kappa.value is None
    assert report.unscored == 0.25
    assert (report.seconds, report.tokens) == (2.0, 100)


def test_a_signal_is_right_wrong_or_missed(readings: list[Reading], knowledge: Knowledge) -> None:
    report = measure(knowledge.rubric, readings)
    assert report.signals.count == 2
    assert (report.signals.precision.value, report.signals.recall.value) == (0.5, 0.5)
    assert report.each_signal["data.labels"].recall.value == 0.5
    assert report.each_signal["data.quality"].precision.value == 0


def test_every_disagreement_is_listed_with_its_words(readings: list[Reading]) -> None:
    assert disagreements(readings[0]) == []
    missed, wrong = disagreements(readings[1])
    assert (missed.signal, missed.missed) == ("data.labels", True)
    assert (wrong.signal, wrong.missed) == ("data.quality", False)
    assert wrong.question == "What <b>labels</b>?"


def test_the_page_needs_nothing_and_runs_nothing(
    readings: list[Reading], knowledge: Knowledge
) -> None:
    report = measure(knowledge.rubric, readings)
    whole = result(USED, gold.Half.TUNE, report, report.overall)
    html = page(knowledge, whole, readings)
    assert "data.quality" in html
    assert "<script" not in html
    assert "&lt;script&gt;no&lt;/script&gt;" in html
    assert "http" not in html
