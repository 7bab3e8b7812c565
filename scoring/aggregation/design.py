"""Who graded what: the juror-sketch graph, renumbered so that only those who take part are in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scoring.aggregation.ranking import Composites
from scoring.aggregation.table import FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Design:
    """Assessments sorted by sketch. y, s, j: value, sketch and juror of each. n_s, n_j: assessments per sketch, juror.

    of_sketch, of_juror: connected component of each, numbered by its first sketch. step_variance: what rounding puts
    into a value. span: highest less lowest possible value.
    """

    y: FloatArray
    s: IntArray
    j: IntArray
    n_s: IntArray
    n_j: IntArray
    of_sketch: IntArray
    of_juror: IntArray
    step_variance: float
    span: float

    @property
    def components(self) -> int:
        return int(self.of_sketch.max()) + 1

    @property
    def start(self) -> IntArray:
        """Position of the first assessment of each sketch."""
        return np.cumsum(self.n_s) - self.n_s

    @property
    def sketch_mean(self) -> FloatArray:
        return np.asarray(np.bincount(self.s, weights=self.y) / self.n_s)

    def pairs(self) -> tuple[IntArray, IntArray]:
        """Return two positions for each two assessments of one sketch, also of one with itself, in both orders."""
        n = self.n_s[self.s]
        left = np.repeat(np.arange(len(self.s)), n)
        right = np.repeat(self.start[self.s], n) + np.arange(len(left)) - np.repeat(np.cumsum(n) - n, n)
        return left, right

    def co_assessments(self, weight: FloatArray) -> FloatArray:
        """Return the (n_jurors, n_jurors) sum over sketches of weight, for each two jurors on the sketch."""
        left, right = self.pairs()
        count = len(self.n_j)
        cells = np.bincount(self.j[left] * count + self.j[right], weights=weight[self.s[left]], minlength=count**2)
        return np.asarray(cells.reshape(count, count), dtype=np.float64)

    def juror_mean(self, effects: FloatArray) -> FloatArray:
        """Return the mean effect of each sketch's jurors; effects: (draws, n_jurors), result: (draws, n_sketches)."""
        return np.asarray(np.add.reduceat(effects[:, self.j], self.start, axis=1) / self.n_s)


def design_of(given: Composites) -> tuple[Design, IntArray, IntArray]:
    """Return the design with the positions of its sketches and of its jurors."""
    sketches, s = np.unique(given.sketch, return_inverse=True)
    jurors, j = np.unique(given.juror, return_inverse=True)
    of_sketch, of_juror = _components(s, j, len(sketches), len(jurors))
    counts = np.bincount(s), np.bincount(j)
    return Design(given.value, s, j, *counts, of_sketch, of_juror, given.step_variance, given.span), sketches, jurors


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
