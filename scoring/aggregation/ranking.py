"""The default ranking: weighted mean over criteria, then plain mean over jurors, and a tie rule stated beforehand.

A criterion the juror could not assess is left out and the other weights are scaled up. Means that agree to nine
decimals are equal. Equal sketches are told apart by the higher mean on the heaviest criterion, then the next (equally
heavy criteria in their declared order); what remains equal shares the rank, and only people may decide.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scoring.aggregation.table import FloatArray, IntArray, ScoreTable

DECIMALS = 9


@dataclass(frozen=True, eq=False)
class Composites:
    """One weighted mean per assessment, sorted by sketch and juror; assessments without any grade that counts are out.

    sketch, juror: (n,) positions. value: (n,). grades: (n, n_criteria), NaN where not assessed. incomplete: per sketch,
    grades missing from its assessments, those that could not be assessed at all among them. step_variance: variance
    that rounding to the grades in use puts into a value. span: highest less lowest value there can be, by the declared
    scales or, without them, by the grades given.
    """

    sketch: IntArray
    juror: IntArray
    value: FloatArray
    grades: FloatArray
    incomplete: IntArray
    step_variance: float
    span: float


@dataclass(frozen=True, eq=False)
class Ranking:
    """Per sketch, NaN or 0 where there are too few assessments.

    n: assessments that count. mean, median, spread (highest less lowest): on the scale of the grades. criterion_means:
    (n_sketches, n_criteria). rank: from 1, 0 for unranked, shared by what the tie rule leaves equal (tied).
    """

    n: IntArray
    mean: FloatArray
    median: FloatArray
    spread: FloatArray
    criterion_means: FloatArray
    rank: IntArray
    tied: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]


def composites(table: ScoreTable) -> Composites:
    """Return the weighted mean of each assessment of a canonical table."""
    keys, row = np.unique(table.sketch * len(table.jurors) + table.juror, return_inverse=True)
    grades = np.full((len(keys), len(table.criteria)), np.nan)
    grades[row, table.criterion] = table.score
    weights = np.where(np.isnan(grades), 0.0, np.array(table.weights))
    total = weights.sum(axis=1)
    counts = total > 0
    value = (weights * np.where(np.isnan(grades), 0.0, grades))[counts].sum(axis=1) / total[counts]
    counted = np.array(table.weights) > 0
    sketch = keys // len(table.jurors)
    missing = np.isnan(grades[:, counted]).sum(axis=1)
    return Composites(
        sketch=sketch[counts],
        juror=keys[counts] % len(table.jurors),
        value=value,
        grades=grades[counts],
        incomplete=np.bincount(sketch, weights=missing, minlength=len(table.sketches)).astype(np.int64),
        step_variance=_step_variance(grades, np.array(table.weights)),
        span=_span(table),
    )


def rank(table: ScoreTable, given: Composites, *, minimum: int = 1) -> Ranking:
    """Rank the sketches with at least `minimum` assessments."""
    count = len(table.sketches)
    n = np.bincount(given.sketch, minlength=count)
    ranked = n >= max(1, minimum)
    mean = _mean_by_sketch(given.sketch, given.value, count)
    criterion_means = np.column_stack([_mean_by_sketch(given.sketch, g, count) for g in given.grades.T])
    median, spread = _median_and_spread(given, n)
    weighty = [c for c, weight in enumerate(table.weights) if weight > 0]  # one without weight settles no tie
    order_of_criteria = sorted(weighty, key=lambda c: -table.weights[c])
    keys = np.column_stack([mean, criterion_means[:, order_of_criteria]])
    keys = np.where(np.isnan(keys), -np.inf, np.round(keys, DECIMALS))
    place, tied = _shared_ranks(keys[ranked])
    ranks, ties = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=bool)
    ranks[ranked], ties[ranked] = place, tied
    return Ranking(n, mean, median, spread, criterion_means, ranks, ties)


def _shared_ranks(keys: FloatArray) -> tuple[IntArray, np.ndarray[tuple[int, ...], np.dtype[np.bool_]]]:
    """Return the rank (from 1, higher keys first, equal rows share) and whether it is shared."""
    if not len(keys):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=bool)
    order = np.lexsort(tuple(-column for column in keys.T[::-1]))
    rows = keys[order]
    first = np.r_[True, (rows[1:] != rows[:-1]).any(axis=1)]
    shared_rank = np.maximum.accumulate(np.where(first, np.arange(len(rows)), 0)) + 1
    block = np.cumsum(first) - 1
    ranks, tied = np.empty(len(rows), dtype=np.int64), np.empty(len(rows), dtype=bool)
    ranks[order], tied[order] = shared_rank, np.bincount(block)[block] > 1
    return ranks, tied


def _mean_by_sketch(sketch: IntArray, values: FloatArray, count: int) -> FloatArray:
    there = ~np.isnan(values)
    n = np.bincount(sketch[there], minlength=count)
    total = np.bincount(sketch[there], weights=values[there], minlength=count)
    return np.where(n > 0, total / np.maximum(n, 1), np.nan)


def _median_and_spread(given: Composites, n: IntArray) -> tuple[FloatArray, FloatArray]:
    values = given.value[np.lexsort((given.value, given.sketch))]
    start = np.cumsum(n) - n
    there = np.flatnonzero(n)
    median, spread = np.full(len(n), np.nan), np.full(len(n), np.nan)
    low, high = start[there] + (n[there] - 1) // 2, start[there] + n[there] // 2
    median[there] = (values[low] + values[high]) / 2
    spread[there] = values[start[there] + n[there] - 1] - values[start[there]]
    return median, spread


def _step_variance(grades: FloatArray, weights: FloatArray) -> float:
    """Sheppard's correction (1898): rounding to steps of width h adds a variance of h squared over 12."""
    share = weights / weights.sum()
    total = 0.0
    for column, part in zip(grades.T, share, strict=True):
        gaps = np.diff(np.unique(column[~np.isnan(column)]))
        if len(gaps):
            total += float(part * part * gaps.min() ** 2 / 12)
    return total


def _span(table: ScoreTable) -> float:
    weights = np.array(table.weights)
    if table.scales:
        lowest, highest = np.array(table.scales).T
    else:
        there = ~np.isnan(table.score)
        lowest, highest = np.full(len(weights), np.inf), np.full(len(weights), -np.inf)
        np.minimum.at(lowest, table.criterion[there], table.score[there])
        np.maximum.at(highest, table.criterion[there], table.score[there])
    wide = np.where(np.isfinite(highest), highest - np.where(np.isfinite(lowest), lowest, 0), 0.0)
    return float(weights @ np.where(np.isfinite(wide), wide, 0.0) / weights.sum())
