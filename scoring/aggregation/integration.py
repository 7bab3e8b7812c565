"""The posterior of the calibrated values with the variance components integrated out on a grid.

Plugging estimates in makes ranks look surer than they are. Following Heyard, Ott, Salanti and Egger (2022), the
standard deviations of sketch, juror and error are uncertain: uniform up to two fifths of the span of the grades (2 on a
scale of 1 to 6); the error is that of the grade and that of the juror's taste for the sketch together, so its density
rises in proportion. A handful of jurors says next to nothing about how widely jurors differ: below FEW_JURORS the
standard deviation of their severities is a tenth of the span (0.5 on 1 to 6), as in that paper.

Given the ratio of sketch to error, the jurors' equations are diagonal in the eigenvectors of one matrix (as in the
spectral decomposition of Patterson and Thompson 1971), so that error and juror run over a whole grid at once. The grid
is laid by Gauss-Legendre quadrature on logarithms, where the posterior has its mass, found from coarse to fine.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from scoring.aggregation.design import Design
from scoring.aggregation.posterior import chance_beaten
from scoring.aggregation.table import FloatArray

FEW_JURORS = 10
MOST_JURORS, MOST_SKETCHES = 150, 1_000
"""Above, the components are known so well that their estimates do; eigenvectors would take too long."""

LARGEST_SD, SEVERITY_SD, SMALLEST_SD = 0.4, 0.1, 0.002  # of the span
SEARCH_NODES, NODES = (10, 10, 8), (14, 12, 10)
NEGLIGIBLE = 9.0
"""In natural logarithms: how far below its maximum a marginal density counts as zero."""

MOST_PAIRS, LEAST_CHANCE = 200_000, 1e-5
"""Up to so many pairs of sketches times ratios, expected ranks are summed over the ratios with more than the least
chance; above, the mixture is replaced by the normal with its mean and covariance."""


@dataclass(frozen=True, eq=False)
class _Spectrum:
    """Per ratio of sketch to error (rows): eigenvalues, eigenvectors of the jurors' equations and the rest of them.

    pull: (ratios, n_sketches), see Posterior. weight: (ratios, components), what the level of each is known by.
    fit: the grades in the eigenvectors; left: sum of squares without jurors; logs: of the determinants.
    """

    pull: FloatArray
    values: FloatArray
    vectors: FloatArray
    weight: FloatArray
    fit: FloatArray
    left: FloatArray
    logs: FloatArray


@dataclass(frozen=True, eq=False)
class _Given:
    """The values at one ratio, over all errors and juror sds: mean, what each eigenvector adds, (n_sketches, n_jurors),
    the covariance of the effects in the eigenvectors, and the mean variance of the error."""

    mean: FloatArray
    linear: FloatArray
    inner: FloatArray
    error: float


@dataclass(frozen=True, eq=False)
class Mixture:
    """Normal posteriors on a grid of (ratio, error, juror) standard deviations. weight: their posterior chances."""

    design: Design
    incidence: FloatArray
    spectrum: _Spectrum
    ratio: FloatArray
    error: FloatArray
    juror: FloatArray
    weight: FloatArray

    def draw(self, rng: np.random.Generator, count: int) -> FloatArray:
        # Systematic sampling: each node gets its share of the draws, rounded up or down.
        ends = np.cumsum(self.weight.ravel())
        node = np.searchsorted(ends / ends[-1], (np.arange(count) + rng.random()) / count)
        a_, e_, j_ = np.unravel_index(np.minimum(node, len(ends) - 1), self.weight.shape)
        blocks = [self._draw(rng, int(a), self.error[e_[a_ == a]], self.juror[j_[a_ == a]]) for a in np.unique(a_)]
        return np.concatenate(blocks)

    def beaten(self, extra: FloatArray | float) -> FloatArray:
        n, parts = len(self.design.n_s), self._parts()
        if n * n * len(parts) > MOST_PAIRS:
            return chance_beaten(*self._joined(parts), extra)
        beaten = np.zeros((n, n))
        for a, chance in parts:
            given = self._givens[a]
            beaten += chance * chance_beaten(given.mean, self._covariance(a, given), extra)
        return np.asarray(np.round(beaten, 12))

    def moments(self) -> tuple[FloatArray, FloatArray]:
        parts = [(chance, a, self._givens[a]) for a, chance in self._parts()]
        mean = np.stack([chance * given.mean for chance, _, given in parts]).sum(axis=0)
        variance = np.zeros(len(mean))
        for chance, a, given in parts:
            keep, weight = 1 - self.spectrum.pull[a], self.spectrum.weight[a][self.design.of_sketch]
            alone = given.error * (keep**2 / weight + (1 - keep) / self.design.n_s)
            shared = ((given.linear @ given.inner) * given.linear).sum(axis=1)
            variance += chance * ((given.mean - mean) ** 2 + shared + alone)
        return mean, variance

    def _joined(self, parts: list[tuple[int, float]]) -> tuple[FloatArray, FloatArray]:
        """Return mean and covariance of the values over the whole grid."""
        mean = self.moments()[0]
        covariance = np.zeros((len(mean), len(mean)))
        for a, chance in parts:
            given = self._givens[a]
            covariance += chance * (self._covariance(a, given) + np.outer(given.mean - mean, given.mean - mean))
        return mean, covariance

    def _parts(self) -> list[tuple[int, float]]:
        """Return the ratios that count with their chances, which sum to 1."""
        chances = self.weight.sum(axis=(1, 2))
        kept = np.flatnonzero(chances > LEAST_CHANCE)
        return [(int(a), float(chances[a] / chances[kept].sum())) for a in kept]

    def _effects(self, a: int, error: FloatArray, juror: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return means and variances of the juror effects in the eigenvectors, for each pair of sds: (pairs, n)."""
        precision = self.spectrum.values[a] / error[:, None] ** 2 + 1 / juror[:, None] ** 2
        return self.spectrum.fit[a] / error[:, None] ** 2 / precision, 1 / precision

    def _linear(self, a: int) -> tuple[FloatArray, FloatArray]:
        """Return the values without juror effects, and what each eigenvector of these adds: (n_sketches, n_jurors)."""
        d, pull = self.design, self.spectrum.pull[a]
        grades = np.column_stack([d.sketch_mean, -self.incidence @ self.spectrum.vectors[a]])
        alone = (d.n_s * (1 - pull))[:, None] * grades
        levels = np.stack([alone[d.of_sketch == c].sum(axis=0) for c in range(d.components)])
        levels /= self.spectrum.weight[a][:, None]
        values = (1 - pull)[:, None] * levels[d.of_sketch] + pull[:, None] * grades
        return values[:, 0], values[:, 1:]

    def _draw(self, rng: np.random.Generator, a: int, error: FloatArray, juror: FloatArray) -> FloatArray:
        d, pull = self.design, self.spectrum.pull[a]
        mean, variance = self._effects(a, error, juror)
        effects = mean + rng.standard_normal(mean.shape) * np.sqrt(variance)
        values, linear = self._linear(a)
        levels = rng.standard_normal((len(error), d.components)) / np.sqrt(self.spectrum.weight[a])
        own = rng.standard_normal((len(error), len(values))) * np.sqrt(pull / d.n_s)
        return np.asarray(values + effects @ linear.T + error[:, None] * ((1 - pull) * levels[:, d.of_sketch] + own))

    @cached_property
    def _givens(self) -> dict[int, _Given]:
        return {a: self._given(a) for a, _ in self._parts()}

    def _given(self, a: int) -> _Given:
        e, j = np.nonzero(self.weight[a])
        chance = self.weight[a][e, j] / self.weight[a].sum()
        means, variances = self._effects(a, self.error[e], self.juror[j])
        mean = chance @ means
        inner = ((means - mean) * chance[:, None]).T @ (means - mean) + np.diag(chance @ variances)
        values, linear = self._linear(a)
        return _Given(values + linear @ mean, linear, inner, float(chance @ self.error[e] ** 2))

    def _covariance(self, a: int, given: _Given) -> FloatArray:
        d, keep = self.design, 1 - self.spectrum.pull[a]
        level = np.outer(keep, keep / self.spectrum.weight[a][d.of_sketch])
        if d.components > 1:
            level *= d.of_sketch[:, None] == d.of_sketch[None, :]
        shared = given.linear @ given.inner @ given.linear.T
        return np.asarray(shared + given.error * (level + np.diag((1 - keep) / d.n_s)))


