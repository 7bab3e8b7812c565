"""What is believed of the calibrated values when the variance components are taken as known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from scoring.aggregation.design import Design
from scoring.aggregation.normal import normal_cdf
from scoring.aggregation.table import FloatArray

LEAST_VARIANCE = 1e-300


@dataclass(frozen=True)
class Variances:
    """Variance components in squared grades, 0 or more."""

    sketch: float
    juror: float
    error: float

    @property
    def total(self) -> float:
        return self.sketch + self.juror + self.error


class Belief(Protocol):
    """A distribution of the calibrated values of the sketches, up to one level per component."""

    def moments(self) -> tuple[FloatArray, FloatArray]:
        """Return means and variances, (n_sketches,) each."""

    def draw(self, rng: np.random.Generator, count: int) -> FloatArray:
        """Return (count, n_sketches) draws."""

    def beaten(self, extra: FloatArray | float) -> FloatArray:
        """Return, in row i and column j, the chance that j beats i; extra: variance added to their difference."""


@dataclass(frozen=True, eq=False)
class Posterior:
    """Normal posterior of the calibrated values, given the variances, kept in factors.

    calibrated = keep * level + pull * (mean grade - mean juror effect) + noise, with keep = 1 - pull: `beta` (levels,
    then juror effects) has covariance `beta_covariance`; noise is independent with variance `noise`, (n_sketches,).
    """

    design: Design
    beta: FloatArray
    beta_covariance: FloatArray
    pull: FloatArray
    noise: FloatArray

    @property
    def const(self) -> FloatArray:
        return np.asarray(self.pull * self.design.sketch_mean)

    @property
    def loading(self) -> FloatArray:
        """The (n_sketches, n_beta) matrix by which beta enters; dense, for a few thousand sketches at most."""
        d = self.design
        loading = np.zeros((len(d.n_s), len(self.beta)))
        np.add.at(loading, (d.s, d.components + d.j), -(self.pull / d.n_s)[d.s])
        loading[np.arange(len(d.n_s)), d.of_sketch] = 1 - self.pull
        return loading

    @property
    def mean(self) -> FloatArray:
        return np.asarray(self._values(self.beta[None, :])[0])

    def _values(self, beta: FloatArray) -> FloatArray:
        d = self.design
        levels, effects = beta[:, : d.components], beta[:, d.components :]
        return np.asarray(self.const + (1 - self.pull) * levels[:, d.of_sketch] - self.pull * d.juror_mean(effects))

    def moments(self) -> tuple[FloatArray, FloatArray]:
        d, spread = self.design, self.beta_covariance
        left, right = d.pairs()
        juror = d.components + d.j
        within = np.bincount(d.s[left], weights=spread[juror[left], juror[right]]) / d.n_s**2
        across = np.bincount(d.s, weights=spread[d.of_sketch[d.s], juror]) / d.n_s
        level = np.diag(spread)[d.of_sketch]
        keep, pull = 1 - self.pull, self.pull
        return self.mean, np.asarray(keep**2 * level - 2 * keep * pull * across + pull**2 * within + self.noise)

    def draw(self, rng: np.random.Generator, count: int) -> FloatArray:
        root = np.linalg.cholesky(self.beta_covariance)
        beta = self.beta + rng.standard_normal((count, len(self.beta))) @ root.T
        values = np.empty((count, len(self.noise)))
        for first in range(0, count, 50):  # few at a time: one row holds every assessment
            rows = slice(first, min(count, first + 50))
            values[rows] = self._values(beta[rows])
            values[rows] += rng.standard_normal(values[rows].shape) * np.sqrt(self.noise)
        return values

    def beaten(self, extra: FloatArray | float) -> FloatArray:
        loading = self.loading
        return chance_beaten(self.mean, loading @ self.beta_covariance @ loading.T + np.diag(self.noise), extra)


def chance_beaten(mean: FloatArray, covariance: FloatArray, extra: FloatArray | float = 0.0) -> FloatArray:
    """Return, in row i and column j, the normal chance that j beats i; 0 on the diagonal."""
    own = np.diag(covariance)
    variance = own[:, None] + own[None, :] - 2 * covariance + extra
    # Rounding makes equal sketches equal to the bit, whatever order the sums were taken in.
    gap = np.round((mean[None, :] - mean[:, None]) / np.sqrt(np.maximum(variance, LEAST_VARIANCE)), 9)
    upper = np.triu_indices(len(mean), 1)
    beaten = np.zeros_like(gap)
    beaten[upper] = normal_cdf(gap[upper])
    beaten.T[upper] = 1 - beaten[upper]
    return beaten


def posterior_of(design: Design, v: Variances) -> Posterior:
    """Solve the mixed model equations with the sketches absorbed; flat prior on the level of each component."""
    c, b = design.components, len(design.n_j)
    pull = design.n_s * v.sketch / (v.error + design.n_s * v.sketch)
    share = pull / design.n_s
    normal = np.zeros((c + b, c + b))
    normal[np.arange(c), np.arange(c)] = np.bincount(design.of_sketch, weights=design.n_s * (1 - pull))
    across = np.bincount(design.j, weights=(1 - pull)[design.s], minlength=b)
    normal[design.of_juror, c + np.arange(b)] = normal[c + np.arange(b), design.of_juror] = across
    normal[c:, c:] = -design.co_assessments(share)
    normal[c + np.arange(b), c + np.arange(b)] += design.n_j + v.error / v.juror
    off = design.y - (pull * design.sketch_mean)[design.s]
    levels = np.bincount(design.of_sketch[design.s], weights=off)
    right = np.concatenate((levels, np.bincount(design.j, weights=off)))
    inverse = np.linalg.inv(normal / v.error)
    covariance = np.asarray(inverse + inverse.T, dtype=np.float64) / 2
    noise = np.asarray(v.error * v.sketch / (v.error + design.n_s * v.sketch))
    return Posterior(design, np.asarray(covariance @ right / v.error), covariance, pull, noise)
