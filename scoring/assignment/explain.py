"""Why each juror was chosen for a sketch, and why each other one was not.

The fall of a pair is exact: the least the total would drop if that juror had to judge that sketch and everything else
were arranged anew. It is the length of the shortest cycle through the pair in the residual network (Ahuja, Magnanti
and Orlin 1993, section 9.3), in the same integer costs the assignment was found with.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from scoring.assignment.certificate import UNREACHED, flow_of, relax, residual_arcs
from scoring.assignment.common import Id, IntArray, ProblemError, among
from scoring.assignment.network import UNITS, build_network
from scoring.assignment.problem import Problem
from scoring.assignment.rules import biting_rules, flow_carries
from scoring.assignment.solution import Solution, Unfilled, Unmet


@dataclass(frozen=True)
class Chosen:
    """A juror who judges a sketch. rank: 1 for the best fit among everyone who may judge it."""

    sketch: Id
    juror: Id
    affinity: float
    rank: int
    candidates: int
    locked: bool
    terms: dict[str, float]


@dataclass(frozen=True)
class NotChosen:
    """A juror who does not judge a sketch.

    reason: "conflict" (may not judge it), "forbidden", "places" (would cost a place or a least load elsewhere),
    "equal" (as good, decided by the draw), "group", "full" or "fit". fall: what the total would lose by insisting;
    None where the pair is impossible or costs places, and under floors or several group rules, where "full" and "fit"
    only say what stands in the way now. places_lost: places left empty or least loads missed by insisting.
    instead_of: jurors of the same group already there.
    """

    sketch: Id
    juror: Id
    reason: str
    affinity: float | None
    fall: float | None
    places_lost: int
    instead_of: tuple[Id, ...]
    message: str
    terms: dict[str, float]


@dataclass(frozen=True)
class Explanation:
    """The whole story of an assignment, or of one sketch in it."""

    chosen: tuple[Chosen, ...]
    not_chosen: tuple[NotChosen, ...]
    unfilled: tuple[Unfilled, ...]
    unmet: tuple[Unmet, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return plain lists, numbers and text, ready for JSON."""
        return asdict(self)


def explain(problem: Problem, solution: Solution, *, sketch: Id | None = None, juror: Id | None = None) -> Explanation:
    """Explain an assignment, or with `sketch` the choice for that one, with `juror` what that one judges and does not.

    Raises ProblemError when the solution was not made from this problem, or there is no such sketch or juror.
    """
    form = problem.canonical()
    if form.digest() != solution.input_sha256:
        raise ProblemError("the assignment was not made from this problem")
    best = solution.policy == "optimal" and solution.optimum is None
    chosen, not_chosen = explain_pairs(form, solution.pairs, best=best, sketch=sketch, juror=juror)
    return Explanation(
        chosen=chosen,
        not_chosen=not_chosen,
        unfilled=tuple(item for item in solution.unfilled if sketch is None or item.sketch == sketch),
        unmet=tuple(item for item in solution.unmet if juror is None or item.juror == juror),
    )


def explain_pairs(
    problem: Problem,
    pairs: Iterable[tuple[Id, Id]],
    *,
    best: bool,
    sketch: Id | None = None,
    juror: Id | None = None,
) -> tuple[tuple[Chosen, ...], tuple[NotChosen, ...]]:
    """Explain any pairs (sketch id, juror id) of a problem, also some that were changed by hand.

    best: whether they are what the policy "optimal" found, so that a fall can be told; otherwise reasons say what
    stands in the way now. Raises ProblemError for an unknown sketch or juror.
    """
    story = _Story(problem.canonical(), pairs, best=best)
    rows = range(len(story.problem.sketches)) if sketch is None else [story.row(sketch)]
    only = None if juror is None else story.column(juror)
    chosen: list[Chosen] = []
    not_chosen: list[NotChosen] = []
    for row in rows:
        chosen.extend(story.chosen(row, only))
        not_chosen.extend(story.not_chosen(row, only, by_juror=sketch is None))
    return tuple(chosen), tuple(not_chosen)


