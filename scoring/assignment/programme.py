"""The assignment as a linear programme in HiGHS (Huangfu and Hall 2018): for floors and group rules that cross.

    maximise  sum a x + bonus - penalty (empty places + unmet least loads + group shortages)
    demand    sum of a sketch's x + empty places = demand
    load      least <= sum of a juror's x + missing load <= most
    floor     sum of a sketch's a x >= floor              (FairIR: Kobren, Saha and McCallum 2019)
    groups    sum over the members <= most, or + shortage >= least

Only the pairs that look promising become columns; the others are priced against the duals and added where they would
pay (column generation). Rows for floors are there from the start without a bound, so that a floor is set and raised in
a warm start of the dual simplex. One thread and a fixed seed: the same problem gives the same vertex.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

from scoring.assignment.common import FloatArray, IntArray
from scoring.assignment.flow import SolverError
from scoring.assignment.network import Rest, without_locked
from scoring.assignment.problem import Problem
from scoring.assignment.rules import Rows, biting_rules, least_rows, most_rows

PRICE = 1e-7
"""A pair left out joins when it would pay by more than this, in affinity; the solver's own tolerance."""

JOINING = 6
"""Pairs of one sketch that join at a time."""

Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Model:
    """What the linear programme and its integer part are built of.

    worth: (n_free,) what each free pair adds to the objective. rules: most rules, then least rules. locked_sum:
    (n_sketches,) affinity of the locked pairs. penalty: what an empty place costs.
    """

    problem: Problem
    left: Rest
    worth: FloatArray
    penalty: float
    most: tuple[Rows, ...]
    least: tuple[Rows, ...]
    locked_sum: FloatArray

    @property
    def floor_weight(self) -> float:
        """What one unit of a missed floor costs: more than any exchange gains, less than an empty place."""
        return self.penalty / 4

    @property
    def affinity(self) -> FloatArray:
        return self.problem.affinity[self.left.free]

    @property
    def sketch(self) -> IntArray:
        return self.problem.sketch[self.left.free]

    @property
    def juror(self) -> IntArray:
        return self.problem.juror[self.left.free]

    def shortages(self, chosen: Bools) -> int:
        """Count empty places, missing least loads and group shortages of the chosen free pairs, (n_free,)."""
        left = self.left
        filled = np.bincount(self.sketch[chosen], minlength=len(left.demand))
        loads = np.bincount(self.juror[chosen], minlength=len(left.most))
        short = int(np.maximum(0, left.demand - filled).sum() + np.maximum(0, left.least - loads).sum())
        for rows in self.least:
            row = rows.of_pair[chosen]
            there = np.bincount(row[row >= 0], minlength=len(rows))
            short += int(np.maximum(0, rows.bound - there).sum())
        return short


@dataclass(frozen=True, eq=False)
class Relaxed:
    """A solution of the linear programme on the columns so far.

    x: (n_free,). reduced: (n_free,) what each pair would add. value: objective without what missed floors cost.
    bound: no assignment under the same rules reaches more. missed: by how much the floors are missed, summed.
    """

    x: FloatArray
    reduced: FloatArray
    value: float
    bound: float
    missed: float


def build_model(problem: Problem, worth: FloatArray | None = None) -> Model:
    """Return the parts for a canonical problem. worth: (n_pairs,) instead of the affinity, as when repairing."""
    left = without_locked(problem)
    value = (problem.affinity if worth is None else worth)[left.free]
    span = float(np.ptp(value)) if len(value) else 0.0
    chain = min(len(problem.jurors), int(left.demand.sum())) + 2
    free, rules = left.free, biting_rules(problem)
    keys = problem.sketch * len(problem.jurors) + problem.juror
    at = np.searchsorted(keys, problem.locked[:, 0] * len(problem.jurors) + problem.locked[:, 1])
    return Model(
        problem=problem,
        left=left,
        worth=value - (float(value.min()) if len(value) else 0.0),
        penalty=2 * max(span, 1e-3) * min(chain, 5_000),
        most=tuple(most_rows(problem, rule, free) for rule in rules if rule.most is not None),
        least=tuple(least_rows(problem, rule, free) for rule in rules if rule.least > 0),
        locked_sum=np.bincount(
            problem.locked[:, 0], weights=problem.affinity[at], minlength=len(problem.sketches)
        ).astype(np.float64),
    )


