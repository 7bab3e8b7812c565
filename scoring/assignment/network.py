"""The assignment as a min-cost flow network: one unit of flow from juror to sketch is one assessment to make.

    source -> juror                      up to load_max - load_min; the juror supplies load_min on top
    juror -> sketch                      one per allowed pair, at the affinity it falls short of the best
    juror -> (sketch, group) -> sketch   where a group rule could bite, so the rule is an arc capacity
    source -> gap -> sketch              a place nobody fills, dearer than any chain of swaps that could fill it
    juror -> shortfall -> rest           a least load nobody can meet, equally dear
    source -> rest                       the demand already covered by least loads

The constraint matrix of a flow is totally unimodular, so the optimum of the linear relaxation is integral. By the
theorem of Mendelsohn and Dulmage (1958) most places and most least loads can be met together; the two never compete.
Locked pairs are taken out first, with the demand, loads and group places they use.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scoring.assignment.common import FloatArray, IntArray, ProblemError, among
from scoring.assignment.problem import Group, Problem

UNITS = 1_000_000
"""Integer cost units per 1.0 of affinity."""

EXACT = 2**53
"""Whole numbers up to here are exact as floats."""

SOURCE, REST, GAP, SHORTFALL, FIRST_JUROR = 0, 1, 2, 3, 4


@dataclass(frozen=True, eq=False)
class Network:
    """Arcs as parallel arrays; the first len(free) arcs are the pairs that are neither locked nor forbidden.

    cost: (n_arcs,) in millionths of affinity, at least 0. penalty: cost of one unfilled place. best: the affinity (in
    the same units) that costs nothing. longest: jurors on the longest simple path. group_of_pair: group node of each
    free pair, or -1.
    """

    tail: IntArray
    head: IntArray
    capacity: IntArray
    cost: IntArray
    supply: IntArray
    free: IntArray
    group_of_pair: IntArray
    penalty: int
    best: int
    longest: int

    @property
    def nodes(self) -> int:
        return len(self.supply)


@dataclass(frozen=True, eq=False)
class Rest:
    """What is left to assign once the locked pairs are set."""

    free: IntArray
    demand: IntArray
    least: IntArray
    most: IntArray


def limiting_group(problem: Problem) -> Group | None:
    """Return the one group rule that the flow can carry; raise ProblemError where it would need more."""
    rules = [group for group in problem.groups if group.most is not None or group.least > 0]
    if len(rules) > 1:
        names = ", ".join(group.name for group in rules)
        raise ProblemError(f"the policy optimal keeps one group rule, and {len(rules)} are given: {names}")
    if rules and rules[0].least > 0:
        raise ProblemError(f"the policy optimal cannot keep a least number per group ({rules[0].name})")
    return rules[0] if rules else None


def build_network(problem: Problem) -> Network:
    """Build the network of a canonical problem."""
    left = without_locked(problem)
    n_sketches, n_jurors = len(problem.sketches), len(problem.jurors)
    jurors, sketches = FIRST_JUROR + np.arange(n_jurors), FIRST_JUROR + n_jurors + np.arange(n_sketches)
    group_of_pair, group_sketch, group_most = _group_nodes(problem, left.free, FIRST_JUROR + n_jurors + n_sketches)
    groups = FIRST_JUROR + n_jurors + n_sketches + np.arange(len(group_sketch))

    value = _in_units(problem.affinity[left.free])
    best = int(value.max()) if len(value) else 0
    short = best - value
    longest = min(n_jurors, int(left.demand.sum())) + 1
    penalty = 2 * int(short.max(initial=0)) * (longest + 1) + 1
    asked, promised = int(left.demand.sum()), int(left.least.sum())

    pair_heads = np.where(group_of_pair >= 0, group_of_pair, sketches[problem.sketch[left.free]])
    segments = (  # tails, heads, capacities, cost
        (jurors[problem.juror[left.free]], pair_heads, np.ones(len(left.free)), short),
        (groups, sketches[group_sketch], group_most, 0),
        (SOURCE, jurors, left.most - left.least, 0),
        (GAP, sketches, left.demand, 0),
        (jurors, SHORTFALL, left.least, 0),
        (SOURCE, np.array([GAP, REST]), np.array([asked, promised]), np.array([penalty, 0])),
        (SHORTFALL, np.array([REST]), np.array([promised]), penalty),
    )
    tail, head, capacity, cost = (np.concatenate([_filled(s[k], s[2]) for s in segments]) for k in range(4))
    supply = np.zeros(FIRST_JUROR + n_jurors + n_sketches + len(groups), dtype=np.int64)
    supply[SOURCE], supply[REST] = asked, -promised
    supply[jurors], supply[sketches] = left.least, -left.demand
    return Network(tail, head, capacity, cost, supply, left.free, group_of_pair, penalty, best, longest)


def _in_units(affinity: FloatArray) -> IntArray:
    if np.abs(affinity).max(initial=0.0) > EXACT / UNITS:
        raise ProblemError(f"an affinity is larger than {EXACT // UNITS}; rescale them, for example to 0..1")
    return np.rint(affinity * UNITS).astype(np.int64)


def _filled(values: IntArray | FloatArray | int, like: IntArray | FloatArray) -> IntArray:
    return np.broadcast_to(np.asarray(values), np.shape(like)).astype(np.int64)


def without_locked(problem: Problem) -> Rest:
    """Return the demand, loads and free pairs that are left once the locked pairs are set."""
    n_jurors = len(problem.jurors)
    keys = problem.sketch * n_jurors + problem.juror
    locked = problem.locked[:, 0] * n_jurors + problem.locked[:, 1]
    banned = problem.forbidden[:, 0] * n_jurors + problem.forbidden[:, 1]
    used = np.bincount(problem.locked[:, 1], minlength=n_jurors)
    most = problem.load_max - used
    return Rest(
        free=np.flatnonzero(~among(keys, np.concatenate((locked, banned)))),
        demand=problem.demand - np.bincount(problem.locked[:, 0], minlength=len(problem.sketches)),
        least=np.clip(problem.load_min - used, 0, most),
        most=most,
    )


def _group_nodes(problem: Problem, free: IntArray, first: int) -> tuple[IntArray, IntArray, IntArray]:
    """Return the group node of each free pair (-1: none), and the sketch and the free places of each group node.

    A sketch with no more candidates of a group than the rule allows needs no node: the rule cannot be broken there.
    """
    group = limiting_group(problem)
    none = np.full(len(free), -1, dtype=np.int64)
    if group is None or group.most is None:
        return none, np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    codes = {label: code for code, label in enumerate(dict.fromkeys(v for v in group.values if v is not None))}
    label_of = np.array([-1 if v is None else codes[v] for v in group.values], dtype=np.int64)
    width = len(codes) + 1
    locked_keys = problem.locked[:, 0] * width + label_of[problem.locked[:, 1]]
    member = label_of[problem.juror[free]] >= 0
    pair_keys = problem.sketch[free] * width + label_of[problem.juror[free]]
    keys, position, count = np.unique(pair_keys[member], return_inverse=True, return_counts=True)
    places = group.most - np.array([(locked_keys == key).sum() for key in keys] if len(locked_keys) else 0)
    places = np.broadcast_to(places, keys.shape)
    needed = count > places
    number = np.where(needed, first + np.cumsum(needed) - 1, -1)
    none[member] = number[position]
    return none, keys[needed] // width, places[needed].astype(np.int64)
