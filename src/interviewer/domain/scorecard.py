"""The score: pure arithmetic over verified evidence. No model ever writes a number."""

from collections.abc import Iterable, Mapping, Set
from enum import StrEnum
from statistics import fmean

from pydantic import Field

from interviewer.domain.evidence import ErrorFound, Evidence
from interviewer.domain.rubric import (
    Bar,
    CompetencyId,
    Level,
    Provenance,
    Rubric,
    SignalId,
    competency_of,
)
from interviewer.domain.stages import ALWAYS_PROBED
from interviewer.domain.strict import Strict

CAP = 2
"""The highest score of a competency with a critical error."""

ENOUGH_COMPETENCIES = 4
"""A recommendation needs at least this many scored competencies."""


class Recommendation(StrEnum):
    """The overall reading of an interview."""

    NOT_YET = "not_yet"
    LEAN_NO = "lean_no"
    LEAN_YES = "lean_yes"
    STRONG = "strong"


class GraderUsed(Strict):
    """Which grader found the evidence."""

    kind: str
    model: str | None = None
    prompt: str | None = None
    rubric: int


class CompetencyScore(Strict):
    """The score of one competency.

    Attributes:
        score: 1 not yet, 2 lean no, 3 lean yes, 4 strong; None when not assessed or unscored.
        signals: the best evidence for each signal shown.
        missed: signals that were not shown; empty when the competency was not assessed.
        critical_errors: what caps the score.
        unscored_reason: why there is no score although there were answers to grade.
    """

    score: int | None
    signals: list[Evidence] = []
    missed: list[SignalId] = []
    critical_errors: list[ErrorFound] = []
    unscored_reason: str | None = None

    @property
    def assessed(self) -> bool:
        """Whether there is a score."""
        return self.score is not None


class Scorecard(Strict):
    """The result of an interview."""

    competencies: dict[CompetencyId, CompetencyScore]
    overall: float | None = Field(description="Mean of the scores that count, one decimal.")
    recommendation: Recommendation | None
    grader: GraderUsed


def score_of(credit: float, volunteered: float, bar: Bar) -> int:
    """The score that a sum of credit earns against a level's bar.

    Args:
        credit: the sum over the shown signals.
        volunteered: the part of it that was volunteered.
        bar: what the level asks for.
    """
    if credit >= bar.strong and volunteered >= bar.volunteered_share * bar.strong:
        return 4
    return 3 if credit >= bar.lean_yes else 2 if credit >= bar.lean_no else 1


def recommend(scores: Mapping[CompetencyId, int]) -> Recommendation | None:
    """The recommendation that the competency scores add up to.

    A lean yes also needs more than the lowest score on evaluation, scaling and trade-offs; a strong
    needs that of every competency. None when too few competencies were scored.
    """
    if len(scores) < ENOUGH_COMPETENCIES:
        return None
    mean = fmean(scores.values())
    core_holds = all(scores.get(c, 1) > 1 for c in ALWAYS_PROBED)
    if mean >= 3.5 and core_holds and min(scores.values()) > 1:
        return Recommendation.STRONG
    if mean >= 2.75 and core_holds:
        return Recommendation.LEAN_YES
    return Recommendation.LEAN_NO if mean >= 2 else Recommendation.NOT_YET


def _best(evidence: Iterable[Evidence], credit: Mapping[Provenance, float]) -> list[Evidence]:
    """One piece of evidence a signal: the one with the most credit, the first among equals."""
    best: dict[str, Evidence] = {}
    for found in evidence:
        held = best.get(found.signal)
        if held is None or credit[found.provenance] > credit[held.provenance]:
            best[found.signal] = found
    return list(best.values())


def score_interview(
    rubric: Rubric,
    level: Level,
    *,
    asked: Iterable[CompetencyId],
    evidence: Iterable[Evidence],
    errors: Iterable[tuple[CompetencyId, ErrorFound]] = (),
    unscored: Mapping[CompetencyId, str] | None = None,
    grader: GraderUsed,
) -> Scorecard:
    """Score an interview.

    Args:
        rubric: signals, credit and bars.
        level: the level whose bars apply.
        asked: the competencies that were asked about. Any other is not assessed, which is not a 1,
            unless what was volunteered on it reaches a lean yes.
        evidence: verified evidence.
        errors: critical errors with the competency that each caps.
        unscored: competencies whose grading failed, with the reason.
        grader: who found the evidence.
    """
    evidence, errors, asked = list(evidence), list(errors), set(asked)
    scores: dict[CompetencyId, CompetencyScore] = {}
    for competency in rubric.competencies:
        own = [e for e in evidence if competency_of(e.signal) is competency.id]
        shown = _best(own, rubric.credit)
        caps = [found for capped, found in errors if capped is competency.id]
        reason = (unscored or {}).get(competency.id)
        if reason is not None:
            scores[competency.id] = CompetencyScore(
                score=None, signals=shown, critical_errors=caps, unscored_reason=reason
            )
            continue
        credit = sum(rubric.credit[e.provenance] for e in shown)
        volunteered = sum(
            rubric.credit[e.provenance] for e in shown if e.provenance is Provenance.VOLUNTEERED
        )
        # Unasked, a subject is scored once it would help: a remark in passing must never cost.
        if competency.id not in asked and credit < rubric.bars[level].lean_yes and not caps:
            scores[competency.id] = CompetencyScore(score=None, signals=shown)
            continue
        score = score_of(credit, volunteered, rubric.bars[level])
        held = {e.signal for e in shown}
        scores[competency.id] = CompetencyScore(
            score=min(score, CAP) if caps else score,
            signals=shown,
            missed=[s.id for s in competency.signals if s.id not in held],
            critical_errors=caps,
        )
    counted = _counted(scores, asked)
    return Scorecard(
        competencies=scores,
        overall=round(fmean(counted.values()), 1) if counted else None,
        recommendation=recommend(counted),
        grader=grader,
    )


def _counted(
    scores: Mapping[CompetencyId, CompetencyScore], asked: Set[CompetencyId]
) -> dict[CompetencyId, int]:
    """The scores that the overall result is made of.

    What was volunteered on a subject that nobody asked about counts where it lifts the mean; a
    critical error counts wherever it was made.
    """
    numbers = {c: s.score for c, s in scores.items() if s.score is not None}
    due = [n for c, n in numbers.items() if c in asked]
    mean = fmean(due) if due else 0.0
    return {c: n for c, n in numbers.items() if c in asked or n > mean or scores[c].critical_errors}