class _Story:
    """The solved network again, rebuilt from the pairs, to ask questions of."""

    residual: tuple[IntArray, IntArray, IntArray]

    def __init__(self, problem: Problem, pairs: Iterable[tuple[Id, Id]], *, best: bool) -> None:
        self.problem = problem
        self.exact = best and flow_carries(problem) and not len(problem.previous)
        self.network = build_network(problem if self.exact else replace(problem, groups=()))
        keys = problem.sketch * len(problem.jurors) + problem.juror
        row, column = _positions(problem.sketches), _positions(problem.jurors)
        wanted = [row[s] * len(problem.jurors) + column[j] for s, j in pairs if s in row and j in column]
        self.is_chosen = among(keys, np.array(wanted, dtype=np.int64))
        self.loads = np.bincount(problem.juror[self.is_chosen], minlength=len(problem.jurors))
        self.starts = np.searchsorted(problem.sketch, np.arange(len(problem.sketches) + 1))
        self.arc_of = np.full(len(keys), -1, dtype=np.int64)
        self.arc_of[self.network.free] = np.arange(len(self.network.free))
        self.locked = set(map(tuple, problem.locked.tolist()))
        self.known: dict[tuple[int, bool], IntArray] = {}
        self.backwards: tuple[IntArray, IntArray, IntArray] | None = None
        if self.exact:
            self.residual = residual_arcs(self.network, flow_of(self.network, self.is_chosen[self.network.free]))

    def row(self, sketch: Id) -> int:
        if sketch not in self.problem.sketches:
            raise ProblemError(f"there is no sketch {sketch!r}")
        return self.problem.sketches.index(sketch)

    def column(self, juror: Id) -> int:
        if juror not in self.problem.jurors:
            raise ProblemError(f"there is no juror {juror!r}")
        return self.problem.jurors.index(juror)

    def chosen(self, row: int, only: int | None = None) -> list[Chosen]:
        problem, here = self.problem, np.arange(self.starts[row], self.starts[row + 1])
        return [
            Chosen(
                sketch=problem.sketches[row],
                juror=problem.jurors[problem.juror[pair]],
                affinity=float(problem.affinity[pair]),
                rank=1 + int((problem.affinity[here] > problem.affinity[pair]).sum()),
                candidates=len(here),
                locked=(row, int(problem.juror[pair])) in self.locked,
                terms={name: float(values[pair]) for name, values in problem.terms.items()},
            )
            for pair in here[self.is_chosen[here]]
            if only is None or self.problem.juror[pair] == only
        ]

    def not_chosen(self, row: int, only: int | None = None, *, by_juror: bool) -> list[NotChosen]:
        here = np.arange(self.starts[row], self.starts[row + 1])
        asked = range(len(self.problem.jurors)) if only is None else [only]
        if only is not None:
            here = here[self.problem.juror[here] == only]
        pair_of = dict(zip(self.problem.juror[here].tolist(), here.tolist(), strict=True))
        falls = self._falls(here, by_juror=by_juror)
        return [
            self._judge(row, juror, pair_of.get(juror), falls)
            for juror in asked
            if juror not in pair_of or not self.is_chosen[pair_of[juror]]
        ]

    def _falls(self, here: IntArray, *, by_juror: bool) -> dict[int, int]:
        """Return the integer cost of insisting on each free pair that is not chosen.

        by_juror: search back from each juror once and keep it, which is cheaper when every sketch is asked about.
        """
        network, falls = self.network, {}
        if not self.exact:
            return dict.fromkeys(here[(self.arc_of[here] >= 0) & ~self.is_chosen[here]].tolist(), 0)
        for pair in here[(self.arc_of[here] >= 0) & ~self.is_chosen[here]].tolist():
            arc = int(self.arc_of[pair])
            juror, place = int(network.tail[arc]), int(network.head[arc])
            back = self._distances(juror, reverse=True)[place] if by_juror else self._distances(place)[juror]
            falls[pair] = int(network.cost[arc] + back)
        return falls

    def _distances(self, start: int, *, reverse: bool = False) -> IntArray:
        """Return the residual distance of every node from `start`, or with `reverse` to it. Computed once."""
        if (start, reverse) not in self.known:
            if reverse and self.backwards is None:
                tail, head, cost = self.residual
                order = np.argsort(tail, kind="stable")
                self.backwards = (head[order], tail[order], cost[order])
            arcs = self.backwards if reverse and self.backwards is not None else self.residual
            begin = np.full(self.network.nodes, UNREACHED)
            begin[start] = 0
            self.known[start, reverse] = relax(begin, *arcs)
        return self.known[start, reverse]

    def _judge(self, row: int, juror: int, pair: int | None, falls: dict[int, int]) -> NotChosen:
        problem = self.problem
        name, lost = str(problem.jurors[juror]), 0
        fall: float | None = None
        rivals: tuple[Id, ...] = ()
        if pair is None:
            reason, message = "conflict", f"{name} may not judge this sketch"
        elif pair not in falls:
            reason, message = "forbidden", f"{name} is ruled out for this sketch by hand"
        elif not self.exact:
            rivals = self._rivals(row, juror)
            reason, message = self._plain_reason(row, juror, pair, rivals)
        elif falls[pair] >= UNREACHED // 2:
            reason, message = "places", f"{name} can take no sketch beside the locked ones"
        else:
            lost = (2 * falls[pair] + self.network.penalty) // (2 * self.network.penalty)
            fall = None if lost else falls[pair] / UNITS
            rivals = self._rivals(row, juror)
            reason, message = self._reason(juror, fall, lost, rivals)
        return NotChosen(
            sketch=problem.sketches[row],
            juror=problem.jurors[juror],
            reason=reason,
            affinity=None if pair is None else float(problem.affinity[pair]),
            fall=fall,
            places_lost=lost,
            instead_of=rivals,
            message=message,
            terms={} if pair is None else {name: float(values[pair]) for name, values in problem.terms.items()},
        )

    def _reason(self, juror: int, fall: float | None, lost: int, rivals: tuple[Id, ...]) -> tuple[str, str]:
        name, most = str(self.problem.jurors[juror]), int(self.problem.load_max[juror])
        if fall is None:
            return "places", f"{name} here would leave {lost} more unmet elsewhere (places or least loads)"
        cost = f"insisting would lower the total by {fall:.6g}"
        if fall == 0:
            return "equal", f"{name} would do as well; the draw decided"
        if rivals:
            there = ", ".join(str(rival) for rival in rivals)
            return "group", f"{name} is of the same group as {there}; {cost}"
        if self.loads[juror] >= most:
            return "full", f"{name} already has {self.loads[juror]} of at most {most} sketches; {cost}"
        return "fit", f"{name} fits less well; {cost}"

    def _plain_reason(self, row: int, juror: int, pair: int, rivals: tuple[Id, ...]) -> tuple[str, str]:
        """Say what stands in the way now, where no flow can tell what everything else arranged anew would cost."""
        name, most = str(self.problem.jurors[juror]), int(self.problem.load_max[juror])
        if rivals:
            return "group", f"{name} is of the same group as {', '.join(str(rival) for rival in rivals)}"
        if self.loads[juror] >= most:
            return "full", f"{name} already has {self.loads[juror]} of at most {most} sketches"
        here = np.arange(self.starts[row], self.starts[row + 1])
        weakest = self.problem.affinity[here[self.is_chosen[here]]].min(initial=np.inf)
        short = weakest - float(self.problem.affinity[pair])
        if 0 < short < np.inf:
            return "fit", f"{name} fits less well than everyone on it, by at least {short:.6g}"
        return "fit", f"{name} is not needed for the best total under the floors and group rules"

    def _rivals(self, row: int, juror: int) -> tuple[Id, ...]:
        here = slice(self.starts[row], self.starts[row + 1])
        on = self.problem.juror[here][self.is_chosen[here]].tolist()
        for group in biting_rules(self.problem):
            same = [other for other in on if group.values[other] == group.values[juror]]
            if group.most is not None and group.values[juror] is not None and len(same) >= group.most:
                return tuple(self.problem.jurors[other] for other in same)
        return ()


def _positions(ids: tuple[Id, ...]) -> dict[Id, int]:
    return {name: position for position, name in enumerate(ids)}
