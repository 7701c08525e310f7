"""Agreement and its intervals, held against figures that can be worked out by hand."""

import numpy as np
import pytest

from evals import statistics as st


def figure(metric: st.Metric, pairs: list[tuple[int, int]]) -> float:
    return float(metric(st.confusion((0, true, given) for true, given in pairs).sum(axis=0)))


def test_equal_scores_agree_fully() -> None:
    pairs = [(1, 1), (2, 2), (3, 3), (4, 4)]
    assert figure(st.quadratic_weighted_kappa, pairs) == 1
    assert figure(st.exact, pairs) == figure(st.adjacent, pairs) == 1
    assert figure(st.bias, pairs) == figure(st.standardised_difference, pairs) == 0


def test_kappa_is_that_of_the_textbook() -> None:
    # Observed disagreement (0+1+1+4)/4 = 1.5; expected from the margins 2.25: 1 - 1.5/2.25.
    pairs = [(1, 1), (1, 2), (2, 1), (3, 1)]
    true, given = np.array(pairs).T
    expected = np.mean([(t - g) ** 2 for t in true for g in given])
    assert figure(st.quadratic_weighted_kappa, pairs) == pytest.approx(1 - 1.5 / expected)


def test_a_constant_grader_has_no_kappa_and_the_commonest_score_as_its_share() -> None:
    pairs = [(1, 2), (2, 2), (2, 2), (4, 2)]
    assert figure(st.quadratic_weighted_kappa, pairs) == 0
    assert figure(st.exact, pairs) == figure(st.constant, pairs) == 0.5


def test_bias_is_signed_and_the_middle_is_the_twos_and_threes() -> None:
    pairs = [(1, 2), (2, 2), (3, 4), (4, 4)]
    assert figure(st.bias, pairs) == 0.5
    assert figure(st.middle, pairs) == 0.5
    assert figure(st.adjacent, pairs) == 1
    spread = (np.var([1, 2, 3, 4]) + np.var([2, 2, 4, 4])) / 2
    assert figure(st.standardised_difference, pairs) == pytest.approx(0.5 / spread**0.5)


def test_finding_is_measured_by_what_is_right_wrong_and_missed() -> None:
    sums = np.array([6.0, 2.0, 4.0])
    assert float(st.precision(sums)) == 0.75
    assert float(st.recall(sums)) == 0.6
    assert float(st.f1(sums)) == pytest.approx(2 / 3)


def test_an_interval_is_as_wide_as_the_clusters_differ() -> None:
    alike = np.array([[8.0, 2.0, 0.0]] * 20)
    apart = np.array([[10.0, 0.0, 0.0], [6.0, 4.0, 0.0]] * 10)
    narrow, wide = st.estimate(st.precision, alike), st.estimate(st.precision, apart)
    assert (narrow.value, narrow.low, narrow.high) == (0.8, 0.8, 0.8)
    assert wide.value == 0.8
    assert wide.low is not None
    assert wide.high is not None
    assert wide.low < 0.75 < 0.85 < wide.high
    assert st.estimate(st.precision, apart) == wide, "drawn again the same way"


def test_where_there_is_nothing_to_measure_there_is_no_figure() -> None:
    nothing = st.Estimate(None, None, None)
    assert st.estimate(st.precision, np.zeros((0, 3))) == nothing
    assert st.estimate(st.precision, np.zeros((4, 3))) == nothing
    assert str(nothing) == "–"
