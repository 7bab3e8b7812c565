"""A connected assignment at a small loss: cuts in the linear programme, or exchanges of jurors.

Every piece the assignment falls into must have a pair that leaves it. That is a row of the linear programme (the
subtour cut of Dantzig, Fulkerson and Johnson 1954); solving and cutting in turn ends with one piece at the least loss.
With many pieces, or where that does not end soon, jurors are moved and exchanged one by one (`exchange`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from scoring.assignment.common import FloatArray, IntArray, among
from scoring.assignment.exchange import join_by_exchange, pieces_of
from scoring.assignment.fair import promising
from scoring.assignment.graph import components
from scoring.assignment.integer import make_whole
from scoring.assignment.problem import Group, Problem
from scoring.assignment.programme import Bools, Model, Programme, build_model
from scoring.assignment.rules import Rows
from scoring.assignment.tiers import PROGRAMME, Found, with_locked

CUTS = 5
"""Most rounds of cuts."""

FEW = 3
"""Most pieces that are joined by cuts; with more, each round is slow and proves little."""

MANY_PAIRS = 60_000
"""Pairs above which exchanges do it alone, for the same reason."""

EACH = 8
"""Pairs per sketch that the linear programme starts with."""

SHARES = (1.0, 0.95, 0.9, 0.75, 0.5)
"""Shares of a fair policy's floors that are held on to, from the first with which the pieces can be joined."""

CUT = Group("connected", ())


@dataclass(frozen=True, eq=False)
class Connected:
    """found: the connected assignment, or the given one where there is none. why_not: empty when connected."""

    found: Found
    why_not: str = ""


def connect(problem: Problem, found: Found, *, level: FloatArray | None = None) -> Connected:
    """Return an assignment in one piece that fills as many places, for a canonical problem.

    level: (n_sketches,) floors to keep, such as a fair policy's; none without it.
    """
    if pieces_of(problem, found.chosen) <= 1:
        return Connected(found)
    reason = _impossible(problem, found.chosen)
    if reason:
        return Connected(found, reason)
    for floors in _yielding(level):
        joined = _by_cuts(problem, found, floors) or _by_exchange(problem, found, floors)
        if joined is not None:
            return Connected(joined)
    return Connected(found, "no exchange joins the pieces without leaving a place empty or breaking a rule")


def _yielding(level: FloatArray | None) -> Iterator[FloatArray | None]:
    """Yield the floors to try: as they are, then lower and lower, then none, since joining may cost some of them."""
    if level is not None:
        yield from (np.where(np.isfinite(level), level * share, level) for share in SHARES)
    yield None


def _by_exchange(problem: Problem, found: Found, level: FloatArray | None) -> Found | None:
    chosen = join_by_exchange(problem, found.chosen, level)
    if chosen is None:
        return None
    loss = math.fsum(problem.affinity[found.chosen]) - math.fsum(problem.affinity[chosen])
    return replace(found, chosen=chosen, gap=max(0.0, found.gap + loss))


def _impossible(problem: Problem, chosen: IntArray) -> str:
    """Return why no assignment of as many places can be in one piece, where counting or the conflicts say so."""
    n_sketches, n_jurors = len(problem.sketches), len(problem.jurors)
    banned = problem.forbidden[:, 0] * n_jurors + problem.forbidden[:, 1]
    usable = ~among(problem.sketch * n_jurors + problem.juror, banned)
    usable &= (problem.demand[problem.sketch] > 0) & (problem.load_max[problem.juror] > 0)
    of_sketch, _ = components(problem.sketch[usable], problem.juror[usable], n_sketches, n_jurors)
    judged = np.unique(problem.sketch[chosen])
    if not len(judged) or len(chosen) < int(problem.demand.sum()):
        judged = judged[:0]  # another choice of empty places may change who has to hang together
    if len(np.unique(of_sketch[judged])) > 1:
        apart = problem.sketches[judged[of_sketch[judged] != of_sketch[judged[0]]][0]]
        return f"no juror who may judge it links sketch {apart} to sketch {problem.sketches[judged[0]]}"
    fewest = max(1, _fewest_jurors(problem, chosen))
    if len(judged) and len(chosen) < len(judged) + fewest - 1:
        needed = len(judged) + fewest - 1
        who = f"{len(judged)} sketches and {fewest} jurors"
        return f"{who} need {needed} pairs to hang together; there are {len(chosen)}"
    return ""


def _fewest_jurors(problem: Problem, chosen: IntArray) -> int:
    """Return how many jurors it takes at least to carry so many pairs and to meet as many least loads."""
    carried = np.cumsum(np.sort(problem.load_max)[::-1])
    loads = np.bincount(problem.juror[chosen], minlength=len(problem.jurors))
    unmet = int(np.maximum(0, problem.load_min - loads).sum())
    return max(int(np.searchsorted(carried, len(chosen))) + 1, int((problem.load_min > 0).sum()) - unmet)


def _by_cuts(problem: Problem, found: Found, level: FloatArray | None) -> Found | None:
    if pieces_of(problem, found.chosen) > FEW or len(problem.sketch) > MANY_PAIRS:
        return None
    plain = build_model(problem)
    best = _free_mask(plain, found.chosen)
    allowed, cuts = plain.shortages(best), [*_cuts(plain, found.chosen)]
    for _ in range(CUTS):
        model = replace(plain, least=(*plain.least, *cuts))
        columns = promising(model.worth, model.sketch, best, each=EACH)
        crossing = [_best_of(model, np.flatnonzero(cut.of_pair >= 0)) for cut in cuts]
        programme = Programme(model, np.unique(np.concatenate((columns, *crossing))))
        if level is not None:
            programme.set_floors(level)
        relaxed = programme.solve()
        whole = make_whole(model, relaxed, programme.floors)
        if whole is None or plain.shortages(whole.chosen) > allowed or not _keeps(model, whole.chosen, level):
            return None
        chosen = with_locked(problem, model.left.free[whole.chosen])
        if pieces_of(problem, chosen) <= 1:
            return replace(found, chosen=chosen, gap=max(0.0, relaxed.bound - whole.value), solver=_solver(found))
        cuts, best = [*cuts, *_cuts(plain, chosen)], whole.chosen
    return None


def _cuts(model: Model, chosen: IntArray) -> list[Rows]:
    """Return a row per piece but the first: at least one pair must lead out of it."""
    problem = model.problem
    sizes = len(problem.sketches), len(problem.jurors)
    of_sketch, of_juror = components(problem.sketch[chosen], problem.juror[chosen], *sizes)
    here, there = of_sketch[model.sketch], of_juror[model.juror]
    one = np.ones(1, dtype=np.int64)
    return [
        Rows(np.where((here == piece) != (there == piece), 0, -1), 0 * one, 0 * one, one, (piece,), CUT)
        for piece in range(1, int(of_sketch.max()) + 1)
    ]


def _best_of(model: Model, pairs: IntArray) -> IntArray:
    return pairs[np.argsort(-model.worth[pairs], kind="stable")[:200]]


def _free_mask(model: Model, chosen: IntArray) -> Bools:
    return among(model.left.free, chosen)


def _keeps(model: Model, chosen: Bools, level: FloatArray | None) -> bool:
    if level is None:
        return True
    weights = model.affinity[chosen]
    sums = np.bincount(model.sketch[chosen], weights=weights, minlength=len(level)) + model.locked_sum
    return bool((sums >= level - 1e-6).all())


def _solver(found: Found) -> str:
    return found.solver if PROGRAMME in found.solver else f"{found.solver}; {PROGRAMME}"
