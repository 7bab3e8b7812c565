"""Made-up assignment problems: what the benchmark measures beside the instances it is given.

Topics from Dirichlet(0.15) per sketch and Dirichlet(0.3) per juror over 20 topics, affinity 0.85 cosine + 0.15 uniform,
2 % conflicts, three jurors per sketch, loads between 0.5 and 1.2 of the mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from scoring.assignment import Group, Id, Problem

SIZES = {"500 x 60": (500, 60, 60), "2,000 x 300": (2_000, 300, 40)}
LARGE = {"10,000 x 3,000": (10_000, 3_000, 50)}


def synthetic(n_sketches: int, n_jurors: int, best: int, *, seed: int = 1) -> Problem:
    """Return a made-up problem in which each sketch keeps its `best` jurors."""
    rng = np.random.default_rng(seed)
    sketch = rng.dirichlet(np.full(20, 0.15), n_sketches)
    juror = rng.dirichlet(np.full(20, 0.3), n_jurors)
    unit = [rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in (sketch, juror)]
    affinity = 0.85 * unit[0] @ unit[1].T + 0.15 * rng.random((n_sketches, n_jurors))
    affinity[rng.random(affinity.shape) < 0.02] = -1
    kept = np.argsort(-affinity, axis=1)[:, :best]
    rows = np.repeat(np.arange(n_sketches), best)
    allowed = affinity[rows, kept.ravel()] >= 0
    mean = 3 * n_sketches / n_jurors
    return Problem(
        sketches=tuple(range(n_sketches)),
        jurors=tuple(range(n_jurors)),
        sketch=rows[allowed],
        juror=kept.ravel()[allowed],
        affinity=affinity[rows, kept.ravel()][allowed],
        demand=np.full(n_sketches, 3),
        load_min=np.full(n_jurors, int(0.5 * mean)),
        load_max=np.full(n_jurors, int(np.ceil(1.2 * mean))),
    )


def with_rules(problem: Problem, *, locked: int = 0) -> Problem:
    """Add three rules that cross: one per organisation, two per sector, a senior; and lock the best pair of some."""
    rng, n = np.random.default_rng(5), len(problem.jurors)
    organisation = rng.integers(1, max(2, n // 3) + 1, n)
    sector = rng.integers(1, 5, n)
    senior = rng.random(n) < 0.4
    rules = (
        Group("organisation", tuple(organisation.tolist()), 1),
        Group("sector", tuple(sector.tolist()), 2),
        Group("senior", tuple("senior" if is_senior else None for is_senior in senior), None, 1),
    )
    return replace(problem, groups=rules, locked=best_pairs(problem, locked))


def best_pairs(problem: Problem, number: int) -> list[tuple[int, int]]:
    """Return the best pair of each of the first sketches, as far as the jurors' loads go."""
    left = problem.load_max.tolist()
    pairs = []
    for sketch in range(number):
        here = np.flatnonzero(problem.sketch == sketch)
        for pair in here[np.argsort(-problem.affinity[here])].tolist():
            juror = int(problem.juror[pair])
            if left[juror]:
                left[juror] -= 1
                pairs.append((sketch, juror))
                break
    return pairs


def without_a_juror(problem: Problem, pairs: Sequence[tuple[Id, Id]]) -> tuple[Problem, int]:
    """Take the juror of the first pair out and ask for a repair; return also how many pairs are lost with the juror.

    pairs: (sketch, juror) of an earlier solution of the problem, whose ids are positions.
    """
    gone = int(pairs[0][1])
    kept = problem.juror != gone
    least, most = problem.load_min.copy(), problem.load_max.copy()
    least[gone] = most[gone] = 0
    changed = replace(
        problem,
        sketch=problem.sketch[kept],
        juror=problem.juror[kept],
        affinity=problem.affinity[kept],
        load_min=least,
        load_max=most,
        previous=np.array(pairs, dtype=np.int64),
    )
    return changed, sum(juror == gone for _, juror in pairs)


def shuffled(problem: Problem, seed: int) -> Problem:
    """Return the same problem with sketches, jurors and pairs in another order."""
    rng = np.random.default_rng(seed)
    rows, columns = rng.permutation(len(problem.sketches)), rng.permutation(len(problem.jurors))
    new_row, new_column = np.argsort(rows), np.argsort(columns)
    order = rng.permutation(len(problem.sketch))
    return replace(
        problem,
        sketches=tuple(problem.sketches[row] for row in rows),
        jurors=tuple(problem.jurors[column] for column in columns),
        sketch=new_row[problem.sketch][order],
        juror=new_column[problem.juror][order],
        affinity=problem.affinity[order],
        demand=problem.demand[rows],
        load_min=problem.load_min[columns],
        load_max=problem.load_max[columns],
    )
