"""An independent check of every rule, in plain Python over ids, before anything is published.

Shares no code with the solver: it reads the problem as stated and the pairs as handed back. O(pairs).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass

from scoring.assignment.common import Id
from scoring.assignment.problem import Problem
from scoring.assignment.solution import Solution

Pair = tuple[Id, Id]
TOLERANCE = 1e-6


@dataclass(frozen=True)
class Violation:
    """One broken rule: a stable code and a line for people."""

    code: str
    message: str


def verify(problem: Problem, solution: Solution) -> tuple[Violation, ...]:
    """Return every broken rule and every false figure of the solution; empty means it may be published."""
    pairs, affinity = solution.pairs, _affinity(problem, solution.pairs)
    broken = [*_rules(problem, list(pairs), affinity), *_figures(problem, solution, affinity)]
    counts, loads = Counter(s for s, _ in pairs), Counter(j for _, j in pairs)
    reported = {item.sketch: item.places for item in solution.unfilled}
    for sketch, demand in zip(problem.sketches, problem.demand.tolist(), strict=True):
        if max(0, demand - counts[sketch]) != reported.get(sketch, 0):
            broken.append(Violation("unfilled", f"sketch {sketch}: empty places are not reported as they are"))
    short = {item.juror: item.missing for item in solution.unmet}
    for juror, least in zip(problem.jurors, problem.load_min.tolist(), strict=True):
        if max(0, least - loads[juror]) != short.get(juror, 0):
            broken.append(Violation("unmet", f"juror {juror}: the missing load is not reported as it is"))
        if solution.loads.get(juror) != loads[juror]:
            broken.append(Violation("loads", f"juror {juror}: the load is not reported as it is"))
    if solution.connected != _in_one_piece(pairs):
        broken.append(Violation("connected", "whether everything hangs together is not reported as it is"))
    return (*broken, *_shortages(problem, solution))


def _in_one_piece(pairs: Iterable[Pair]) -> bool:
    """Walk from one sketch along shared jurors and see whether that reaches every sketch in the pairs."""
    judged_by: dict[Id, list[Id]] = {}
    judges: dict[Id, list[Id]] = {}
    for sketch, juror in pairs:
        judged_by.setdefault(sketch, []).append(juror)
        judges.setdefault(juror, []).append(sketch)
    waiting = list(judged_by)[:1]
    seen, asked = set(waiting), set[Id]()
    while waiting:
        for juror in judged_by[waiting.pop()]:
            if juror not in asked:
                asked.add(juror)
                new = [sketch for sketch in judges[juror] if sketch not in seen]
                seen.update(new)
                waiting.extend(new)
    return len(seen) == len(judged_by)


def _shortages(problem: Problem, solution: Solution) -> Iterator[Violation]:
    """A least number of a group may be out of reach; then it has to be told, exactly."""
    told = {(item.sketch, item.group, item.label): item.missing for item in solution.short_groups}
    short = dict(_short_groups(problem, solution.pairs))
    for sketch, group, label in sorted({*told, *short}, key=str):
        if told.get((sketch, group, label)) != short.get((sketch, group, label)):
            yield Violation("group_least", f"sketch {sketch}: missing {group} {label} is not reported as it is")


def _short_groups(problem: Problem, pairs: Iterable[Pair]) -> Iterator[tuple[tuple[Id, str, Id], int]]:
    chosen = list(pairs)
    for group in problem.groups:
        label_of = dict(zip(problem.jurors, group.values, strict=True))
        there = Counter((s, label_of[j]) for s, j in chosen)
        for sketch, demand in zip(problem.sketches, problem.demand.tolist(), strict=True):
            for label in dict.fromkeys(label_of.values()) if group.least and demand else ():
                if label is not None and there[sketch, label] < group.least:
                    yield (sketch, group.name, label), group.least - there[sketch, label]


def verify_pairs(problem: Problem, pairs: Iterable[Pair]) -> tuple[Violation, ...]:
    """Return every rule the pairs break, for any assignment, also one changed by hand.

    Empty places and unmet least loads are no violations here: they may be unavoidable, and `verify` wants them told.
    """
    chosen = list(pairs)
    short = (
        Violation("group_least", f"sketch {sketch}: {missing} more of {group} {label} needed")
        for (sketch, group, label), missing in _short_groups(problem, chosen)
    )
    return (*_rules(problem, chosen, _affinity(problem, chosen)), *short)


def _rules(problem: Problem, chosen: list[Pair], allowed: Container[Pair]) -> Iterator[Violation]:
    yield from _pair_rules(problem, chosen, allowed)
    yield from _count_rules(problem, chosen)
    yield from _group_rules(problem, chosen)


def _pair_rules(problem: Problem, chosen: list[Pair], allowed: Container[Pair]) -> Iterator[Violation]:
    forbidden = {(problem.sketches[s], problem.jurors[j]) for s, j in problem.forbidden.tolist()}
    for pair, count in Counter(chosen).items():
        if count > 1:
            yield Violation("duplicate", f"sketch {pair[0]} has juror {pair[1]} {count} times")
        if pair not in allowed:
            yield Violation("not_allowed", f"sketch {pair[0]} has juror {pair[1]}, who may not judge it")
        if pair in forbidden:
            yield Violation("forbidden", f"sketch {pair[0]} has juror {pair[1]}, which is forbidden")
    there = set(chosen)
    for sketch, juror in problem.locked.tolist():
        if (problem.sketches[sketch], problem.jurors[juror]) not in there:
            yield Violation(
                "locked", f"sketch {problem.sketches[sketch]} lost its locked juror {problem.jurors[juror]}"
            )


def _count_rules(problem: Problem, chosen: list[Pair]) -> Iterator[Violation]:
    counts, loads = Counter(s for s, _ in chosen), Counter(j for _, j in chosen)
    for sketch, demand in zip(problem.sketches, problem.demand.tolist(), strict=True):
        if counts[sketch] > demand:
            yield Violation("demand", f"sketch {sketch} has {counts[sketch]} jurors and asks for {demand}")
    for juror, most in zip(problem.jurors, problem.load_max.tolist(), strict=True):
        if loads[juror] > most:
            yield Violation("load_max", f"juror {juror} has {loads[juror]} sketches, at most {most} allowed")


def _group_rules(problem: Problem, chosen: list[Pair]) -> Iterator[Violation]:
    for group in problem.groups:
        label_of = dict(zip(problem.jurors, group.values, strict=True))
        members = Counter((s, label_of[j]) for s, j in chosen if label_of.get(j) is not None)
        for (sketch, label), count in members.items():
            if group.most is not None and count > group.most:
                yield Violation(
                    "group_most",
                    f"sketch {sketch} has {count} jurors of {group.name} {label}, at most {group.most} allowed",
                )


def _figures(problem: Problem, solution: Solution, affinity: Mapping[Pair, float]) -> Iterator[Violation]:
    values = [affinity.get(pair, 0.0) for pair in solution.pairs]
    room = TOLERANCE * max(1.0, math.fsum(abs(value) for value in values))
    if abs(math.fsum(values) - solution.total) > room:
        yield Violation("total", f"the total is {math.fsum(values)}, not {solution.total}")
    if solution.gap < -room or abs(solution.bound - solution.total - solution.gap) > room:
        yield Violation("bound", "the bound, the total and the gap do not belong together")
    sums = dict.fromkeys((s for s, d in zip(problem.sketches, problem.demand.tolist(), strict=True) if d > 0), 0.0)
    for (sketch, _), value in zip(solution.pairs, values, strict=True):
        sums[sketch] = sums.get(sketch, 0.0) + value
    if sums and abs(min(sums.values()) - solution.floor) > room:
        yield Violation("floor", f"the floor is {min(sums.values())}, not {solution.floor}")


def _affinity(problem: Problem, pairs: Iterable[Pair]) -> dict[Pair, float]:
    """Return the affinity of those of the pairs that are allowed."""
    row = {name: position for position, name in enumerate(problem.sketches)}
    column = {name: position for position, name in enumerate(problem.jurors)}
    width = len(problem.jurors)
    asked = {row[s] * width + column[j]: (s, j) for s, j in pairs if s in row and j in column}
    cells = (problem.sketch * width + problem.juror).tolist()
    return {asked[cell]: value for cell, value in zip(cells, problem.affinity.tolist(), strict=True) if cell in asked}
