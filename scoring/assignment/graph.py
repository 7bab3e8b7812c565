"""How sketches and jurors hang together through who judges what: components, and what two jurors share.

Grades of two jurors can be compared where a chain of shared sketches leads from one to the other. In several components
calibration has to be done in each by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from scoring.assignment.common import Id, IntArray
from scoring.assignment.problem import id_key


def components(sketch: IntArray, juror: IntArray, n_sketches: int, n_jurors: int) -> tuple[IntArray, IntArray]:
    """Return the component of each sketch, (n_sketches,), and juror, (n_jurors,); -1 for who occurs in no pair.

    sketch, juror: (n_pairs,) positions. Components are numbered from 0, in the order of their first sketch.
    """
    parent = list(range(n_sketches + n_jurors))

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for one, other in zip(sketch.tolist(), (juror + n_sketches).tolist(), strict=True):
        first, second = root(one), root(other)
        if first != second:
            parent[max(first, second)] = min(first, second)
    label = np.full(n_sketches + n_jurors, -1, dtype=np.int64)
    occurs = np.unique(np.concatenate((sketch, juror + n_sketches)))
    roots = np.array([root(node) for node in occurs.tolist()], dtype=np.int64)
    label[occurs] = np.unique(roots, return_inverse=True)[1] if len(roots) else roots
    return label[:n_sketches], label[n_sketches:]


def count_components(sketch: IntArray, juror: IntArray, n_sketches: int, n_jurors: int) -> int:
    """Return in how many pieces the pairs fall; 0 without pairs."""
    of_sketch, _ = components(sketch, juror, n_sketches, n_jurors)
    return int(of_sketch.max(initial=-1)) + 1


def bridges(sketch: IntArray, juror: IntArray) -> NDArray[np.bool_]:
    """Tell which pairs are the only link between two parts, (n_pairs,): taking one away makes another piece.

    Tarjan 1974, with a stack of its own, as calls would go too deep.
    """
    beside: dict[int, list[tuple[int, int]]] = {}
    for pair, (one, other) in enumerate(zip(sketch.tolist(), juror.tolist(), strict=True)):
        beside.setdefault(one, []).append((-1 - other, pair))  # jurors count from -1 down
        beside.setdefault(-1 - other, []).append((one, pair))
    found = np.zeros(len(sketch), dtype=np.bool_)
    order: dict[int, int] = {}
    low: dict[int, int] = {}
    for start, links in beside.items():
        if start in order:
            continue
        order[start] = low[start] = len(order)
        path = [(start, -1, iter(links))]
        while path:
            node, entered_by, ahead = path[-1]
            step = next(ahead, None)
            if step is None:
                path.pop()
                if path:
                    before = path[-1][0]
                    low[before] = min(low[before], low[node])
                    found[entered_by] = low[node] > order[before]
            elif step[0] not in order:
                order[step[0]] = low[step[0]] = len(order)
                path.append((step[0], step[1], iter(beside[step[0]])))
            elif step[1] != entered_by:
                low[node] = min(low[node], order[step[0]])
    return found


def overlap(pairs: Iterable[tuple[Id, Id]]) -> tuple[tuple[Id, Id, int], ...]:
    """Return (juror, juror, sketches that both judge) for every two jurors who share any, sorted by id.

    pairs: (sketch id, juror id).
    """
    on: dict[Id, list[Id]] = {}
    for sketch, juror in pairs:
        on.setdefault(sketch, []).append(juror)
    shared = Counter(two for jurors in on.values() for two in combinations(sorted(jurors, key=id_key), 2))
    ordered = sorted(shared.items(), key=lambda item: (id_key(item[0][0]), id_key(item[0][1])))
    return tuple((one, other, count) for (one, other), count in ordered)
