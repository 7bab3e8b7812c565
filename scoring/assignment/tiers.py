"""Which method answers: the exact flow where it can, the linear and integer programme for floors and crossing rules."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import highspy
import numpy as np
import ortools

from scoring.assignment.certificate import node_prices, upper_bound
from scoring.assignment.common import FloatArray, IntArray, among
from scoring.assignment.fair import FairSearch, own_best, promising
from scoring.assignment.flow import SolverError, pair_hashes, solve_flow
from scoring.assignment.integer import make_whole
from scoring.assignment.network import UNITS, Network, build_network
from scoring.assignment.problem import Problem
from scoring.assignment.programme import Bools, Model, Programme, build_model
from scoring.assignment.rules import flow_carries
from scoring.assignment.solution import Progress

FLOW = f"ortools {ortools.__version__} SimpleMinCostFlow"
PROGRAMME = f"highspy {highspy.Highs().version()}"
EACH = 6
"""Pairs per sketch that the linear programme starts with."""

TIE = 1e-7
"""Span of the draw among equals in the linear programme, in affinity per pair."""


@dataclass(frozen=True, eq=False)
class Found:
    """chosen: positions of the chosen pairs in the canonical problem. gap: how far the total may be from the best one
    under the same rules and floors. optimum: the total without floors. floors: (n_sketches,) what a fair policy holds
    each sketch to; None without. level, level_bound: as in Solution."""

    chosen: IntArray
    gap: float
    optimum: float
    solver: str
    floors: FloatArray | None = None
    level: float | None = None
    level_bound: float | None = None


@dataclass(frozen=True, eq=False)
class _Start:
    """The best assignment the flow finds, with the reduced cost of every free pair."""

    network: Network
    chosen: Bools
    reduced: FloatArray
    gap: float


def find_optimal(problem: Problem, seed: int, report: Progress) -> Found:
    """Return the highest total among the assignments with the fewest shortages, for a canonical problem."""
    if flow_carries(problem):
        start = _flow(problem, seed)
        chosen = with_locked(problem, start.network.free[start.chosen])
        report(0.8, "optimality proved")
        return Found(chosen, start.gap, math.fsum(problem.affinity[chosen]), FLOW)
    model, programme = _programme(problem, _flow(replace(problem, groups=()), seed), seed)
    report(0.4, "start found")
    best, gap = _whole_optimum(model, programme)
    chosen = with_locked(problem, model.left.free[best])
    return Found(chosen, gap, math.fsum(problem.affinity[chosen]), PROGRAMME)


def find_fair(problem: Problem, seed: int, max_loss: float | None, report: Progress) -> Found:
    """Return the assignment with the highest floor that costs at most max_loss of the best total (None: any cost)."""
    start = _flow(problem if flow_carries(problem) else replace(problem, groups=()), seed)
    report(0.2, "best total found")
    model, programme = _programme(problem, start, seed)
    best, gap = (start.chosen, start.gap) if flow_carries(problem) else _whole_optimum(model, programme)
    optimum = math.fsum(problem.affinity[with_locked(problem, model.left.free[best])])
    report(0.4, "raising the floor")
    limit = model.penalty / 2 if max_loss is None else min(max_loss * abs(optimum), model.penalty / 2)
    search = FairSearch(model, programme, best, _caps(model, best), limit)
    fair = search.run()
    chosen = with_locked(problem, model.left.free[fair.chosen])
    same = bool(np.array_equal(fair.chosen, best))
    proved = gap if same else fair.gap + _draw(model)
    return Found(
        chosen,
        proved,
        optimum,
        f"{FLOW}; {PROGRAMME}",
        floors=search.floors(fair.level),
        level=fair.level,
        level_bound=max(fair.level, fair.highest),
    )


def _flow(problem: Problem, seed: int) -> _Start:
    network = build_network(problem)
    flow = solve_flow(problem, network, seed)
    prices, n_free = node_prices(network, flow), len(network.free)
    chosen = flow[:n_free] > 0
    total = math.fsum(problem.affinity[with_locked(problem, network.free[chosen])])
    bound = upper_bound(problem, network, flow, prices)
    reduced = network.cost[:n_free] + prices[network.tail[:n_free]] - prices[network.head[:n_free]]
    return _Start(network, chosen, -reduced / UNITS, max(0.0, bound - total))


def _programme(problem: Problem, start: _Start, seed: int) -> tuple[Model, Programme]:
    draw = TIE * (pair_hashes(problem, np.arange(len(problem.sketch)), seed) >> np.uint64(32)) / 2.0**32
    model = build_model(problem, problem.affinity + draw)
    programme = Programme(model, promising(start.reduced, model.sketch, start.chosen, each=EACH))
    programme.begin_at(start.chosen)
    return model, programme


def _whole_optimum(model: Model, programme: Programme) -> tuple[Bools, float]:
    relaxed = programme.solve()
    whole = make_whole(model, relaxed, programme.floors)
    if whole is None:
        raise SolverError("no whole assignment was found near the relaxed one")
    return whole.chosen, max(0.0, relaxed.bound - whole.value) + _draw(model)


def _draw(model: Model) -> float:
    """Return the most that the draw among equals can have moved the objective."""
    return TIE * int(model.left.demand.sum())


def _caps(model: Model, best: Bools) -> FloatArray:
    """Return the highest floor to ask of each sketch: its own best, or what it has where it cannot be filled."""
    alone = own_best(model)
    if model.most or model.least:
        problem = model.problem
        everyone = np.full(len(problem.jurors), len(problem.sketches))
        unloaded = build_model(replace(problem, load_min=np.zeros_like(everyone), load_max=everyone))
        whole = make_whole(
            unloaded, Programme(unloaded, np.arange(len(unloaded.left.free))).solve(), np.full(len(alone), -np.inf)
        )
        if whole is None:
            raise SolverError("no whole assignment was found for the sketches one by one")
        alone = sums_of(unloaded, whole.chosen)
    filled = np.bincount(model.sketch[best], minlength=len(alone))
    have = sums_of(model, best)
    return np.where(filled < model.left.demand, have, np.maximum(alone, have))


def sums_of(model: Model, chosen: Bools) -> FloatArray:
    """Return the affinity of each sketch, locked pairs included, (n_sketches,)."""
    weights = model.affinity[chosen]
    sums = np.bincount(model.sketch[chosen], weights=weights, minlength=len(model.locked_sum))
    return np.asarray(sums + model.locked_sum, dtype=np.float64)


def with_locked(problem: Problem, free: IntArray) -> IntArray:
    """Return the free pairs and the locked ones together, sorted."""
    keys = problem.sketch * len(problem.jurors) + problem.juror
    locked = problem.locked[:, 0] * len(problem.jurors) + problem.locked[:, 1]
    return np.sort(np.concatenate((free, np.flatnonzero(among(keys, locked)))))
