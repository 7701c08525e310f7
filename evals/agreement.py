"""How well a grader agrees with the gold transcripts: the figures, without any printing."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from evals import statistics as st
from evals.statistics import Array, Estimate
from interviewer.domain.rubric import CompetencyId, Rubric, SignalId
from interviewer.domain.scorecard import Scorecard
from interviewer.domain.transcript import Transcript


@dataclass(frozen=True)
class Reading:
    """One transcript as it was read.

    Attributes:
        transcript: the interview with its truth.
        true: the score by the resolved labels.
        given: the score by the grader.
        seconds: how long the grader took.
        tokens: how many tokens a model was sent and sent back.
    """

    transcript: Transcript
    true: Scorecard
    given: Scorecard
    seconds: float = 0.0
    tokens: int = 0


@dataclass(frozen=True)
class Agreement:
    """The agreement of two sets of scores on the competencies that both assessed.

    Attributes:
        kappa: quadratic weighted kappa.
        exact: the share of equal scores.
        adjacent: the share of scores at most one apart.
        bias: how much higher the given scores are on average.
        difference: the same in standard deviations.
        middle: the share of the true 2s and 3s that were given exactly.
        constant: the exact agreement of always giving the commonest score; its kappa is 0.
        matrix: how often each true score (rows) was given each score (columns).
    """

    kappa: Estimate
    exact: Estimate
    adjacent: Estimate
    bias: Estimate
    difference: Estimate
    middle: Estimate
    constant: Estimate
    matrix: list[list[int]]

    @classmethod
    def of(cls, confusion: Array) -> "Agreement":
        """Measure confusion matrices, one a cluster."""
        total = confusion.sum(axis=0).reshape(st.SCORES, st.SCORES).astype(int)
        return cls(
            st.estimate(st.quadratic_weighted_kappa, confusion),
            st.estimate(st.exact, confusion),
            st.estimate(st.adjacent, confusion),
            st.estimate(st.bias, confusion),
            st.estimate(st.standardised_difference, confusion),
            st.estimate(st.middle, confusion),
            st.estimate(st.constant, confusion),
            total.tolist(),
        )


@dataclass(frozen=True)
class Detection:
    """How well signals are found; one shown anywhere in an interview counts once.

    Attributes:
        count: how often they are there.
        precision: the share of what was found that is there.
        recall: the share of what is there that was found.
        f1: their harmonic mean.
    """

    count: int
    precision: Estimate
    recall: Estimate
    f1: Estimate

    @classmethod
    def of(cls, counts: Array) -> "Detection":
        """Measure true positives, false positives and false negatives, a row a cluster."""
        return cls(
            int(counts[:, [0, 2]].sum()),
            st.estimate(st.precision, counts),
            st.estimate(st.recall, counts),
            st.estimate(st.f1, counts),
        )


@dataclass(frozen=True)
class Report:
    """All figures of one run.

    Attributes:
        overall: over every competency.
        competencies: for each competency.
        signals: over every signal.
        each_signal: for each signal.
        errors: over every critical error.
        unscored: the share of competencies that were asked about and could not be graded.
        seconds: median seconds for a transcript.
        tokens: median tokens for a transcript.
    """

    overall: Agreement
    competencies: dict[CompetencyId, Agreement]
    signals: Detection
    each_signal: dict[SignalId, Detection]
    errors: Detection
    unscored: float
    seconds: float
    tokens: float


def measure(rubric: Rubric, readings: Sequence[Reading]) -> Report:
    """Compute every figure; an interview is a cluster."""
    assessed = [
        score.unscored_reason is not None
        for reading in readings
        for competency, score in reading.given.competencies.items()
        if reading.true.competencies[competency].score is not None
    ]
    return Report(
        overall=Agreement.of(_confusion(readings, CompetencyId)),
        competencies={c: Agreement.of(_confusion(readings, [c])) for c in CompetencyId},
        signals=Detection.of(_counts(readings, shown_in)),
        each_signal={
            signal: Detection.of(_counts(readings, partial(_only, signal)))
            for signal in rubric.signals
        },
        errors=Detection.of(_counts(readings, errors_in)),
        unscored=float(np.mean(assessed)) if assessed else 0.0,
        seconds=float(np.median([reading.seconds for reading in readings])),
        tokens=float(np.median([reading.tokens for reading in readings])),
    )


def shown_in(card: Scorecard) -> set[str]:
    """The signals that a scorecard has evidence for."""
    return {found.signal for score in card.competencies.values() for found in score.signals}


def _only(signal: SignalId, card: Scorecard) -> set[str]:
    return shown_in(card) & {signal}


def errors_in(card: Scorecard) -> set[str]:
    """The critical errors on a scorecard."""
    return {e.error for score in card.competencies.values() for e in score.critical_errors}


def _confusion(readings: Iterable[Reading], competencies: Iterable[CompetencyId]) -> Array:
    wanted = list(competencies)
    pairs = []
    for reading in readings:
        for competency in wanted:
            true = reading.true.competencies[competency].score
            given = reading.given.competencies[competency].score
            if true is not None and given is not None:
                pairs.append((reading.transcript.id, true, given))
    return st.confusion(pairs)


def _counts(readings: Sequence[Reading], of: Callable[[Scorecard], set[str]]) -> Array:
    """True positives, false positives and false negatives, a row for each interview."""
    rows: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for reading in readings:
        true, given = of(reading.true), of(reading.given)
        row = (len(true & given), len(given - true), len(true - given))
        rows[reading.transcript.id] = [
            a + b for a, b in zip(rows[reading.transcript.id], row, strict=True)
        ]
    return np.array(list(rows.values()), dtype=float).reshape(-1, 3)
