"""The proof of optimality: dual prices from the residual network, and the bound they give.

Weak duality makes the bound true for any prices at all, however they were found; at the optimum it equals the total.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from scoring.assignment.common import IntArray, among
from scoring.assignment.network import FIRST_JUROR, GAP, REST, SHORTFALL, SOURCE, UNITS, Network
from scoring.assignment.problem import Problem

UNREACHED = np.int64(2**62)


def flow_of(network: Network, chosen: np.ndarray[Any, np.dtype[np.bool_]]) -> IntArray:
    """Return the flow that the chosen free pairs, a truth value each, amount to on every arc of the network."""
    tail, head, n_free = network.tail, network.head, len(network.free)
    flow = np.zeros(len(tail), dtype=np.int64)
    flow[:n_free] = chosen
    load = np.bincount(tail[:n_free][chosen], minlength=network.nodes)
    into = np.bincount(head[:n_free][chosen], minlength=network.nodes)
    grouped = np.flatnonzero((np.arange(len(tail)) >= n_free) & (tail >= FIRST_JUROR) & (head >= FIRST_JUROR))
    flow[grouped] = into[tail[grouped]]
    np.add.at(into, head[grouped], flow[grouped])
    rooms = np.flatnonzero((tail == SOURCE) & (head >= FIRST_JUROR))
    flow[rooms] = np.maximum(0, load[head[rooms]] - network.supply[head[rooms]])
    shorts = np.flatnonzero(head == SHORTFALL)
    flow[shorts] = np.maximum(0, network.supply[tail[shorts]] - load[tail[shorts]])
    gaps = np.flatnonzero(tail == GAP)
    flow[gaps] = -network.supply[head[gaps]] - into[head[gaps]]
    flow[(tail == SOURCE) & (head == GAP)] = flow[gaps].sum()
    flow[(tail == SHORTFALL) & (head == REST)] = flow[shorts].sum()
    flow[(tail == SOURCE) & (head == REST)] = network.supply[SOURCE] - flow[rooms].sum() - flow[gaps].sum()
    return flow


def residual_arcs(network: Network, flow: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """Return tail, head and cost of every arc along which the flow can still change, sorted by head."""
    forward, backward = flow < network.capacity, flow > 0
    tail = np.concatenate((network.tail[forward], network.head[backward]))
    head = np.concatenate((network.head[forward], network.tail[backward]))
    cost = np.concatenate((network.cost[forward], -network.cost[backward]))
    order = np.argsort(head, kind="stable")
    return tail[order], head[order], cost[order]


def relax(distance: IntArray, tail: IntArray, head: IntArray, cost: IntArray) -> IntArray:
    """Lower the distances until none can be lowered (Bellman and Ford, a whole round at a time).

    distance: (n_nodes,) starting values, UNREACHED where there is none. head must be sorted. Raises RuntimeError on a
    negative cycle, which would mean that the flow was not optimal.
    """
    if not len(head):
        return distance
    starts = np.flatnonzero(np.r_[True, head[1:] != head[:-1]])
    nodes = head[starts]
    for _ in range(len(distance) + 1):
        reached = distance[tail]
        offer = np.minimum.reduceat(np.where(reached < UNREACHED, reached + cost, UNREACHED), starts)
        lower = offer < distance[nodes]
        if not lower.any():
            return distance
        distance[nodes[lower]] = offer[lower]
    raise RuntimeError("the flow leaves a cycle that would improve it")


def node_prices(network: Network, flow: IntArray) -> IntArray:
    """Return a price per node in millionths of affinity under which no arc of the residual network is a bargain."""
    return relax(np.zeros(network.nodes, dtype=np.int64), *residual_arcs(network, flow))


def upper_bound(problem: Problem, network: Network, flow: IntArray, prices: IntArray) -> float:
    """Return a total that no assignment with as many filled places and met least loads can pass.

    Sums in full precision (math.fsum) over the true affinities, so rounding to 1e-6 in the solver cannot hide in it.
    """
    drop = prices[network.tail] - prices[network.head]
    reduced = (network.cost + drop) / UNITS
    rounding = problem.affinity[network.free] * UNITS - (network.best - network.cost[: len(network.free)])
    reduced[: len(network.free)] -= rounding / UNITS
    bargains = math.fsum(np.minimum(reduced, 0.0) * network.capacity)
    lowest_cost = bargains - sum(int(p) * int(b) for p, b in zip(prices, network.supply, strict=True)) / UNITS
    filled = int(flow[: len(network.free)].sum())
    penalties = int((flow * (network.cost == network.penalty))[len(network.free) :].sum()) * network.penalty
    locked = _locked_affinity(problem)
    return math.fsum((locked, filled * network.best / UNITS, penalties / UNITS, -lowest_cost))


def _locked_affinity(problem: Problem) -> float:
    keys = problem.sketch * len(problem.jurors) + problem.juror
    locked = problem.locked[:, 0] * len(problem.jurors) + problem.locked[:, 1]
    return math.fsum(problem.affinity[among(keys, locked)])
