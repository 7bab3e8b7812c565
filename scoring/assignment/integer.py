"""From the fractional optimum of the linear programme to whole assessments: a small integer programme.

Sketches that the linear programme left whole keep their jurors; only the fractional ones are decided again, and where
that costs more than the tolerance, the sketches that share a juror with them as well. The gap asked for is absolute: a
relative one, against a total of thousands, would hide a broken floor.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scoring.assignment.common import FloatArray, IntArray
from scoring.assignment.programme import Bools, Model, Relaxed, add_slacks, entries, new_solver, row_bounds

WHOLE = 1e-6
GAP = 2e-3
CLOSE = 5e-5
"""Relative loss against the linear programme at which no more sketches are released, unless told otherwise."""

MISSED = 1e-2
"""Most that the worst floor may be missed by, as a share of the span of one affinity."""

CANDIDATES = (12, 12, 16)
"""Pairs per released sketch, by reduced cost, in each round; each round releases more sketches."""

NODES = (30, 20, 10)
"""Most branches per round. A limit by the clock would make the result depend on the machine."""


@dataclass(frozen=True, eq=False)
class Whole:
    """An assignment: chosen (n_free,) truth values, the objective, and how far the worst floor is missed."""

    chosen: Bools
    value: float
    shortfall: float


def make_whole(
    model: Model, relaxed: Relaxed, floors: FloatArray, *, close: float = CLOSE, rounds: int = len(NODES)
) -> Whole | None:
    """Return a whole assignment near the relaxed one, or None where none was found within the limits."""
    released, best = _fractional(model, relaxed), None
    for width, nodes in zip(CANDIDATES[:rounds], NODES[:rounds], strict=True):
        columns = _candidates(model, relaxed, released, width)
        found = _decide(model, relaxed, floors, released, columns=columns, nodes=nodes, close=close)
        if found is not None and (best is None or _merit(model, found) > _merit(model, best)):
            best = found
        if best is not None and _close_enough(model, best, relaxed, close):
            break
        released = _with_neighbours(model, relaxed, released)
    return best


def _merit(model: Model, found: Whole) -> float:
    return found.value - model.floor_weight * found.shortfall


def _close_enough(model: Model, best: Whole, relaxed: Relaxed, close: float) -> bool:
    near = relaxed.value - best.value <= max(GAP, close * abs(relaxed.value))
    return near and best.shortfall <= MISSED * max(1e-9, float(np.ptp(model.worth)) if len(model.worth) else 0.0)


def _fractional(model: Model, relaxed: Relaxed) -> Bools:
    broken = (relaxed.x > WHOLE) & (relaxed.x < 1 - WHOLE)
    released = np.zeros(len(model.left.demand), dtype=bool)
    released[model.sketch[broken]] = True
    return released


def _candidates(model: Model, relaxed: Relaxed, released: Bools, width: int) -> IntArray:
    """Return the pairs of the released sketches that the relaxed optimum uses or nearly uses."""
    pairs = np.flatnonzero(released[model.sketch])
    promise = np.where(relaxed.x[pairs] > WHOLE, np.inf, relaxed.reduced[pairs])
    order = pairs[np.lexsort((-promise, model.sketch[pairs]))]
    sketch = model.sketch[order]
    rank = np.arange(len(order)) - np.searchsorted(sketch, sketch)
    return np.sort(order[rank < width])


def _with_neighbours(model: Model, relaxed: Relaxed, released: Bools) -> Bools:
    """Release also the sketches of every juror who shares a released sketch, the most loaded rows aside."""
    used = relaxed.x > WHOLE
    shared = np.zeros(len(model.left.most), dtype=bool)
    shared[model.juror[used & released[model.sketch]]] = True
    more = released.copy()
    more[model.sketch[used & shared[model.juror]]] = True
    limit = max(60, int(released.sum()) // 2)
    new = np.flatnonzero(more & ~released)[:limit]
    wider = released.copy()
    wider[new] = True
    return wider


def _decide(
    model: Model, relaxed: Relaxed, floors: FloatArray, released: Bools, *, columns: IntArray, nodes: int, close: float
) -> Whole | None:
    """Solve the integer programme over the columns, everything else kept as it is."""
    kept = np.flatnonzero((relaxed.x > 0.5) & ~released[model.sketch])
    lower, upper = row_bounds(model)
    first_floor = len(lower) - len(floors)
    lower[first_floor:] = np.where(released, floors - model.locked_sum, -np.inf)
    _, rows, values = entries(model, kept)
    done = np.bincount(rows, weights=values, minlength=len(lower))
    solver = new_solver()
    none, empty = np.empty(0, dtype=np.int32), np.empty(0)
    solver.addRows(len(lower), lower - done, upper - done, 0, np.zeros(len(lower), dtype=np.int32), none, empty)
    first = add_slacks(solver, model)
    floor_rows = (first_floor + np.flatnonzero(released & np.isfinite(floors))).astype(np.int32)
    solver.addCol(model.floor_weight, 0.0, np.inf, len(floor_rows), floor_rows, np.ones(len(floor_rows)))
    starts, rows, values = entries(model, columns)
    zero, one = np.zeros(len(columns)), np.ones(len(columns))
    solver.addCols(len(columns), -model.worth[columns], zero, one, len(rows), starts, rows, values)
    numbers = np.arange(first + 1, first + 1 + len(columns), dtype=np.int32)
    integer = np.ones(len(columns), dtype=np.uint8)
    solver.changeColsIntegrality(len(numbers), numbers, integer)
    for name, value in (
        ("mip_abs_gap", max(GAP, close / 5 * abs(relaxed.value))),
        ("mip_rel_gap", 0.0),
        ("mip_max_nodes", nodes),
        ("mip_heuristic_run_feasibility_jump", False),  # finds nothing that the relaxation has not
    ):
        solver.setOptionValue(name, value)
    solver.run()
    return _read(
        model, np.asarray(solver.getSolution().col_value), solver.getInfo(), kept=kept, columns=columns, first=first
    )


def _read(
    model: Model, values: FloatArray, info: object, *, kept: IntArray, columns: IntArray, first: int
) -> Whole | None:
    feasible = 2
    if getattr(info, "primal_solution_status", 0) != feasible:
        return None
    chosen = np.zeros(len(model.left.free), dtype=bool)
    chosen[kept] = True
    chosen[columns[values[first + 1 :] > 0.5]] = True
    short = float(np.rint(values[:first]).sum())
    return Whole(chosen, float(model.worth[chosen].sum()) - model.penalty * short, float(values[first]))
