"""The policy "optimal": the highest total affinity among the assignments that fill the most places, exactly.

One min-cost flow in OR-Tools (cost scaling, Goldberg 1997). Goals in order: fewest unfilled places and unmet least
loads, highest total at 1e-6 of affinity, then a hash of (seed, sketch id, juror id) in the low-order cost bits, so that
equals are told apart by neither input order nor the place in the alphabet.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from scoring.assignment.common import Id, IntArray, ProblemError
from scoring.assignment.network import Network
from scoring.assignment.problem import Problem

HASH_BITS = 20
COST_LIMIT = 2**61
"""The solver multiplies costs by the number of nodes and sums them along paths in 64 bits; stay a factor below."""


class SolverError(RuntimeError):
    """The solver gave no optimum, or a result that the verifier rejects. Never expected; never published."""


def solve_flow(problem: Problem, network: Network, seed: int) -> IntArray:
    """Return the optimal flow on each arc of the network, (n_arcs,).

    Raises ProblemError where the affinities span so wide that 64 bits cannot hold them at 1e-6.
    """
    unit, bits = _cost_unit(network)
    cost = network.cost * unit
    if bits:
        hashes = pair_hashes(problem, network.free, seed) >> np.uint64(64 - bits)
        cost[: len(network.free)] += hashes.astype(np.int64)
    solver = SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(
        network.tail.astype(np.int32), network.head.astype(np.int32), network.capacity, cost
    )
    solver.set_nodes_supplies(np.arange(network.nodes, dtype=np.int32), network.supply)
    status = solver.solve()
    if status != SimpleMinCostFlow.OPTIMAL:
        raise SolverError(f"the flow solver ended with {status}")
    return np.asarray(solver.flows(arcs), dtype=np.int64)


def pair_hashes(problem: Problem, pairs: IntArray, seed: int) -> NDArray[np.uint64]:
    """Return a 64-bit hash of (seed, sketch id, juror id) for each pair: BLAKE2b per id, mixed as in SplitMix64."""
    sketch = np.array([_id_hash(seed, "sketch", name) for name in problem.sketch_names], dtype=np.uint64)
    juror = np.array([_id_hash(seed, "juror", name) for name in problem.juror_names], dtype=np.uint64)
    mixed = sketch[problem.sketch[pairs]] + np.uint64(0x9E3779B97F4A7C15) * juror[problem.juror[pairs]]
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return np.asarray(mixed ^ (mixed >> np.uint64(31)), dtype=np.uint64)


def _id_hash(seed: int, kind: str, name: Id) -> int:
    text = f"{seed}\x00{kind}\x00{type(name).__name__}\x00{name}"
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


def _cost_unit(network: Network) -> tuple[int, int]:
    """Return the factor on the affinity costs and the number of hash bits below it.

    A simple cycle meets a juror once, so hashes on it add up to less than longest x 2**bits: a unit of at least that
    keeps the tie-break from ever costing a millionth of affinity. Large instances get fewer bits, the largest none.
    """
    span = int(network.cost[: len(network.free)].max(initial=0))
    for bits in range(HASH_BITS, -1, -1):
        unit = (network.longest + 1) << bits if bits else 1
        weight = (network.nodes * (span * unit + (1 << bits)) + 8 * network.penalty * unit) * (network.nodes + 1)
        if weight < COST_LIMIT:
            return unit, bits
    widest = COST_LIMIT // (network.nodes + 1) // (network.nodes + 16 * (network.longest + 1)) / 1e6
    raise ProblemError(f"the affinities lie more than {widest:.3g} apart; rescale them, for example to 0..1")
