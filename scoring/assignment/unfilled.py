"""Why a place stays empty, and what would fill it.

At an optimum every juror who could still take such a place is full: a juror with room would have been given it. So the
jurors who may judge the sketch, are not on it and are not shut out by a group rule are the ones whose room would help.
"""

from __future__ import annotations

from collections import Counter

import numpy as np

from scoring.assignment.common import Id, IntArray
from scoring.assignment.network import without_locked
from scoring.assignment.problem import Problem, id_key
from scoring.assignment.rules import biting_rules
from scoring.assignment.solution import ShortGroup, Unfilled, Unmet

RELIEF_SHOWN = 5


def explain_unfilled(problem: Problem, chosen: IntArray) -> tuple[Unfilled, ...]:
    """Return one entry per sketch with an empty place.

    problem: canonical. chosen: positions of the chosen pairs in the problem.
    """
    filled = np.bincount(problem.sketch[chosen], minlength=len(problem.sketches))
    on_sketch = np.zeros(len(problem.sketch), dtype=bool)
    on_sketch[chosen] = True
    usable = on_sketch.copy()
    usable[without_locked(problem).free] = True
    starts = np.searchsorted(problem.sketch, np.arange(len(problem.sketches) + 1))
    found = []
    for sketch in np.flatnonzero(filled < problem.demand).tolist():
        span = slice(starts[sketch], starts[sketch + 1])
        candidates = problem.juror[span][usable[span]].tolist()
        taken = problem.juror[span][on_sketch[span]].tolist()
        found.append(_explain_one(problem, sketch, candidates, taken))
    return tuple(found)


def explain_unmet(problem: Problem, chosen: IntArray) -> tuple[Unmet, ...]:
    """Return one entry per juror below the least load."""
    loads = np.bincount(problem.juror[chosen], minlength=len(problem.jurors))
    allowed = np.bincount(problem.juror, minlength=len(problem.jurors))
    found = []
    for juror in np.flatnonzero(loads < problem.load_min).tolist():
        missing = int(problem.load_min[juror] - loads[juror])
        message = (
            f"juror {problem.jurors[juror]} has {loads[juror]} of at least {problem.load_min[juror]} sketches; "
            f"may judge {allowed[juror]}, and no more places are to be had"
        )
        found.append(Unmet(problem.jurors[juror], missing, message))
    return tuple(found)


def _explain_one(problem: Problem, sketch: int, candidates: list[int], taken: list[int]) -> Unfilled:
    name, demand = problem.sketches[sketch], int(problem.demand[sketch])
    places = demand - len(taken)
    relief = _relief(problem, candidates, taken)
    reachable = _most_within_group(problem, candidates)
    if len(candidates) < demand:
        reason = "conflicts"
        cause = f"only {len(candidates)} of {len(problem.jurors)} jurors may judge it"
    elif reachable < demand:
        reason = "groups"
        cause = f"the group rule lets at most {reachable} of its {len(candidates)} possible jurors in together"
    elif relief:
        reason = "loads"
        cause = f"all {len(relief)} other jurors who may judge it are full, and nobody can relieve them"
    else:
        reason = "groups"
        cause = "the jurors who are left are shut out by the group rule"
    message = f"sketch {name}: {places} of {demand} places empty, because {cause}"
    return Unfilled(
        sketch=name,
        places=places,
        reason=reason,
        candidates=len(candidates),
        relief=relief,
        message=message,
        help=_help(reason, relief, min(len(candidates), reachable), demand, len(taken)),
    )


def explain_short_groups(problem: Problem, chosen: IntArray) -> tuple[ShortGroup, ...]:
    """Return one entry per sketch and label that has fewer jurors than the rule's least."""
    found = []
    for group in (rule for rule in biting_rules(problem) if rule.least > 0):
        labels = sorted({value for value in group.values if value is not None}, key=id_key)
        pairs = zip(problem.sketch[chosen].tolist(), problem.juror[chosen].tolist(), strict=True)
        there = Counter((sketch, group.values[juror]) for sketch, juror in pairs)
        able = Counter(
            (s, group.values[j]) for s, j in zip(problem.sketch.tolist(), problem.juror.tolist(), strict=True)
        )
        for sketch in np.flatnonzero(problem.demand > 0).tolist():
            for label in labels:
                missing = group.least - there[sketch, label]
                if missing > 0:
                    message = (
                        f"sketch {problem.sketches[sketch]}: {there[sketch, label]} of at least {group.least} jurors "
                        f"of {group.name} {label}; {able[sketch, label]} may judge it"
                    )
                    found.append(ShortGroup(problem.sketches[sketch], group.name, label, missing, message))
    return tuple(found)


def _relief(problem: Problem, candidates: list[int], taken: list[int]) -> tuple[Id, ...]:
    on = set(taken)
    others = [juror for juror in candidates if juror not in on]
    for group in biting_rules(problem):
        if group.most is not None:
            inside = Counter(group.values[juror] for juror in taken)
            others = [j for j in others if group.values[j] is None or inside[group.values[j]] < group.most]
    return tuple(problem.jurors[juror] for juror in others)


def _most_within_group(problem: Problem, candidates: list[int]) -> int:
    """Return the most of the candidates that any single rule lets in together."""
    reachable = len(candidates)
    for group in biting_rules(problem):
        if group.most is not None:
            sizes = Counter(group.values[juror] for juror in candidates)
            within = sum(size if label is None else min(size, group.most) for label, size in sizes.items())
            reachable = min(reachable, within)
    return reachable


def _help(reason: str, relief: tuple[Id, ...], reachable: int, demand: int, taken: int) -> tuple[str, ...]:
    lines = []
    if relief:
        names = ", ".join(str(name) for name in relief[:RELIEF_SHOWN])
        more = f" (or {len(relief) - RELIEF_SHOWN} others)" if len(relief) > RELIEF_SHOWN else ""
        lines.append(f"let one of {names}{more} take one more sketch")
    if reason == "conflicts":
        lines.append(f"find {demand - reachable} more without a conflict of interest, or ask for {reachable} here")
    elif reason == "groups":
        lines.append("add jurors of other groups, or allow more of one group on a sketch")
    else:
        lines.append(f"add a juror with room, or ask for {taken} here")
    return tuple(lines)
