"""Group rules as rows: which pairs count towards which limit on which sketch, once the locked pairs have taken theirs.

A rule with `most` limits every label on every sketch; a rule with `least` wants every label that occurs among the
jurors on every sketch that asks for a juror (with one label, such as senior, that is "at least one senior").
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scoring.assignment.common import Id, IntArray
from scoring.assignment.problem import Group, Problem


@dataclass(frozen=True, eq=False)
class Rows:
    """The limits of one rule.

    of_pair: (n_pairs,) row of each asked pair, -1 for none. sketch, label: (n_rows,) positions; label refers to labels.
    bound: (n_rows,) what is left of the limit beside the locked pairs.
    """

    of_pair: IntArray
    sketch: IntArray
    label: IntArray
    bound: IntArray
    labels: tuple[Id, ...]
    group: Group

    def __len__(self) -> int:
        return len(self.sketch)


def biting_rules(problem: Problem) -> list[Group]:
    """Return the group rules that ask for anything at all."""
    return [group for group in problem.groups if group.most is not None or group.least > 0]


def flow_carries(problem: Problem) -> bool:
    """Tell whether one min-cost flow keeps every group rule: at most one rule, and no least number in it."""
    rules = biting_rules(problem)
    return not rules or (len(rules) == 1 and rules[0].least == 0)


def most_rows(problem: Problem, group: Group, free: IntArray) -> Rows:
    """Return a row wherever a sketch has more free candidates of a label than the rule lets in."""
    cells, labels = _cells(problem, group)
    used = np.bincount(_locked_cells(problem, cells), minlength=_size(problem, labels))
    cell = cells[problem.juror[free]] + problem.sketch[free] * len(labels)
    member = cells[problem.juror[free]] >= 0
    room = (group.most if group.most is not None else len(problem.jurors)) - used
    count = np.bincount(cell[member], minlength=len(used))
    rows = np.flatnonzero(count > room)
    return _rows(rows, room[rows], np.where(member, cell, -1), labels, group)


def least_rows(problem: Problem, group: Group, free: IntArray) -> Rows:
    """Return a row for every sketch and label that the locked pairs leave short of the rule's least."""
    cells, labels = _cells(problem, group)
    used = np.bincount(_locked_cells(problem, cells), minlength=_size(problem, labels))
    short = np.maximum(0, group.least - used) * np.repeat(problem.demand > 0, len(labels))
    rows = np.flatnonzero(short)
    member = cells[problem.juror[free]] >= 0
    cell = np.where(member, cells[problem.juror[free]] + problem.sketch[free] * len(labels), -1)
    return _rows(rows, short[rows], cell, labels, group)


def _cells(problem: Problem, group: Group) -> tuple[IntArray, tuple[Id, ...]]:
    codes = {label: code for code, label in enumerate(dict.fromkeys(v for v in group.values if v is not None))}
    of_juror = np.array([-1 if v is None else codes[v] for v in group.values], dtype=np.int64)
    return of_juror, tuple(codes)


def _locked_cells(problem: Problem, cells: IntArray) -> IntArray:
    width = int(cells.max(initial=-1)) + 1
    label = cells[problem.locked[:, 1]]
    return np.asarray(problem.locked[label >= 0, 0] * width + label[label >= 0], dtype=np.int64)


def _size(problem: Problem, labels: tuple[Id, ...]) -> int:
    return len(problem.sketches) * len(labels)


def _rows(rows: IntArray, bound: IntArray, cell: IntArray, labels: tuple[Id, ...], group: Group) -> Rows:
    """Number the kept cells from 0 and point each pair at its own."""
    width = max(1, len(labels))
    number = np.full(int(max(cell.max(initial=-1), rows.max(initial=-1))) + 2, -1, dtype=np.int64)
    number[rows] = np.arange(len(rows))
    return Rows(number[cell], rows // width, rows % width, bound, labels, group)