def new_solver() -> Any:
    """Return a silent, single-threaded HiGHS with a fixed seed and no clock in any of its decisions."""
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("random_seed", 1)
    return solver


class Programme:
    """The linear programme on a growing set of columns."""

    def __init__(self, model: Model, columns: IntArray) -> None:
        self.model = model
        self.inside = np.zeros(len(model.left.free), dtype=bool)
        self.order = np.empty(0, dtype=np.int64)
        self.solver = new_solver()
        self.solver.setOptionValue("solver", "simplex")
        n_sketches = len(model.left.demand)
        self.first_floor = self._add_rows()
        self.n_slack = add_slacks(self.solver, model) + n_sketches
        floors, starts = self.first_floor + np.arange(n_sketches), np.arange(n_sketches, dtype=np.int32)
        cost, zero, most = np.full(n_sketches, model.floor_weight), np.zeros(n_sketches), np.full(n_sketches, np.inf)
        one = np.ones(n_sketches)
        self.solver.addCols(n_sketches, cost, zero, most, n_sketches, starts, floors.astype(np.int32), one)
        self.floors = np.full(n_sketches, -np.inf)
        self.add(columns)

    def _add_rows(self) -> int:
        lower, upper = row_bounds(self.model)
        none, empty = np.empty(0, dtype=np.int32), np.empty(0)
        starts = np.zeros(len(lower), dtype=np.int32)
        self.solver.addRows(len(lower), lower, upper, 0, starts, none, empty)
        return len(lower) - len(self.model.left.demand)

    def add(self, columns: IntArray) -> None:
        """Add the free pairs at these positions as columns."""
        columns = columns[~self.inside[columns]]
        self.inside[columns] = True
        self.order = np.concatenate((self.order, columns))
        starts, rows, values = entries(self.model, columns)
        cost = -self.model.worth[columns]
        zero, one = np.zeros(len(columns)), np.ones(len(columns))
        self.solver.addCols(len(columns), cost, zero, one, len(rows), starts, rows, values)

    def begin_at(self, chosen: Bools) -> None:
        """Start from an assignment, (n_free,): the solver finds a basis near it, in a third of the time."""
        left, model = self.model.left, self.model
        filled = np.bincount(model.sketch[chosen], minlength=len(left.demand))
        loads = np.bincount(model.juror[chosen], minlength=len(left.most))
        short = np.flatnonzero(left.least)
        values = np.zeros(self.n_slack + len(self.order))
        values[: len(filled)] = np.maximum(0, left.demand - filled)
        values[len(filled) : len(filled) + len(short)] = np.maximum(0, left.least - loads)[short]
        values[self.n_slack :] = chosen[self.order]
        start = highspy.HighsSolution()
        start.col_value = values.tolist()
        self.solver.setSolution(start)

    def set_floors(self, floors: FloatArray) -> None:
        """Ask for at least so much affinity on each sketch, (n_sketches,); -inf asks for nothing."""
        changed = np.flatnonzero(floors != self.floors)
        lower = np.maximum(floors - self.model.locked_sum, -np.inf)[changed]
        rows = (self.first_floor + changed).astype(np.int32)
        self.solver.changeRowsBounds(len(rows), rows, lower, np.full(len(rows), np.inf))
        self.floors = floors.copy()

    def solve(self, enough: float = np.inf) -> Relaxed:
        """Return the optimum over all pairs; or stop once it is clear on which side of `enough` its value lies."""
        while True:
            self.solver.run()
            if self.solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
                raise SolverError(f"the linear programme ended with {self.solver.getModelStatus()}")
            found = self._read()
            if (found.missed <= PRICE and found.value >= enough) or found.bound < enough < np.inf:
                return found
            paying = np.flatnonzero((found.reduced > PRICE) & ~self.inside)
            if not len(paying):
                return found
            self.add(_most_paying(self.model, found.reduced, paying))

    def _read(self) -> Relaxed:
        model, solution = self.model, self.solver.getSolution()
        values = np.asarray(solution.col_value)
        x = np.zeros(len(self.inside))
        x[self.order] = values[self.n_slack :]
        reduced = model.worth + _dual_sum(model, np.asarray(solution.row_dual))
        value = -float(self.solver.getInfo().objective_function_value)
        missed = float(values[self.n_slack - len(model.left.demand) : self.n_slack].sum())
        outside = float(np.maximum(reduced[~self.inside], 0.0).sum())
        return Relaxed(x, reduced, value + model.floor_weight * missed, value + outside, missed)


