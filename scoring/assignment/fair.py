"""The policies "fair" and "fairness-first": raise the floor, the affinity that every sketch gets at least.

The floor of a sketch is min(tau, the best its own demand allows), so that a hopeless sketch does not hold the others
down (FairIR: Kobren, Saha and McCallum, "Paper matching with local fairness constraints", KDD 2019). tau is raised from
below: by galloping over the quantiles of what the sketches have, then by bisection, each step a warm start. For every
tau the total is maximised under fixed floors. Policy "fair" takes the highest tau that costs at most a given share of
the best total, "fairness-first" the highest tau at all.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from scoring.assignment.common import FloatArray, IntArray
from scoring.assignment.integer import NODES, Whole, make_whole
from scoring.assignment.programme import Bools, Model, Programme, Relaxed

SUMS_SHOWN = 400
"""With so few different sums of affinities, tau takes only these values, which makes the relaxation tighter."""

PRECISION = 5e-4
"""Relative width at which the bisection of tau ends."""

CLOSE = 5e-4
"""Relative loss of the total that whole assignments may cost against the relaxation; floors come first here."""

NEAR = 1e-2
"""Relative distance from tau at which a whole assignment is near enough to stop."""

ROUNDINGS = 4
"""Most values of tau for which whole assignments are sought."""

SHARE = 0.99
"""Share of the relaxation's tau below which whole assignments are sought again, with more of them undone."""

EPSILON = 1e-9


@dataclass(frozen=True, eq=False)
class Fair:
    """A fair assignment: chosen (n_free,), the level tau its floors keep, how far the total is from the relaxation's,
    and the highest tau that the relaxation reaches."""

    chosen: Bools
    level: float
    gap: float
    highest: float = 0.0


