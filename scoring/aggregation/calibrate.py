"""The calibrated view: what the jurors' severity does to the means.

    value = level + sketch + juror + error,   sketch ~ N(0, vs), juror ~ N(0, vr), error ~ N(0, ve)

Variances by the fitting of constants (Henderson 1953, method 3; Searle, Casella and McCulloch 1992, chapter 5), effects
by the mixed model equations (Henderson 1975), which shrink a juror's severity the more, the fewer the grades and the
smaller vr. When jurors agree, vr is 0 and the severities vanish by themselves.

Sketches are comparable only through jurors in common. Where the juror-sketch graph falls apart, each connected
component gets a level of its own, and comparisons across get an uncertainty of their own (see uncertainty.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scoring.aggregation.ranking import Composites
from scoring.aggregation.table import FloatArray, IntArray

LEAST_SHARE = 1e-8
"""A variance estimated as 0 enters the equations as this share of the total, so that they stay solvable."""


@dataclass(frozen=True)
class Variances:
    """Variance components in squared grades, 0 or more."""

    sketch: float
    juror: float
    error: float

    @property
    def total(self) -> float:
        return self.sketch + self.juror + self.error


@dataclass(frozen=True, eq=False)
class Posterior:
    """Normal posterior of the calibrated values, given the variances, kept in factors.

    calibrated = const + loading @ beta + noise: beta (levels, then juror effects) has mean `beta` and covariance
    `beta_covariance`; noise is independent with variance `noise`, (n_sketches,). loading: (n_sketches, n_beta).
    """

    beta: FloatArray
    beta_covariance: FloatArray
    loading: FloatArray
    const: FloatArray
    noise: FloatArray

    @property
    def mean(self) -> FloatArray:
        return np.asarray(self.const + self.loading @ self.beta)


@dataclass(frozen=True, eq=False)
class Calibration:
    """Effects of the sketches and jurors that take part; both are numbered anew, see `sketches` and `jurors`.

    component: (n,) connected component of each sketch. degrees: of freedom of the error. posterior is None where the
    design cannot separate sketch, juror and error: a single juror, one assessment per sketch, equal grades throughout.
    offset_variance: how little is known about the level of one component against another, 0 when there is only one.
    """

    sketches: IntArray
    jurors: IntArray
    component: IntArray
    components: int
    degrees: int
    variances: Variances | None
    posterior: Posterior | None
    offset_variance: float
    severity: FloatArray
    severity_se: FloatArray
    shrinkage: FloatArray
    residual: FloatArray


@dataclass(frozen=True, eq=False)
class _Design:
    """Assessments renumbered: s and j per assessment, component per sketch and per juror, counts."""

    y: FloatArray
    s: IntArray
    j: IntArray
    n_s: IntArray
    n_j: IntArray
    of_sketch: IntArray
    of_juror: IntArray

    @property
    def components(self) -> int:
        return int(self.of_sketch.max()) + 1


def calibrate(given: Composites) -> Calibration:
    """Calibrate the assessments; there must be at least one. Never raises for an odd design: it says so instead."""
    sketches, s = np.unique(given.sketch, return_inverse=True)
    jurors, j = np.unique(given.juror, return_inverse=True)
    of_sketch, of_juror = _components(s, j, len(sketches), len(jurors))
    design = _Design(given.value, s, j, np.bincount(s), np.bincount(j), of_sketch, of_juror)
    degrees = len(given.value) - len(sketches) - len(jurors) + design.components
    variances = _variances(design, degrees, given.step_variance) if degrees > 0 else None
    none = np.full(len(jurors), np.nan)
    shared = (sketches, jurors, of_sketch, design.components, degrees, variances)
    if variances is None:
        return Calibration(*shared, None, 0.0, none, none, none, np.full(len(given.value), np.nan))
    least = LEAST_SHARE * variances.total
    used = Variances(*(max(v, least) for v in (variances.sketch, variances.juror, variances.error)))
    posterior = _posterior(design, used)
    effect = posterior.beta[design.components :]
    spread = np.diag(posterior.beta_covariance)[design.components :]
    alone = posterior.mean[s] + effect[j]
    return Calibration(
        *shared,
        posterior,
        _offset_variance(posterior.beta[: design.components], variances),
        severity=-effect,
        severity_se=np.sqrt(spread),
        shrinkage=np.clip(1 - spread / used.juror, 0, 1) if variances.juror > 0 else np.zeros(len(jurors)),
        residual=(given.value - alone) / np.sqrt(used.error),
    )


def _offset_variance(levels: FloatArray, v: Variances) -> float:
    """Return the variance of a single grade plus that of the levels themselves.

    Without jurors in common, a difference between levels may be the jurors' as well as the sketches'; so it counts
    against itself, and however far the levels lie apart, no component is ever sure to beat another.
    """
    return v.total + float(np.var(levels, ddof=1)) if len(levels) > 1 else 0.0


def _components(s: IntArray, j: IntArray, n_s: int, n_j: int) -> tuple[IntArray, IntArray]:
    """Return the connected component of each sketch and of each juror, numbered by their first sketch."""
    label_s, label_j = np.arange(n_s), np.full(n_j, n_s)
    while True:
        before = label_s.copy()
        np.minimum.at(label_j, j, label_s[s])
        np.minimum.at(label_s, s, label_j[j])
        if (label_s == before).all():
            names, of_sketch = np.unique(label_s, return_inverse=True)
            return of_sketch, np.searchsorted(names, label_j)


def _variances(design: _Design, degrees: int, step_variance: float) -> Variances | None:
    """Estimate the variance components; None when all grades within each component are equal."""
    y, s, j = design.y, design.s, design.j
    within_sketch = y - (np.bincount(s, weights=y) / design.n_s)[s]
    within_juror = y - (np.bincount(j, weights=y) / design.n_j)[j]
    spread = float(np.abs(y - y[0]).max())
    if spread < 1e-9:
        return None
    due_to_jurors = _fit_jurors(design, within_sketch)
    ss_sketch, ss_juror = float(within_sketch @ within_sketch), float(within_juror @ within_juror)
    error_ss = max(0.0, ss_sketch - due_to_jurors)
    n, a, b, c = len(y), len(design.n_s), len(design.n_j), design.components
    error = error_ss / degrees
    juror = (due_to_jurors - (b - c) * error) / (n - a)
    if juror <= 1e-12 * spread**2:
        juror, error = 0.0, ss_sketch / (n - a)
    sketch = (ss_juror - error_ss - (a - c) * error) / (n - b)
    if sketch <= 1e-12 * spread**2:
        sketch = 0.0
    found = Variances(sketch, juror, max(error, step_variance))
    return found if found.total > 0 else None


def _fit_jurors(design: _Design, within_sketch: FloatArray) -> float:
    """Return the sum of squares due to jurors after sketches, by least squares with one juror per component as zero."""
    count = len(design.n_j)
    laplacian = np.diag(design.n_j.astype(np.float64)) - _co_assessments(design, 1.0 / design.n_s)
    pull = np.bincount(design.j, weights=within_sketch, minlength=count)
    _, reference = np.unique(design.of_juror, return_index=True)
    free = np.setdiff1d(np.arange(count), reference)
    if not len(free):
        return 0.0
    effect = np.linalg.solve(laplacian[np.ix_(free, free)], pull[free])
    return max(0.0, float(effect @ pull[free]))


def _co_assessments(design: _Design, weight: FloatArray) -> FloatArray:
    """Return the (n_jurors, n_jurors) sum over sketches of weight, for each two jurors on the sketch."""
    n = design.n_s[design.s]
    start = (np.cumsum(design.n_s) - design.n_s)[design.s]
    left = np.repeat(np.arange(len(design.s)), n)
    right = np.repeat(start, n) + np.arange(len(left)) - np.repeat(np.cumsum(n) - n, n)
    table = np.zeros((len(design.n_j), len(design.n_j)))
    np.add.at(table, (design.j[left], design.j[right]), weight[design.s[left]])
    return table


def _posterior(design: _Design, v: Variances) -> Posterior:
    """Solve the mixed model equations with the sketches absorbed; flat prior on the level of each component."""
    c, b, a = design.components, len(design.n_j), len(design.n_s)
    precision = design.n_s / v.error + 1 / v.sketch
    loading = np.zeros((a, c + b))
    np.add.at(loading, (design.s, c + design.j), 1.0)
    loading[np.arange(a), design.of_sketch] = design.n_s
    normal = np.zeros((c + b, c + b))
    normal[np.arange(c), np.arange(c)] = np.bincount(design.of_juror, weights=design.n_j)
    normal[design.of_juror, c + np.arange(b)] = normal[c + np.arange(b), design.of_juror] = design.n_j
    normal[c + np.arange(b), c + np.arange(b)] = design.n_j + v.error / v.juror
    absorbed = loading / np.sqrt(precision * v.error)[:, None]
    normal = (normal - absorbed.T @ absorbed) / v.error
    sums = np.bincount(design.s, weights=design.y)
    by_level = np.bincount(design.of_juror[design.j], weights=design.y)
    pulls = np.concatenate((by_level, np.bincount(design.j, weights=design.y)))
    right = (pulls - loading.T @ (sums / (precision * v.error))) / v.error
    covariance = np.linalg.inv(normal)
    covariance = (covariance + covariance.T) / 2
    answer = -loading / (precision * v.error)[:, None]
    answer[np.arange(a), design.of_sketch] += 1.0
    return Posterior(
        beta=np.asarray(np.linalg.solve(normal, right)),
        beta_covariance=covariance,
        loading=answer,
        const=sums / (precision * v.error),
        noise=1 / precision,
    )
