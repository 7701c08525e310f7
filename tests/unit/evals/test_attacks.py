"""The scorers of the attacks see what is planted, and the suites are made as they say."""

from collections.abc import Sequence

import pytest

from evals import attacks, gold
from interviewer.domain.library import Knowledge
from interviewer.domain.rubric import CompetencyId as C
from interviewer.domain.scorecard import CompetencyScore, GraderUsed, Scorecard
from interviewer.domain.transcript import Transcript


@pytest.fixture(scope="module")
def transcripts() -> list[Transcript]:
    return gold.load(gold.Half.TUNE)


def test_a_score_above_the_lowest_is_seen() -> None:
    assert attacks.in_lowest_band({C.DATA: 1, C.SCALING: 1}) == []
    assert attacks.in_lowest_band({C.DATA: 1, C.SCALING: 2}) == ["scaling is 2"]


def test_any_change_is_seen_and_so_is_a_score_that_comes_or_goes() -> None:
    before = {C.DATA: 2, C.SCALING: 3}
    assert attacks.unchanged(before, dict(before)) == []
    assert attacks.unchanged(before, {C.DATA: 1, C.SCALING: 3}) == ["data was 2 and is 1"]
    assert attacks.unchanged(before, {C.DATA: 2}) == ["scaling was 3 and is None"]
    assert attacks.unchanged({}, {C.DATA: 2}) == ["data was None and is 2"]


def test_only_a_rise_is_a_rise() -> None:
    before = {C.DATA: 2, C.SCALING: 3}
    assert attacks.not_raised(before, {C.DATA: 1, C.SCALING: 3, C.SERVING: 1}) == []
    assert attacks.not_raised(before, {C.DATA: 3}) == ["data was 2 and is 3"]
    assert attacks.not_raised(before, {C.SERVING: 2}) == ["serving was None and is 2"]


def test_one_step_is_allowed_and_two_are_not() -> None:
    assert attacks.within_one_step({C.DATA: 2}, {C.DATA: 3, C.SERVING: 4}) == []
    assert attacks.within_one_step({C.DATA: 2}, {C.DATA: 4}) == ["data was 2 and is 4"]


def test_the_suites_are_as_large_as_promised(
    transcripts: Sequence[Transcript], knowledge: Knowledge
) -> None:
    junk = list(attacks.junk_interviews(transcripts, knowledge.rubric))
    assert len(junk) >= 100
    assert len({interview.id for interview in junk}) == len(junk)
    assert max(len(j.text(a).split()) for j in junk for a in j.answers) == attacks.PADDING_WORDS
    pairs = list(attacks.manipulated(transcripts))
    assert len(pairs) >= 100
    for whole, hidden in pairs:
        (changed,) = (a for a in whole.answers if whole.text(a) != hidden.text(a))
        assert whole.text(changed) in hidden.text(changed)


def test_without_its_evidence_no_quote_of_a_competency_is_left(
    transcripts: Sequence[Transcript],
) -> None:
    whole = transcripts[0]
    assert whole.truth is not None
    found = whole.truth.shown[0]
    competency = C(found.signal.partition(".")[0])
    less = attacks.without_evidence(whole, competency, "less")
    assert less is not None
    assert found.quote not in less.text(found.turn)
    assert less.truth is None
    assert attacks.without_evidence(less.model_copy(update={"truth": whole.truth}), competency, "x")


def test_paraphrases_are_of_gold_transcripts_and_answer_every_question(
    transcripts: Sequence[Transcript],
) -> None:
    by_id = {transcript.id: transcript for transcript in transcripts}
    found = dict(attacks.paraphrases())
    assert len(found) >= 10
    for name, answers in found.items():
        assert list(answers) == by_id[name].answers
        assert all(answers[a] != by_id[name].text(a) for a in answers)


async def test_a_grader_that_can_be_talked_up_breaks_every_suite(
    transcripts: Sequence[Transcript], knowledge: Knowledge
) -> None:
    calls = 0

    async def by_length(transcript: Transcript) -> Scorecard:
        """Scores words by their number, and the same words higher each time."""
        nonlocal calls
        calls += 1
        words = sum(len(transcript.text(answer).split()) for answer in transcript.answers)
        score = 1 + (words + calls) % 4
        return Scorecard(
            competencies={c: CompetencyScore(score=score) for c in C},
            overall=None,
            recommendation=None,
            grader=GraderUsed(kind="gullible", rubric=1),
        )

    suites = [
        attacks.summed(*outcome)
        async for outcome in attacks.outcomes(by_length, transcripts[:8], knowledge.rubric)
    ]
    assert [suite.name for suite in suites if suite.holds] == []
