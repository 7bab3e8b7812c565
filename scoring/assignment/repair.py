"""Repair: keep as much of an earlier assignment as can be kept, then the highest total.

Where every earlier pair that is still allowed fits, they are set and only the gaps are filled: nobody else moves, and
the instance is small. Where they do not all fit, or a place would stay empty, every kept pair earns a bonus above any
chain of gains, as far as 64 bits reach.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from scoring.assignment.common import IntArray, ProblemError, among
from scoring.assignment.network import without_locked
from scoring.assignment.problem import Problem
from scoring.assignment.programme import build_model
from scoring.assignment.tiers import Found

LADDER = (1.0, 0.1, 0.01, 0.001)
"""Shares of the full bonus to try, from the first that 64 bits can hold."""


def repair(problem: Problem, best: Callable[[Problem], Found]) -> Found:
    """Return the assignment with the fewest shortages, then the fewest earlier pairs lost, then the highest total.

    problem: canonical, with `previous`. best: what finds the optimum of a problem without it.
    """
    plain = replace(problem, previous=np.empty((0, 2), dtype=np.int64))
    kept = kept_positions(problem)
    try:
        pairs = np.column_stack((problem.sketch[kept], problem.juror[kept]))
        fixed = replace(plain, locked=np.unique(np.vstack((problem.locked, pairs)), axis=0))
    except ProblemError:  # they break a rule of this problem, so not all of them can stay
        return _with_bonus(plain, kept, best)
    found = _fill(fixed, best)
    return found if not _shortages(plain, found) else _with_bonus(plain, kept, best)


def _fill(problem: Problem, best: Callable[[Problem], Found]) -> Found:
    """Solve a problem in which nearly everything is locked: pairs that nobody needs any more are left out."""
    left = without_locked(problem)
    needed = np.zeros(len(problem.sketch), dtype=bool)
    needed[left.free] = (left.demand[problem.sketch[left.free]] > 0) & (left.most[problem.juror[left.free]] > 0)
    keys = problem.sketch * len(problem.jurors) + problem.juror
    needed |= among(keys, problem.locked[:, 0] * len(problem.jurors) + problem.locked[:, 1])
    there = np.flatnonzero(needed)
    small = replace(
        problem,
        sketch=problem.sketch[there],
        juror=problem.juror[there],
        affinity=problem.affinity[there],
        terms={},
        previous=np.empty((0, 2), dtype=np.int64),
    )
    found = best(small)
    return replace(found, chosen=there[found.chosen])


def kept_positions(problem: Problem) -> IntArray:
    """Return the positions of the allowed pairs that the earlier assignment had."""
    width = len(problem.jurors)
    before = problem.previous[:, 0] * width + problem.previous[:, 1]
    banned = problem.forbidden[:, 0] * width + problem.forbidden[:, 1]
    keys = problem.sketch * width + problem.juror
    return np.flatnonzero(among(keys, before) & ~among(keys, banned))


def _with_bonus(problem: Problem, kept: IntArray, best: Callable[[Problem], Found]) -> Found:
    refusal: ProblemError | None = None
    for bonus in _bonuses(problem):
        affinity = problem.affinity.copy()
        affinity[kept] += bonus
        try:
            return best(replace(problem, affinity=affinity))
        except ProblemError as error:
            refusal = error
    raise refusal or ProblemError("the earlier assignment cannot be repaired")


def _bonuses(problem: Problem) -> Iterator[float]:
    span = max(1e-3, float(np.ptp(problem.affinity)) if len(problem.affinity) else 0.0)
    chain = min(len(problem.jurors), int(problem.demand.sum())) + 2
    yield from (2 * span * chain * share for share in LADDER)


def _shortages(problem: Problem, found: Found) -> int:
    chosen = np.zeros(len(problem.sketch), dtype=bool)
    chosen[found.chosen] = True
    return build_model(problem).shortages(chosen[without_locked(problem).free])
