"""What the ranking owes to the weights, to single jurors, to single criteria, and to chance, without any model.

Everything here repeats the default ranking of ranking.py on changed weights or on some of the assessments. Equal means
share a rank, so more than `top` sketches can be in the top of a repetition. Ids are sorted; the same rows in any order,
with the same seed, give the same result to the bit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from scoring.aggregation.ranking import DECIMALS, Composites, composites, rank
from scoring.aggregation.table import FloatArray, Id, IntArray, ScoreError, ScoreTable

CONCENTRATION = 100.0
"""Of the Dirichlet distribution around the weights: 20 % gets a standard deviation of 4 percentage points."""

BLOCK = 50
"""Repetitions at a time, to bound the memory."""


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """Sketches in the order of their ids; None or 0 for those without grades that count.

    weights: share of draws of the weights that put the sketch in the top. bootstrap: the same for assessments drawn
    anew from each sketch's own, with `bootstrap90`, the central 90 % of its ranks; a single assessment cannot vary.
    without_juror, without_criterion: the rank of each sketch when that one is left out, None where nothing is left.
    """

    sketches: tuple[Id, ...]
    weights: tuple[float, ...]
    bootstrap: tuple[float, ...]
    bootstrap90: tuple[tuple[int, int] | None, ...]
    without_juror: dict[Id, tuple[int | None, ...]]
    without_criterion: dict[Id, tuple[int | None, ...]]


def sensitivity(table: ScoreTable, *, top: int, seed: int = 0, draws: int = 1000) -> Sensitivity:
    """Repeat the default ranking under other weights, without each juror and each criterion, and on new samples."""
    if top < 1 or draws < 100:
        raise ScoreError("top must be at least 1 and draws at least 100")
    form = table.canonical()
    given = composites(form)
    if not len(given.value):
        raise ScoreError("no sketch has a grade on a criterion with weight, so there is nothing to rank")
    graded = np.unique(given.sketch)
    rng = np.random.Generator(np.random.PCG64(seed))
    of_weights = np.concatenate([_ranks(means) for means in _means_by_weights(form, given, rng, draws)])
    of_samples = np.concatenate([_ranks(means) for means in _means_by_samples(given, rng, draws)])
    low, high = np.quantile(of_samples, (0.05, 0.95), axis=0, method="inverted_cdf").astype(np.int64)
    ends = dict(zip(graded.tolist(), zip(low.tolist(), high.tolist(), strict=True), strict=True))
    return Sensitivity(
        sketches=form.sketches,
        weights=_shares(form, graded, of_weights, top),
        bootstrap=_shares(form, graded, of_samples, top),
        bootstrap90=tuple(ends.get(row) for row in range(len(form.sketches))),
        without_juror={name: _without_juror(form, given, j) for j, name in enumerate(form.jurors)},
        without_criterion={name: _without_criterion(form, c) for c, name in enumerate(form.criteria)},
    )


def _means_by_weights(
    form: ScoreTable, given: Composites, rng: np.random.Generator, draws: int
) -> Iterator[FloatArray]:
    """Yield (block, n_graded) means; an assessment keeps out a criterion that it could not assess."""
    counted = np.array(form.weights) > 0
    share = np.array(form.weights)[counted] / np.sum(form.weights)
    drawn = rng.dirichlet(CONCENTRATION * share, size=draws)
    there = ~np.isnan(given.grades[:, counted])
    grades = np.where(there, given.grades[:, counted], 0.0)
    _, start = np.unique(given.sketch, return_index=True)
    n = np.diff(np.r_[start, len(given.sketch)])
    for first in range(0, draws, BLOCK):
        some = drawn[first : first + BLOCK]
        values = (some @ grades.T) / np.maximum(some @ there.T, 1e-300)
        yield np.add.reduceat(values, start, axis=1) / n


def _means_by_samples(given: Composites, rng: np.random.Generator, draws: int) -> Iterator[FloatArray]:
    """Yield (block, n_graded) means of as many assessments as a sketch has, drawn from these with replacement."""
    _, start, row = np.unique(given.sketch, return_index=True, return_inverse=True)
    n = np.diff(np.r_[start, len(given.sketch)])
    for first in range(0, draws, BLOCK):
        place = rng.random((min(BLOCK, draws - first), len(row))) * n[row]
        values = given.value[start[row] + place.astype(np.int64)]
        yield np.add.reduceat(values, start, axis=1) / n


def _ranks(means: FloatArray) -> IntArray:
    """Return ranks along the rows, from 1, higher means first, equal ones shared."""
    rounded = -np.round(means, DECIMALS)
    order = np.argsort(rounded, axis=1, kind="stable")
    sorted_means = np.take_along_axis(rounded, order, axis=1)
    new = np.ones(means.shape, dtype=bool)
    new[:, 1:] = sorted_means[:, 1:] != sorted_means[:, :-1]
    shared = np.maximum.accumulate(np.where(new, np.arange(means.shape[1]), 0), axis=1) + 1
    ranks = np.empty_like(shared)
    np.put_along_axis(ranks, order, shared, axis=1)
    return ranks


def _shares(form: ScoreTable, graded: IntArray, ranks: IntArray, top: int) -> tuple[float, ...]:
    shares = np.zeros(len(form.sketches))
    shares[graded] = (ranks <= top).mean(axis=0)
    return tuple(shares.tolist())


def _without_juror(form: ScoreTable, given: Composites, juror: int) -> tuple[int | None, ...]:
    keep = given.juror != juror
    some = replace(
        given, sketch=given.sketch[keep], juror=given.juror[keep], value=given.value[keep], grades=given.grades[keep]
    )
    return _of(form, some)


def _without_criterion(form: ScoreTable, criterion: int) -> tuple[int | None, ...]:
    weights = tuple(0.0 if c == criterion else weight for c, weight in enumerate(form.weights))
    if not sum(weights):
        return (None,) * len(form.sketches)
    changed = replace(form, weights=weights)
    return _of(changed, composites(changed))


def _of(form: ScoreTable, given: Composites) -> tuple[int | None, ...]:
    if not len(given.value):
        return (None,) * len(form.sketches)
    return tuple(int(place) or None for place in rank(form, given).rank)


def reranked(
    table: ScoreTable, *, weights: Mapping[Any, float] | None = None, without: Id | None = None
) -> dict[Id, tuple[int | None, float | None]]:
    """Sketch -> (rank, mean) of the default ranking under other weights, or without one juror's assessments.

    Raises ScoreError for weights that fit no table (all of them 0, one below 0). Nothing else of the table changes.
    """
    form = table.canonical()
    if weights is not None:
        form = replace(form, weights=tuple(weights[name] for name in form.criteria))
    if without is not None and without in form.jurors:
        keep = form.juror != form.jurors.index(without)
        form = replace(
            form,
            sketch=form.sketch[keep],
            juror=form.juror[keep],
            criterion=form.criterion[keep],
            score=form.score[keep],
        )
    given = composites(form)
    if not len(given.value):
        return dict.fromkeys(form.sketches, (None, None))
    found = rank(form, given)
    means = [None if np.isnan(mean) else float(mean) for mean in found.mean]
    return dict(zip(form.sketches, zip([int(place) or None for place in found.rank], means, strict=True), strict=True))
