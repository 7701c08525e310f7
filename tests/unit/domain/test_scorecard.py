"""The score: from evidence to numbers."""

import itertools
import random

import pytest

from interviewer.domain.evidence import ErrorFound, Evidence
from interviewer.domain.rubric import Bar, CompetencyId, Level, Provenance
from interviewer.domain.scorecard import (
    GraderUsed,
    Recommendation,
    Scorecard,
    recommend,
    score_interview,
    score_of,
)
from tests.support.cases import small_rubric

C = CompetencyId
RUBRIC = small_rubric()
GRADER = GraderUsed(kind="built-in", rubric=1)
BAR = Bar(lean_no=1, lean_yes=2, strong=4, volunteered_share=0.5)
VOLUNTEERED, PROBED, HINTED = Provenance.VOLUNTEERED, Provenance.PROBED, Provenance.HINTED


def shown(signal: str, provenance: Provenance = VOLUNTEERED, turn: int = 2) -> Evidence:
    return Evidence(signal=signal, turn=turn, quote="This.", provenance=provenance)


def data(count: int, provenance: Provenance = VOLUNTEERED, first: int = 0) -> list[Evidence]:
    """Evidence for some of the signals of data."""
    return [shown(f"data.{letter}", provenance) for letter in "abcdefgh"[first : first + count]]


def score(
    evidence: list[Evidence],
    *,
    level: Level = Level.SENIOR,
    asked: tuple[CompetencyId, ...] = (C.DATA,),
    errors: tuple[tuple[CompetencyId, ErrorFound], ...] = (),
    unscored: dict[CompetencyId, str] | None = None,
) -> Scorecard:
    return score_interview(
        RUBRIC,
        level,
        asked=asked,
        evidence=evidence,
        errors=errors,
        unscored=unscored,
        grader=GRADER,
    )


ERROR = ErrorFound(error="leaky-split", turn=4, quote="We shuffle.")


# One competency.


@pytest.mark.parametrize(
    ("credit", "volunteered", "expected"),
    [
        (0, 0, 1),
        (0.99, 0.99, 1),
        (1, 0, 2),
        (1.99, 1.99, 2),
        (2, 0, 3),
        (3.99, 3.99, 3),
        (4, 2, 4),
        (4, 1.99, 3),
        (8, 8, 4),
    ],
)
def test_credit_is_held_against_the_bar(credit: float, volunteered: float, expected: int) -> None:
    assert score_of(credit, volunteered, BAR) == expected


@pytest.mark.parametrize(
    ("level", "scores"),
    [
        (Level.MID, [1, 2, 3, 4, 4]),
        (Level.SENIOR, [1, 2, 2, 3, 4]),
        (Level.STAFF, [1, 2, 2, 3, 3]),
    ],
)
def test_a_higher_level_asks_for_more(level: Level, scores: list[int]) -> None:
    cards = [score(data(count), level=level) for count in range(5)]

    assert [card.competencies[C.DATA].score for card in cards] == scores


@pytest.mark.parametrize(
    ("provenance", "scores"),
    [
        (VOLUNTEERED, [1, 2, 2, 3, 4, 4, 4, 4, 4]),
        (PROBED, [1, 2, 2, 3, 3, 3, 3, 3, 3]),
        (HINTED, [1, 1, 2, 2, 2, 2, 3, 3, 3]),
    ],
)
def test_what_was_asked_for_counts_less_and_a_hint_least(
    provenance: Provenance, scores: list[int]
) -> None:
    cards = [score(data(count, provenance)) for count in range(9)]

    assert [card.competencies[C.DATA].score for card in cards] == scores


def test_a_signal_counts_once_with_its_best_evidence_the_first_among_equals() -> None:
    hinted, probed = shown("data.a", HINTED, 2), shown("data.a", PROBED, 4)
    again, late_hint = shown("data.a", PROBED, 6), shown("data.a", HINTED, 8)

    card = score([hinted, probed, again, late_hint]).competencies[C.DATA]

    assert card.signals == [probed]
    assert card.score == 2
    assert card.missed == [f"data.{letter}" for letter in "bcdefgh"]


def test_a_critical_error_caps_its_competency_and_no_other() -> None:
    evidence = [*data(8), *(shown(f"serving.{s}") for s in "abcd")]
    card = score(evidence, asked=(C.DATA, C.SERVING), errors=((C.DATA, ERROR),))

    assert card.competencies[C.DATA].score == 2
    assert card.competencies[C.DATA].critical_errors == [ERROR]
    assert card.competencies[C.SERVING].score == 4


def test_a_cap_lifts_no_score() -> None:
    assert score([], errors=((C.DATA, ERROR),)).competencies[C.DATA].score == 1


# Without a score.


def test_what_was_asked_and_not_shown_is_a_one_and_what_was_not_asked_is_not_assessed() -> None:
    card = score([])

    asked, other = card.competencies[C.DATA], card.competencies[C.SERVING]
    assert (asked.score, asked.assessed, len(asked.missed)) == (1, True, 8)
    assert (other.score, other.assessed, other.missed) == (None, False, [])
    assert (card.overall, card.recommendation, card.grader) == (1.0, None, GRADER)


