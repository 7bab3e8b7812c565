"""How sure the ranking is: rank intervals, the chance to be in the top, expected ranks, and the tie group at the line.

After Heyard, Ott, Salanti and Egger (2022), Rethinking the funding line at the Swiss National Science Foundation:
the expected rank of a sketch is 1 plus its chances of being beaten by each other one; whoever's 50 % rank interval
holds the expected rank of the last one in cannot be told apart from it.

The draws come from the posterior of the calibrated values with the variance components integrated out (see
integration.py), or, with many jurors, taken at their estimates. Comparisons between components without a juror in
common get a random offset per component: nothing in the grades says how the levels compare, and the intervals must not
pretend it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scoring.aggregation.calibrate import Calibration
from scoring.aggregation.integration import integrate
from scoring.aggregation.posterior import Belief
from scoring.aggregation.table import FloatArray, IntArray

RankArray = np.ndarray[tuple[int, ...], np.dtype[np.int32]]

ANALYTIC_LIMIT = 2_000
"""Above this many sketches the expected rank is the mean over the draws; pairwise chances would take too long."""


@dataclass(frozen=True, eq=False)
class Uncertainty:
    """Per calibrated sketch. interval50, interval90: (n, 2) ranks. p_top: NaN where no line was asked for.

    estimated: False where the design cannot tell sketch, juror and error apart; then every rank is possible.
    """

    expected_rank: FloatArray
    interval50: IntArray
    interval90: IntArray
    p_top: FloatArray
    tie_group: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
    estimated: bool


def uncertainty(found: Calibration, *, top: int | None, seed: int, draws: int) -> Uncertainty:
    """Return the uncertainty of the ranks at a line after the first `top` sketches."""
    n = len(found.sketches)
    if found.posterior is None:
        return _unknown(n, top)
    belief: Belief = integrate(found.design) or found.posterior
    ranks = _rank_draws(found, belief, seed, draws)
    twins = _twins(found, belief)
    if n <= ANALYTIC_LIMIT:
        expected = _expected_ranks(found, belief)
    else:
        expected = _by_twins(ranks.mean(axis=1), twins)
    p_top = _by_twins((ranks <= top).mean(axis=1), twins) if top is not None else np.full(n, np.nan)
    interval50, interval90 = _intervals(ranks, twins)
    return Uncertainty(expected, interval50, interval90, p_top, tie_group(expected, interval50, top), estimated=True)


def tie_group(
    expected: FloatArray, interval50: IntArray, top: int | None
) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Tell which sketches the line cannot separate from the last one in; none when everyone is in.

    Intervals are of whole ranks, and a rank stands for all that rounds to it.
    """
    if top is None or top >= len(expected):
        return np.zeros(len(expected), dtype=bool)
    line = np.sort(expected)[top - 1]
    return np.asarray((interval50[:, 0] - 0.5 <= line) & (line <= interval50[:, 1] + 0.5))


def _unknown(n: int, top: int | None) -> Uncertainty:
    whole = np.tile(np.array([1, n]), (n, 1))
    expected = np.full(n, (n + 1) / 2)
    p_top = np.full(n, np.nan if top is None else min(1.0, top / n))
    return Uncertainty(expected, whole, whole, p_top, tie_group(expected, whole, top), estimated=n == 1)


def _rank_draws(found: Calibration, belief: Belief, seed: int, draws: int) -> RankArray:
    """Return (n, draws) ranks, 1 for the highest value; ties have probability zero."""
    rng = np.random.Generator(np.random.PCG64(seed))
    values = belief.draw(rng, draws)
    if found.components > 1:
        offset = rng.standard_normal((draws, found.components)) * np.sqrt(found.offset_variance)
        values += offset[:, found.component]
    ranks = np.empty(values.shape[::-1], dtype=np.int32)
    places = np.arange(1, values.shape[1] + 1, dtype=np.int32)
    for row, drawn in enumerate(values):  # one draw at a time stays in the cache
        ranks[np.argsort(-drawn), row] = places
    return ranks


def _expected_ranks(found: Calibration, belief: Belief) -> FloatArray:
    extra: FloatArray | float = 0.0
    if found.components > 1:
        extra = 2 * found.offset_variance * (found.component[:, None] != found.component[None, :])
    beaten = belief.beaten(extra)
    return np.asarray(1 + np.round(np.sort(beaten, axis=1).sum(axis=1), 9))


def _twins(found: Calibration, belief: Belief) -> IntArray:
    """Number the sketches so that those with the same posterior mean and variance share a number."""
    mean, variance = belief.moments()
    scale = float(np.sqrt(variance.max()))
    keys = np.column_stack([np.round(mean / scale, 7), np.round(variance / scale**2, 7), found.component])
    return np.asarray(np.unique(keys, axis=0, return_inverse=True)[1].reshape(-1))


def _by_twins(values: FloatArray, twins: IntArray) -> FloatArray:
    return np.asarray((np.bincount(twins, weights=values) / np.bincount(twins))[twins])


def _intervals(ranks: RankArray, twins: IntArray) -> tuple[IntArray, IntArray]:
    """Return the central 50 % and 90 % rank intervals; twins pool their draws and so get the same ones."""
    ends = [place for level in (0.5, 0.9) for place in ((1 - level) / 2, (1 + level) / 2)]
    places = [_quantile_place(q, ranks.shape[1]) for q in ends]
    table = np.partition(ranks, places, axis=1)[:, places].astype(np.int64)
    order = np.argsort(twins, kind="stable")
    counts = np.bincount(twins)
    stops = np.cumsum(counts)
    for twin in np.flatnonzero(counts > 1):
        members = order[stops[twin] - counts[twin] : stops[twin]]
        pooled = np.sort(ranks[members].ravel())
        table[members] = [pooled[_quantile_place(q, len(pooled))] for q in ends]
    return table[:, :2], table[:, 2:]


def _quantile_place(q: float, n: int) -> int:
    return int(min(n - 1, max(0, np.ceil(q * n) - 1)))