def _most_paying(model: Model, reduced: FloatArray, paying: IntArray) -> IntArray:
    """Return the few pairs of each sketch that pay best; the next round finds what is still missing."""
    order = paying[np.lexsort((-reduced[paying], model.sketch[paying]))]
    rank = np.arange(len(order)) - np.searchsorted(model.sketch[order], model.sketch[order])
    return np.sort(order[rank < JOINING])


def row_bounds(model: Model) -> tuple[FloatArray, FloatArray]:
    """Return lower and upper bounds of all rows: sketches, jurors, most rules, least rules, floors."""
    left, lower, upper = model.left, [], []
    lower += [left.demand, left.least]
    upper += [left.demand, left.most]
    for rows in model.most:
        lower.append(np.full(len(rows), -np.inf))
        upper.append(rows.bound)
    for rows in model.least:
        lower.append(rows.bound)
        upper.append(np.full(len(rows), np.inf))
    lower.append(np.full(len(left.demand), -np.inf))
    upper.append(np.full(len(left.demand), np.inf))
    return np.concatenate(lower).astype(np.float64), np.concatenate(upper).astype(np.float64)


def add_slacks(solver: Any, model: Model) -> int:
    """Add a column per row that may stay short, at the penalty, and return their number."""
    left = model.left
    n_sketches, n_jurors = len(left.demand), len(left.most)
    first_least = n_sketches + n_jurors + sum(len(rows) for rows in model.most)
    short = np.flatnonzero(left.least)
    wanted = np.concatenate([rows.bound for rows in model.least] or [np.empty(0, dtype=np.int64)])
    rows = np.concatenate((np.arange(n_sketches), n_sketches + short, first_least + np.arange(len(wanted))))
    upper = np.concatenate((left.demand, left.least[short], wanted)).astype(np.float64)
    n = len(rows)
    cost, zero = np.full(n, model.penalty), np.zeros(n)
    solver.addCols(n, cost, zero, upper, n, np.arange(n, dtype=np.int32), rows.astype(np.int32), np.ones(n))
    return n


def entries(model: Model, columns: IntArray) -> tuple[NDArray[np.int32], NDArray[np.int32], FloatArray]:
    """Return starts, row numbers and values of the matrix columns of these free pairs."""
    rows, values = zip(*_parts(model, columns), strict=True)
    stacked = np.column_stack(rows)
    filled = stacked >= 0
    starts = np.concatenate(([0], np.cumsum(filled.sum(axis=1))[:-1])) if len(columns) else np.empty(0)
    return starts.astype(np.int32), stacked[filled].astype(np.int32), np.column_stack(values)[filled]


def _parts(model: Model, columns: IntArray) -> list[tuple[IntArray, FloatArray]]:
    n_sketches, n_jurors = len(model.left.demand), len(model.left.most)
    sketch, one = model.sketch[columns], np.ones(len(columns))
    parts = [(sketch, one), (n_sketches + model.juror[columns], one)]
    first = n_sketches + n_jurors
    for rule in (*model.most, *model.least):
        row = rule.of_pair[columns]
        parts.append((np.where(row >= 0, first + row, -1), one))
        first += len(rule)
    return [*parts, (first + sketch, model.affinity[columns])]


def _dual_sum(model: Model, dual: FloatArray) -> FloatArray:
    """Return the sum of the row duals along each free pair (HiGHS minimises: reduced cost = cost - this)."""
    total = np.zeros(len(model.left.free))
    for rows, values in _parts(model, np.arange(len(model.left.free))):
        total += np.where(rows >= 0, dual[rows] * values, 0.0)
    return total
