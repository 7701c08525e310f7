"""Figures with intervals: the bootstrap, and the agreement of two sets of scores.

Answers of one interview are alike, so a resample draws whole interviews (clusters), never single
answers. Every figure here is a function of sums over clusters, so a resample is a matrix product.
"""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SCORES = 4
"""Scores run from 1 to this."""

RESAMPLES = 2_000
SEED = 7

Array = NDArray[np.float64]
Metric = Callable[[Array], Array]
"""From sums of shape (..., k) to figures of shape (...)."""


@dataclass(frozen=True)
class Estimate:
    """A figure with its 95% bootstrap interval; None where there is nothing to measure."""

    value: float | None
    low: float | None
    high: float | None

    def __str__(self) -> str:
        if self.value is None or self.low is None or self.high is None:
            return "–"
        return f"{self.value:.2f} ({self.low:.2f}–{self.high:.2f})"


def estimate(metric: Metric, clusters: Array) -> Estimate:
    """A figure, and how far it moves when the clusters are drawn again.

    Args:
        metric: computes the figure from the sum over clusters.
        clusters: shape (clusters, k), what each cluster contributes to the sums.
    """
    if not len(clusters):
        return Estimate(None, None, None)
    rng = np.random.default_rng(SEED)
    share = np.full(len(clusters), 1 / len(clusters))
    drawn = rng.multinomial(len(clusters), share, size=RESAMPLES).astype(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = float(metric(clusters.sum(axis=0)))
        resampled = metric(drawn @ clusters)
    resampled = resampled[np.isfinite(resampled)]
    if not np.isfinite(value) or not len(resampled):
        return Estimate(None, None, None)
    low, high = np.quantile(resampled, (0.025, 0.975))
    return Estimate(*(round(float(figure), 3) for figure in (value, low, high)))


# Two sets of scores. The sums are a confusion matrix, flattened: rows are the true scores.


def confusion(pairs: Iterable[tuple[Hashable, int, int]]) -> Array:
    """Confusion matrices of scores.

    Args:
        pairs: the cluster, the true score and the given score of each item.

    Returns:
        Shape (clusters, 16): for each cluster its matrix, flattened row by row.
    """
    rows: dict[Hashable, Array] = {}
    for cluster, true, given in pairs:
        matrix = rows.setdefault(cluster, np.zeros((SCORES, SCORES)))
        matrix[true - 1, given - 1] += 1
    return np.array([matrix.ravel() for matrix in rows.values()]).reshape(-1, SCORES * SCORES)


def _square(sums: Array) -> Array:
    return sums.reshape(*sums.shape[:-1], SCORES, SCORES)


_TRUE, _GIVEN = np.mgrid[1.0 : SCORES + 1, 1.0 : SCORES + 1]


def _mean_of(values: Array) -> Metric:
    """The mean over items of a value that depends on the true and the given score."""

    def mean(sums: Array) -> Array:
        result: Array = (_square(sums) * values).sum((-2, -1)) / sums.sum(-1)
        return result

    return mean


def quadratic_weighted_kappa(sums: Array) -> Array:
    """Agreement beyond chance in which a miss by two counts four times (Cohen 1968)."""
    matrix = _square(sums)
    weights = (_TRUE - _GIVEN) ** 2
    expected = matrix.sum(-1)[..., :, None] * matrix.sum(-2)[..., None, :]
    expected = expected / sums.sum(-1)[..., None, None]
    kappa: Array = 1 - (matrix * weights).sum((-2, -1)) / (expected * weights).sum((-2, -1))
    return kappa


exact = _mean_of((_TRUE == _GIVEN).astype(float))
"""The share of items with the same score."""

adjacent = _mean_of((np.abs(_TRUE - _GIVEN) <= 1).astype(float))
"""The share of items at most one apart."""

bias = _mean_of(_GIVEN - _TRUE)
"""How much higher the given scores are on average."""


def standardised_difference(sums: Array) -> Array:
    """The difference of the means over the pooled standard deviation."""

    def spread(values: Array) -> Array:
        mean = _mean_of(values)(sums)
        return _mean_of(values**2)(sums) - mean**2

    difference: Array = bias(sums) / np.sqrt((spread(_TRUE) + spread(_GIVEN)) / 2)
    return difference


def middle(sums: Array) -> Array:
    """The share of the true 2s and 3s, where most decisions fall, that were given exactly."""
    matrix = _square(sums)[..., 1:3, :]
    share: Array = (matrix[..., 0, 1] + matrix[..., 1, 2]) / matrix.sum((-2, -1))
    return share


def constant(sums: Array) -> Array:
    """What always giving the commonest true score would have of exact agreement."""
    matrix = _square(sums)
    share: Array = matrix.sum(-1).max(-1) / sums.sum(-1)
    return share


# Finding things. The sums are true positives, false positives and false negatives.


def precision(sums: Array) -> Array:
    """The share of what was found that is there."""
    share: Array = sums[..., 0] / (sums[..., 0] + sums[..., 1])
    return share


def recall(sums: Array) -> Array:
    """The share of what is there that was found."""
    share: Array = sums[..., 0] / (sums[..., 0] + sums[..., 2])
    return share


def f1(sums: Array) -> Array:
    """The harmonic mean of precision and recall."""
    share: Array = 2 * sums[..., 0] / (2 * sums[..., 0] + sums[..., 1] + sums[..., 2])
    return share
