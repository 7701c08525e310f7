"""The assessment: from the gradings of single answers to the scorecard of an interview."""

from collections.abc import Iterable

from interviewer.domain.events import AnswerGraded
from interviewer.domain.rubric import CompetencyId, Rubric
from interviewer.domain.scorecard import GraderUsed, Scorecard, score_interview
from interviewer.domain.transcript import Transcript


def assess(
    rubric: Rubric, transcript: Transcript, graded: Iterable[AnswerGraded], grader: GraderUsed
) -> Scorecard:
    """Score a transcript from what was found in its answers.

    A competency is unscored when the grading of any answer on it failed: a score from half of the
    evidence would look like a judgement of all of it.
    """
    graded = list(graded)
    unscored: dict[CompetencyId, str] = {}
    for answer in graded:
        unscored |= answer.unscored
    return score_interview(
        rubric,
        transcript.level,
        asked=transcript.competencies_asked,
        evidence=[found for answer in graded for found in answer.evidence],
        errors=[error for answer in graded for error in answer.errors],
        unscored=unscored,
        grader=grader,
    )
