"""From what is known and what is asked to the problem that the solver reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from django.conf import settings
from django.utils.translation import gettext as _

from scoring.assignment import Group, Id, Problem
from scoring.enums import AssessmentState, Mark, RuleAttribute, Sector, Seniority
from scoring.models import AssignmentRun, Juror, PairMark
from scoring.selectors.assignment_input import AssignmentInput
from scoring.selectors.assignment_plan import Plan, Rule

Pairs = set[tuple[int, int]]
EMPLOYER = "employer"


@dataclass(frozen=True)
class Marks:
    """Pairs (sketch, juror) that the owner has locked, and those never to be made."""

    locked: Pairs = field(default_factory=set)
    forbidden: Pairs = field(default_factory=set)


@dataclass(frozen=True)
class Posed:
    """The problem, and what had to be said about it: rules that were loosened because of work already begun."""

    problem: Problem
    locked: Pairs
    notes: tuple[str, ...] = ()


def marks_of(run: AssignmentRun) -> Marks:
    """One query."""
    marks = list(PairMark.objects.filter(run=run).values_list("sketch", "juror", "mark"))
    return Marks(
        {(sketch, juror) for sketch, juror, mark in marks if mark == Mark.LOCKED},
        {(sketch, juror) for sketch, juror, mark in marks if mark == Mark.FORBIDDEN},
    )


def kept_pairs(data: AssignmentInput, *, keep_assigned: bool) -> Pairs:
    """Pairs that stay: whatever a juror has begun or sent, and unless said otherwise what was handed out before."""
    return {
        pair
        for pair, state in data.standing.items()
        if pair not in data.conflicts and (keep_assigned or state != AssessmentState.ASSIGNED)
    }


def pose(
    data: AssignmentInput, plan: Plan, marks: Marks | None = None, previous: Iterable[tuple[int, int]] = ()
) -> Posed:
    """The problem as plain data. What is locked widens demand, load and rules, so that it never stands in the way.

    A mark on a pair that has become impossible is left out; `findings` tells of it. previous: pairs to keep where
    possible. Raises ProblemError.
    """
    marks = marks or Marks()
    locked = kept_pairs(data, keep_assigned=plan.keep_assigned)
    locked |= {pair for pair in marks.locked if possible(data, pair)}
    on_sketch, of_juror = Counter(sketch for sketch, _ in locked), Counter(juror for _, juror in locked)
    rows = {pk: row for row, pk in enumerate(data.sketches)}
    columns = {pk: column for column, pk in enumerate(data.jurors)}
    affinity, shares = data.fit(plan.weights).matrix()
    allowed = np.ones(affinity.shape, dtype=bool)
    for sketch, juror in data.conflicts:
        if sketch in rows and juror in columns:
            allowed[rows[sketch], columns[juror]] = False
    sketch_at, juror_at = np.nonzero(allowed)
    mean = plan.jurors_per_sketch * len(rows) / max(len(columns), 1)
    most = {pk: max(most_load(juror, plan), of_juror[pk]) for pk, juror in data.jurors.items()}
    groups, notes = _groups(data, plan, locked)

    def at(pairs: Iterable[tuple[int, int]]) -> Any:
        known = sorted((rows[s], columns[j]) for s, j in pairs if s in rows and j in columns)
        return np.array(known, dtype=np.int64).reshape(-1, 2)

    problem = Problem(
        sketches=tuple(rows),
        jurors=tuple(columns),
        sketch=sketch_at,
        juror=juror_at,
        affinity=affinity[allowed],
        demand=np.array([max(plan.jurors_per_sketch, on_sketch[pk]) for pk in rows], dtype=np.int64),
        load_min=np.array([min(least_load(data.jurors[pk], mean, plan), most[pk]) for pk in columns], dtype=np.int64),
        load_max=np.array([most[pk] for pk in columns], dtype=np.int64),
        groups=groups,
        locked=at(locked),
        forbidden=at(marks.forbidden - locked),
        previous=at(pair for pair in previous if possible(data, pair)),
        terms={part: array[allowed] for part, array in shares.items()},
    )
    return Posed(problem, locked, notes)


def possible(data: AssignmentInput, pair: tuple[int, int]) -> bool:
    """Whether the sketch competes, the juror serves, and nothing stands between them."""
    return pair[0] in data.sketches and pair[1] in data.jurors and pair not in data.conflicts


def most_load(juror: Juror, plan: Plan) -> int:
    """What the juror has agreed to, or less where the draft sets a lower limit for everybody."""
    return juror.load_max if plan.load_most is None else min(juror.load_max, plan.load_most)


def least_load(juror: Juror, mean: float, plan: Plan) -> int:
    """Sketches that a juror should have at least: the seat's or the draft's least, or else a share of the mean load.

    Without it the total alone decides, and a juror who fits nothing best sits through a competition with nothing to do.
    At least one where there is one for everybody. The solver misses a least load rather than a sketch's jurors.
    """
    if plan.load_least is not None:
        by_plan = plan.load_least
    else:
        by_plan = max(int(mean * plan.least_share), 1) if plan.least_share and mean >= 1 else 0
    return min(max(juror.load_min, by_plan), most_load(juror, plan))


def labels_of(data: AssignmentInput, rule: Rule) -> dict[int, Id | None]:
    """{juror: the kind it is under the rule, or None}."""
    return {pk: judge.facts.label(rule.attribute, rule.value) for pk, judge in data.judges.items()}


def _groups(data: AssignmentInput, plan: Plan, locked: Pairs) -> tuple[tuple[Group, ...], tuple[str, ...]]:
    groups, notes = [], []
    employers: dict[int, Id | None] = {pk: juror.organisation_id for pk, juror in data.jurors.items()}
    if plan.one_per_employer and any(employers.values()):
        groups.append(Group(EMPLOYER, tuple(employers.values()), 1))
    for rule in plan.rules:
        labels = labels_of(data, rule)
        if any(label is not None for label in labels.values()):
            groups.append(Group(rule.key, tuple(labels.values()), rule.most, rule.least))
    columns = {pk: column for column, pk in enumerate(data.jurors)}
    for number, group in enumerate(groups):
        if group.most is None:
            continue
        found = Counter((sketch, group.values[columns[juror]]) for sketch, juror in locked if juror in columns)
        there = max((count for (_s, label), count in found.items() if label is not None), default=0)
        if there > group.most:
            groups[number] = replace(group, most=there)
            notes.append(
                _("The rule “%(rule)s” is loosened to %(number)d, because what is kept breaks it already.")
                % {"rule": rule_name(group.name), "number": there}
            )
    return tuple(groups), tuple(notes)


def rule_name(key: str) -> str:
    """The name of a group rule as people say it."""
    if key == EMPLOYER:
        return _("one juror per employer")
    attribute, _colon, value = key.partition(":")
    label = str(RuleAttribute(attribute).label) if attribute in RuleAttribute.values else attribute
    return f"{label}: {kind_name(attribute, value)}" if value else label


def kind_name(attribute: str, value: str) -> str:
    """A sector, a language and so on as people say it; a region by its own name."""
    names: dict[str, dict[str, str]] = {
        RuleAttribute.SECTOR: {code: str(label) for code, label in Sector.choices},
        RuleAttribute.SENIORITY: {code: str(label) for code, label in Seniority.choices},
        RuleAttribute.LANGUAGE: {code: str(label) for code, label in settings.LANGUAGES},
    }
    return names.get(attribute, {}).get(value, value)
