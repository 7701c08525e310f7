"""The assessment: from the gradings of single answers to the scorecard of an interview."""

from collections.abc import Iterable, Mapping

from interviewer.domain.events import AnswerGraded, EvidenceCorrected
from interviewer.domain.evidence import Evidence
from interviewer.domain.rubric import CompetencyId, Rubric, SignalId
from interviewer.domain.scorecard import GraderUsed, Scorecard, score_interview
from interviewer.domain.transcript import Transcript

Corrections = Mapping[tuple[int, SignalId], EvidenceCorrected]
"""What a person said of the evidence, by turn and signal."""


def assess(
    rubric: Rubric,
    transcript: Transcript,
    graded: Iterable[AnswerGraded],
    grader: GraderUsed,
    corrections: Corrections | None = None,
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
        evidence=corrected_evidence(transcript, graded, corrections or {}),
        errors=[error for answer in graded for error in answer.errors],
        unscored=unscored,
        grader=grader,
    )


def corrected_evidence(
    transcript: Transcript, graded: Iterable[AnswerGraded], corrections: Corrections
) -> list[Evidence]:
    """What the grader found, less what a person marked as wrong, with what a person added."""
    found = [
        evidence
        for answer in graded
        for evidence in answer.evidence
        if (evidence.turn, evidence.signal) not in corrections
    ]
    return found + [
        Evidence(
            signal=correction.signal,
            turn=correction.turn,
            quote=correction.quote,
            provenance=transcript.provenance(correction.signal, correction.turn),
        )
        for correction in corrections.values()
        if correction.shown
    ]
