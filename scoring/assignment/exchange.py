"""Joining the pieces of an assignment one move at a time, each the cheapest there is.

A move gives one sketch another juror, where loads leave room; an exchange lets two sketches swap jurors, so that every
load stays. Either joins two pieces if what is taken away lies on a cycle: then nothing falls apart behind it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from scoring.assignment.common import FloatArray, IntArray, among
from scoring.assignment.graph import bridges, components, count_components
from scoring.assignment.problem import Problem
from scoring.assignment.rules import biting_rules

OFFERS = 50
"""Most moves that are tried for one that joins two pieces."""

PAIRS = 60
"""Most pairs of a piece that are offered for exchange; the rest would only make it cheaper."""


@dataclass(frozen=True, eq=False)
class _Move:
    """Positions of pairs to take away and to add, and what that costs."""

    loss: float
    out: IntArray
    into: IntArray


def pieces_of(problem: Problem, chosen: IntArray) -> int:
    """Return in how many pieces the chosen pairs fall."""
    sizes = len(problem.sketches), len(problem.jurors)
    return count_components(problem.sketch[chosen], problem.juror[chosen], *sizes)


def join_by_exchange(problem: Problem, chosen: IntArray, level: FloatArray | None) -> IntArray | None:
    """Return positions of pairs in one piece, or None where no single move leads on.

    problem: canonical. chosen: (n,) positions. level: (n_sketches,) floors to keep, or None.
    """
    pieces = pieces_of(problem, chosen)
    while pieces > 1:
        here = _Here(problem, chosen, level)
        moves = sorted([*here.moves(), *here.exchanges()], key=lambda move: move.loss)[:OFFERS]
        kept = ((np.sort(np.concatenate((chosen[~among(chosen, m.out)], m.into)))) for m in moves if here.keeps(m))
        better = next((new for new in kept if pieces_of(problem, new) < pieces), None)
        if better is None:
            return None
        chosen, pieces = better, pieces_of(problem, better)
    return chosen


class _Here:
    """An assignment in several pieces, and the moves away from it."""

    def __init__(self, problem: Problem, chosen: IntArray, level: FloatArray | None) -> None:
        self.problem, self.chosen, self.level, self.width = problem, chosen, level, len(problem.jurors)
        self.keys = problem.sketch * self.width + problem.juror
        banned = problem.forbidden[:, 0] * self.width + problem.forbidden[:, 1]
        self.usable = ~among(self.keys, banned)
        locked = problem.locked[:, 0] * self.width + problem.locked[:, 1]
        sizes = len(problem.sketches), self.width
        self.of_sketch, self.of_juror = components(problem.sketch[chosen], problem.juror[chosen], *sizes)
        self.loads = np.bincount(problem.juror[chosen], minlength=self.width)
        self.movable = ~among(self.keys[chosen], locked)
        self.cyclic = ~bridges(problem.sketch[chosen], problem.juror[chosen])

    def moves(self) -> Iterator[_Move]:
        """Yield the cheapest moves of one sketch to a juror of another piece who has room."""
        problem, chosen = self.problem, self.chosen
        spare = self.movable & self.cyclic & (self.loads > problem.load_min)[problem.juror[chosen]]
        weakest = np.full(len(problem.sketches), -1, dtype=np.int64)
        order = chosen[spare][np.argsort(-problem.affinity[chosen[spare]], kind="stable")]
        weakest[problem.sketch[order]] = order  # the last one written is the weakest
        room = (self.loads < problem.load_max) & (self.of_juror >= 0)
        fits = self.usable & room[problem.juror] & (weakest[problem.sketch] >= 0)
        fits &= self.of_sketch[problem.sketch] != self.of_juror[problem.juror]
        new = np.flatnonzero(fits)
        loss = problem.affinity[weakest[problem.sketch[new]]] - problem.affinity[new]
        for place in np.argsort(loss, kind="stable")[:OFFERS].tolist():
            yield _Move(float(loss[place]), weakest[problem.sketch[new[place]]][None], new[place][None])

    def exchanges(self) -> Iterator[_Move]:
        """Yield for pairs of the smallest piece the cheapest exchange with a pair of another piece."""
        piece = self.of_sketch[self.problem.sketch[self.chosen]]
        smallest = int(np.argmin(np.bincount(piece)))
        for place in np.flatnonzero((piece == smallest) & self.movable)[:PAIRS].tolist():
            joins = self.cyclic | self.cyclic[place]
            others = self.chosen[np.flatnonzero((piece != smallest) & self.movable & joins)]
            yield from self._exchanges_of(int(self.chosen[place]), others)

    def _exchanges_of(self, mine: int, theirs: IntArray) -> Iterator[_Move]:
        problem = self.problem
        first = self._find(np.full(len(theirs), problem.sketch[mine]), problem.juror[theirs])
        second = self._find(problem.sketch[theirs], np.full(len(theirs), problem.juror[mine]))
        possible = np.flatnonzero((first >= 0) & (second >= 0))
        loss = problem.affinity[mine] + problem.affinity[theirs] - problem.affinity[first] - problem.affinity[second]
        for option in possible[np.argsort(loss[possible], kind="stable")][:OFFERS].tolist():
            out, into = np.array([mine, theirs[option]]), np.array([first[option], second[option]])
            yield _Move(float(loss[option]), out, into)

    def _find(self, sketch: IntArray, juror: IntArray) -> IntArray:
        """Return the position of each usable pair, -1 where there is none."""
        wanted = sketch * self.width + juror
        at = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        return np.where((self.keys[at] == wanted) & self.usable[at], at, -1)

    def keeps(self, move: _Move) -> bool:
        """Tell whether the sketches a move touches keep their group rules and floors."""
        new = np.concatenate((self.chosen[~among(self.chosen, move.out)], move.into))
        return all(self._sketch_keeps(sketch, new) for sketch in self.problem.sketch[move.out].tolist())

    def _sketch_keeps(self, sketch: int, new: IntArray) -> bool:
        problem = self.problem
        on = new[problem.sketch[new] == sketch]
        if self.level is not None and problem.affinity[on].sum() < self.level[sketch] - 1e-9:
            return False
        was = problem.juror[self.chosen[problem.sketch[self.chosen] == sketch]].tolist()
        for rule in biting_rules(problem):
            now = [rule.values[juror] for juror in problem.juror[on].tolist()]
            before = [rule.values[juror] for juror in was]
            labels = {*now, *before} - {None}
            if any(rule.most is not None and now.count(label) > rule.most for label in labels):
                return False
            if any(now.count(label) < min(rule.least, before.count(label)) for label in labels):
                return False
        return True