def test_an_unasked_competency_is_scored_once_that_helps() -> None:
    remark = [shown("serving.a"), shown("serving.b")]
    enough = [*remark, shown("serving.c")]

    assert score(remark).competencies[C.SERVING].score is None
    assert score(remark).competencies[C.SERVING].signals == remark
    assert score(enough).competencies[C.SERVING].score == 3


def test_an_unasked_competency_with_a_critical_error_is_scored() -> None:
    card = score([], errors=((C.SERVING, ERROR),))

    assert card.competencies[C.SERVING].score == 1


def test_a_failed_grading_leaves_a_competency_unscored_and_says_why() -> None:
    card = score(data(8), errors=((C.DATA, ERROR),), unscored={C.DATA: "no answer in time"})

    failed = card.competencies[C.DATA]
    assert (failed.score, failed.assessed) == (None, False)
    assert failed.unscored_reason == "no answer in time"
    assert len(failed.signals) == 8
    assert failed.critical_errors == [ERROR]
    assert card.overall is None


# The whole interview.


def test_the_overall_score_is_the_mean_to_one_decimal() -> None:
    assert score(data(3), asked=(C.DATA, C.SERVING, C.SCALING)).overall == 1.7


def test_what_was_volunteered_on_another_subject_counts_where_it_lifts_the_mean() -> None:
    aside = [shown(f"serving.{letter}") for letter in "abc"]

    assert score([*data(4), *aside]).overall == score(data(4)).overall == 4.0
    assert score([*data(1), *aside]).overall == 2.5
    assert score(data(4), errors=((C.SERVING, ERROR),)).overall == 2.5


def test_every_competency_has_its_place_in_the_order_of_the_rubric() -> None:
    assert list(score([]).competencies) == list(C)


def scores(core: tuple[int, int, int], *others: int) -> dict[CompetencyId, int]:
    """Scores of evaluation, scaling and trade-offs, and of others."""
    always = (C.EVALUATION, C.SCALING, C.TRADEOFFS)
    rest = [c for c in C if c not in always]
    return dict(zip(always, core, strict=True)) | dict(zip(rest, others, strict=False))


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        pytest.param({}, None, id="nothing"),
        pytest.param(scores((4, 4, 4)), None, id="three competencies are too few"),
        pytest.param(scores((4, 4, 4), 2), Recommendation.STRONG, id="3.5, nothing at 1"),
        pytest.param(scores((4, 4, 4), 4, 4, 4, 1), Recommendation.LEAN_YES, id="high, with a 1"),
        pytest.param(scores((3, 3, 3), 2), Recommendation.LEAN_YES, id="2.75"),
        pytest.param(scores((2, 2, 2), 4, 4, 4), Recommendation.LEAN_YES, id="3.0"),
        pytest.param(scores((1, 4, 4), 4, 4, 4, 4), Recommendation.LEAN_NO, id="evaluation at 1"),
        pytest.param(scores((4, 1, 4), 4, 4, 4, 4), Recommendation.LEAN_NO, id="scaling at 1"),
        pytest.param(scores((4, 4, 1), 4, 4, 4, 4), Recommendation.LEAN_NO, id="trade-offs at 1"),
        pytest.param(scores((3, 3, 2), 2), Recommendation.LEAN_NO, id="2.5"),
        pytest.param(scores((2, 2, 2), 2), Recommendation.LEAN_NO, id="2.0"),
        pytest.param(scores((2, 2, 2), 1), Recommendation.NOT_YET, id="1.75"),
        pytest.param(
            {C.DATA: 4, C.SERVING: 4, C.FRAMING: 4, C.FEATURES: 4},
            Recommendation.LEAN_NO,
            id="evaluation, scaling and trade-offs were not scored",
        ),
    ],
)
def test_the_recommendation(held: dict[CompetencyId, int], expected: Recommendation | None) -> None:
    assert recommend(held) is expected


# More evidence never costs.


def test_more_volunteered_evidence_never_lowers_anything() -> None:
    chance = random.Random(7)
    signals = list(RUBRIC.signals)
    for level in Level:
        chance.shuffle(signals)
        asked = tuple(chance.sample(list(C), 5))
        cards = [
            score([shown(s) for s in signals[:n]], level=level, asked=asked) for n in range(89)
        ]
        for before, after in itertools.pairwise(cards):
            assert not_lower(before, after)


def not_lower(before: Scorecard, after: Scorecard) -> bool:
    """Whether no competency lost score, and no assessed one was lost."""
    return all((after.competencies[c].score or 0) >= (before.competencies[c].score or 0) for c in C)


def test_better_evidence_for_a_signal_never_lowers_its_score() -> None:
    for count in range(9):
        ladder = [score(data(count, p)).competencies[C.DATA].score or 0 for p in (HINTED, PROBED)]
        best = score(data(count)).competencies[C.DATA].score or 0
        assert [*ladder, best] == sorted([*ladder, best])


@pytest.mark.parametrize(("level", "volunteered"), [(Level.SENIOR, 2), (Level.STAFF, 3)])
def test_more_probed_evidence_never_lowers_a_score(level: Level, volunteered: int) -> None:
    cards = [
        score([*data(volunteered), *data(probed, PROBED, volunteered)], level=level)
        for probed in range(9 - volunteered)
    ]

    for before, after in itertools.pairwise(cards):
        assert not_lower(before, after)