class FairSearch:
    """The search for tau from the best assignment on.

    best: (n_free,) truth values of the optimal assignment. caps: (n_sketches,) highest floor to ask of each sketch.
    limit: how much the objective may fall.
    """

    def __init__(self, model: Model, programme: Programme, best: Bools, caps: FloatArray, limit: float) -> None:
        self.model, self.programme, self.best, self.caps = model, programme, best, caps
        self.asked = np.flatnonzero(model.problem.demand > 0)
        self.limit = limit
        self.enough = self._value(best) - limit

    def run(self) -> Fair:
        """Return the assignment with the highest level found; the optimal one where none is higher."""
        if not len(self.asked):
            return Fair(self.best, 0.0, 0.0)
        found = Fair(self.best, self.level(self.best), 0.0)
        low, high = self._bracket(found.level)
        low = self._bisect(low, high, lambda tau: self._relax(tau) is not None)
        return replace(self._whole(found, low), highest=max(low, found.level))

    def level(self, chosen: Bools) -> float:
        """Return the highest tau whose floors the assignment keeps."""
        sums = self._sums(chosen)
        below = sums[self.asked] < self.caps[self.asked] - EPSILON
        return float(sums[self.asked][below].min() if below.any() else self.caps[self.asked].max())

    def floors(self, tau: float) -> FloatArray:
        floors = np.full(len(self.caps), -np.inf)
        floors[self.asked] = np.minimum(tau, self.caps[self.asked]) - EPSILON
        return floors

    def _sums(self, chosen: Bools) -> FloatArray:
        weights = self.model.affinity[chosen]
        sums = np.bincount(self.model.sketch[chosen], weights=weights, minlength=len(self.caps))
        return np.asarray(sums + self.model.locked_sum, dtype=np.float64)

    def _value(self, chosen: Bools) -> float:
        return math.fsum(self.model.worth[chosen]) - self.model.penalty * self.model.shortages(chosen)

    def _bracket(self, start: float) -> tuple[float, float]:
        """Gallop upwards; return a level that can be had and a higher one that cannot (or the highest there is)."""
        top = float(self.caps[self.asked].max())
        have = np.sort(self._sums(self.best)[self.asked])
        low, step = start, max(1, len(have) // 500)
        while low < top - EPSILON:
            place = min(len(have) - 1, int(np.searchsorted(have, low, side="right")) + step)
            tau = self._snap(max(float(have[place]), low + PRECISION * abs(top)))
            tau = min(max(tau, self._next(low)), top)
            if self._relax(tau) is None:
                return low, tau
            low, step = tau, 2 * step
        return low, low

    def _bisect(self, low: float, high: float, good: Callable[[float], bool]) -> float:
        while high - low > PRECISION * max(abs(high), EPSILON):
            middle = self._snap((low + high) / 2)
            if middle >= high - EPSILON:
                middle = self._snap(self._next(low))
                if middle >= high - EPSILON:
                    break
            if good(middle):
                low = middle
            else:
                high = middle
        return low

    def _relax(self, tau: float) -> Relaxed | None:
        """Return the relaxation under the floors of tau, or None where it costs too much."""
        self.programme.set_floors(self.floors(tau))
        relaxed = self.programme.solve(self.enough)
        good = relaxed.missed <= 1e-6 and relaxed.value >= self.enough - 1e-6
        return relaxed if good else None

    def _whole(self, found: Fair, low: float) -> Fair:
        """Look for whole assignments at tau and, where they cost too much, below."""
        tau, floor, tried = low, found.level, np.inf
        for _ in range(ROUNDINGS):
            if tau <= found.level + EPSILON or tau >= tried - EPSILON:
                break
            new, tried = self._round(tau, rounds=1), tau
            if new is not None and new.level > found.level + EPSILON:
                found = new
            if new is not None and new.level >= tau - NEAR * abs(tau):
                break
            tau = self._snap((tau + max(floor, found.level)) / 2)
        if found.level < low - (1 - SHARE) * abs(low):
            new = self._round(low, rounds=len(NODES))
            if new is not None and new.level > found.level + EPSILON:
                found = new
        return found

    def _round(self, tau: float, *, rounds: int) -> Fair | None:
        floors = self.floors(tau)
        self.programme.set_floors(floors)
        relaxed = self.programme.solve()
        whole: Whole | None = make_whole(self.model, relaxed, floors, close=CLOSE, rounds=rounds)
        if whole is None or self._value(whole.chosen) < self.enough:
            return None
        gap = max(0.0, relaxed.bound - self._value(whole.chosen))
        return Fair(whole.chosen, self.level(whole.chosen), gap)

    def _snap(self, tau: float) -> float:
        """Return the lowest sum of affinities from tau up, where there are few; else tau."""
        sums = self._reachable
        place = int(np.searchsorted(sums, tau - EPSILON))
        return float(sums[place]) if place < len(sums) else tau

    def _next(self, tau: float) -> float:
        sums = self._reachable
        place = int(np.searchsorted(sums, tau + EPSILON))
        return float(sums[place]) if place < len(sums) else tau

    @property
    def _reachable(self) -> FloatArray:
        if not hasattr(self, "_sums_found"):
            self._sums_found = reachable_sums(self.model)
        return self._sums_found


def reachable_sums(model: Model) -> FloatArray:
    """Return every sum that as many affinities as a sketch wants can have, sorted; empty where they are too many."""
    values = np.unique(np.round(model.problem.affinity, 9))
    sums, most = np.zeros(1), int(model.problem.demand.max(initial=0))
    everything = sums
    for _ in range(most):
        if len(sums) * len(values) > SUMS_SHOWN * 50:
            return np.empty(0)
        sums = np.unique(np.round(sums[:, None] + values[None, :], 9))
        everything = np.union1d(everything, sums)
    return everything if len(everything) <= SUMS_SHOWN else np.empty(0)


def own_best(model: Model) -> FloatArray:
    """Return the affinity of each sketch's best jurors, were it alone, (n_sketches,); groups are left aside."""
    order = np.lexsort((-model.affinity, model.sketch))
    sketch = model.sketch[order]
    rank = np.arange(len(order)) - np.searchsorted(sketch, sketch)
    kept = order[rank < model.left.demand[sketch]]
    best = np.bincount(model.sketch[kept], weights=model.affinity[kept], minlength=len(model.left.demand))
    return np.asarray(best + model.locked_sum, dtype=np.float64)


def promising(reduced: FloatArray, sketch: IntArray, chosen: Bools, *, each: int) -> IntArray:
    """Return the chosen pairs and the best of each sketch by reduced cost, as positions."""
    order = np.lexsort((-reduced, sketch))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order)) - np.searchsorted(sketch[order], sketch[order])
    return np.flatnonzero((rank < each) | chosen)
