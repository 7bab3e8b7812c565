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

from scoring.aggregation.design import Design, design_of
from scoring.aggregation.posterior import Posterior, Variances, posterior_of
from scoring.aggregation.ranking import Composites
from scoring.aggregation.table import FloatArray, IntArray

LEAST_SHARE = 1e-8
"""A variance estimated as 0 enters the equations as this share of the total, so that they stay solvable."""

MANY_JURORS = 500
"""Above, the sum of squares due to jurors is found by iteration."""


@dataclass(frozen=True, eq=False)
class Calibration:
    """Effects of the sketches and jurors that take part; both are numbered anew, see `sketches` and `jurors`.

    component: (n,) connected component of each sketch. degrees: of freedom of the error. posterior is None where the
    design cannot separate sketch, juror and error: a single juror, one assessment per sketch, equal grades throughout.
    offset_variance: how little is known about the level of one component against another, 0 when there is only one.
    """

    design: Design
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


def calibrate(given: Composites) -> Calibration:
    """Calibrate the assessments; there must be at least one. Never raises for an odd design: it says so instead."""
    design, sketches, jurors = design_of(given)
    degrees = len(given.value) - len(sketches) - len(jurors) + design.components
    variances = _variances(design, degrees, given.step_variance) if degrees > 0 else None
    none = np.full(len(jurors), np.nan)
    shared = (design, sketches, jurors, design.of_sketch, design.components, degrees, variances)
    if variances is None:
        return Calibration(*shared, None, 0.0, none, none, none, np.full(len(given.value), np.nan))
    least = LEAST_SHARE * variances.total
    used = Variances(*(max(v, least) for v in (variances.sketch, variances.juror, variances.error)))
    posterior = posterior_of(design, used)
    effect = posterior.beta[design.components :]
    spread = np.diag(posterior.beta_covariance)[design.components :]
    alone = posterior.mean[design.s] + effect[design.j]
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


def _variances(design: Design, degrees: int, step_variance: float) -> Variances | None:
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


def _fit_jurors(design: Design, within_sketch: FloatArray) -> float:
    """Return the sum of squares due to jurors after sketches, by least squares with one juror per component as zero."""
    pull = np.asarray(np.bincount(design.j, weights=within_sketch, minlength=len(design.n_j)), dtype=np.float64)
    iterated = _conjugate_gradients(design, pull) if len(pull) > MANY_JURORS else None
    if iterated is not None:
        return max(0.0, float(iterated @ pull))
    laplacian = np.diag(design.n_j.astype(np.float64)) - design.co_assessments(1.0 / design.n_s)
    _, reference = np.unique(design.of_juror, return_index=True)
    free = np.setdiff1d(np.arange(len(pull)), reference)
    if not len(free):
        return 0.0
    effect = np.linalg.solve(laplacian[np.ix_(free, free)], pull[free])
    return max(0.0, float(effect @ pull[free]))


def _conjugate_gradients(design: Design, pull: FloatArray) -> FloatArray | None:
    """Solve the same equations without the matrix (Hestenes and Stiefel 1952); None when it takes too long."""
    effect, off = np.zeros(len(pull)), pull.copy()
    step = towards = off / design.n_j
    size = float(off @ towards)
    enough = 1e-24 * size
    for _ in range(1_000):
        if size <= enough:
            return effect
        centred = step[design.j] - (np.bincount(design.s, weights=step[design.j]) / design.n_s)[design.s]
        image = np.bincount(design.j, weights=centred, minlength=len(pull))
        length = size / float(step @ image)
        effect, off = effect + length * step, off - length * image
        towards = off / design.n_j
        before, size = size, float(off @ towards)
        step = towards + size / before * step
    return None