def integrate(design: Design) -> Mixture | None:
    """Return the posterior of a design; None when it is too large for a grid, or the grades have no span."""
    if design.span <= 0 or len(design.n_j) > MOST_JURORS or len(design.n_s) > MOST_SKETCHES:
        return None
    return _Grid(design).fitted()


class _Grid:
    """Finds where the posterior of the three standard deviations has its mass."""

    def __init__(self, design: Design) -> None:
        self.design = design
        self.few = len(design.n_j) < FEW_JURORS
        sizes = np.unique(design.n_s)
        self.sizes = sizes
        self.shared = np.stack([design.co_assessments((design.n_s == size).astype(np.float64)) for size in sizes])
        membership = np.zeros((len(design.n_s), design.components))
        membership[np.arange(len(design.n_s)), design.of_sketch] = 1.0
        self.membership = membership
        self.counts = np.zeros((len(design.n_s), len(design.n_j)))
        np.add.at(self.counts, (design.s, design.j), 1.0)

    def fitted(self) -> Mixture:
        span = self.design.span
        low, high = SMALLEST_SD * span, LARGEST_SD * span
        floor = min(max(low, self.design.step_variance**0.5), high / 2)
        edges = [(np.log(low / high), np.log(high / floor)), (np.log(floor), np.log(high)), (np.log(low), np.log(high))]
        for _ in range(5):
            axes = [_legendre(count, *edge) for count, edge in zip(SEARCH_NODES, edges, strict=True)]
            log = self._evaluate(axes)[1]
            before, edges = edges, [_narrowed(log, axis, axes[axis][0], edges[axis]) for axis in range(3)]
            if all(b - a > 0.6 * (d - c) for (a, b), (c, d) in zip(edges, before, strict=True)):
                break
        axes = [_legendre(count, *edge) for count, edge in zip(NODES, edges, strict=True)]
        spectrum, log = self._evaluate(axes)
        weight = np.exp(log - log.max())
        for axis in range(2 if self.few else 3):
            weight = weight * np.expand_dims(axes[axis][1], tuple(k for k in range(3) if k != axis))
        ratio, error, juror = (np.exp(nodes) for nodes, _ in axes)
        incidence = self.counts / self.design.n_s[:, None]
        return Mixture(self.design, incidence, spectrum, ratio, error, self._jurors(juror), weight / weight.sum())

    def _jurors(self, juror: FloatArray) -> FloatArray:
        return np.array([SEVERITY_SD * self.design.span]) if self.few else juror

    def _evaluate(self, axes: list[tuple[FloatArray, FloatArray]]) -> tuple[_Spectrum, FloatArray]:
        """Return the spectra and the logarithm of the posterior density of the logarithms, (ratios, errors, jurors)."""
        ratio, error, juror = (np.exp(nodes) for nodes, _ in axes)
        juror = self._jurors(juror)
        spectrum = self._spectrum(ratio**2)
        ve, vr = error[None, :, None, None] ** 2, juror[None, None, :, None] ** 2
        grown = 1 + vr / ve * spectrum.values[:, None, None, :]
        fit = spectrum.fit[:, None, None, :] ** 2
        squares = spectrum.left[:, None, None] - (vr / ve * fit / grown).sum(axis=3)
        free = len(self.design.y) - self.design.components
        log = -(squares / ve[..., 0] + np.log(grown).sum(axis=3) + spectrum.logs[:, None, None]) / 2
        log = log - free * np.log(error)[None, :, None] + 2 * np.log(error)[None, :, None]
        sketch = ratio[:, None, None] * error[None, :, None]
        log = np.where(sketch <= LARGEST_SD * self.design.span, log + np.log(sketch), -np.inf)
        return spectrum, log if self.few else log + np.log(juror)

    def _spectrum(self, ratio: FloatArray) -> _Spectrum:
        d = self.design
        grown = 1 + np.outer(ratio, d.n_s)
        keep = 1 / grown
        sizes = ratio[:, None] / (1 + np.outer(ratio, self.sizes))
        weight = (d.n_s * keep) @ self.membership
        matrix = np.diag(d.n_j.astype(np.float64)) - np.tensordot(sizes, self.shared, 1)
        across = np.einsum("as,sc,sb->acb", keep, self.membership, self.counts, optimize=True)
        matrix = matrix - np.einsum("acb,acd->abd", across, across / weight[:, :, None])
        centred = d.sketch_mean - d.y.mean()
        level = (d.n_s * keep * centred) @ self.membership / weight
        own = np.bincount(d.j, weights=d.y - d.y.mean(), minlength=len(d.n_j))
        pulls = own - ((1 - keep) * centred) @ self.counts - np.einsum("ac,acb->ab", level, across)
        within = float(((d.y - d.sketch_mean[d.s]) ** 2).sum())
        off = centred - level[:, d.of_sketch]
        values, vectors = np.linalg.eigh((matrix + matrix.transpose(0, 2, 1)) / 2)
        return _Spectrum(
            pull=1 - keep,
            values=np.maximum(values, 0.0),
            vectors=vectors,
            weight=weight,
            fit=np.einsum("abk,ab->ak", vectors, pulls),
            left=within + (d.n_s * keep * off**2).sum(axis=1),
            logs=np.log(grown).sum(axis=1) + np.log(weight).sum(axis=1),
        )


def _narrowed(log: FloatArray, axis: int, nodes: FloatArray, edge: tuple[float, float]) -> tuple[float, float]:
    """Return the part of an axis where the density is not negligible, and one node more on each side."""
    if log.shape[axis] == 1:
        return edge
    height = log.max(axis=tuple(k for k in range(3) if k != axis))
    there = np.flatnonzero(height > height.max() - NEGLIGIBLE)
    first, last = int(there[0]) - 1, int(there[-1]) + 1
    return (
        float(nodes[first]) if first >= 0 else edge[0],
        float(nodes[last]) if last < len(nodes) else edge[1],
    )


@lru_cache(maxsize=16)
def _rule(count: int) -> tuple[FloatArray, FloatArray]:
    nodes, weights = np.polynomial.legendre.leggauss(count)
    return nodes, weights


def _legendre(count: int, low: float, high: float) -> tuple[FloatArray, FloatArray]:
    """Return nodes and weights of the Gauss-Legendre quadrature between two points."""
    nodes, weights = _rule(count)
    return low + (nodes + 1) / 2 * (high - low), weights * (high - low) / 2
