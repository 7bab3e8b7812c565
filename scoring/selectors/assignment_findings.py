"""What stands against a draft as things are now: rules it breaks, and what it leaves wanting, with what would help.

Every rule is looked at here in words, and once more by the solver's independent check; what only that one finds is told
as well, so that nothing is published which either refuses.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from competition.models import Sketch
from scoring.assignment import ProblemError, verify_pairs
from scoring.models import AssignmentRun, Juror
from scoring.selectors.assignment_figures import figures
from scoring.selectors.assignment_input import AssignmentInput
from scoring.selectors.assignment_plan import Plan
from scoring.selectors.assignment_problem import Marks, Posed, marks_of, pose, rule_name
from scoring.selectors.assignment_remedies import Remedy, for_kind, for_load, for_place

# The codes of scoring.assignment.verify that no draft may be published with, and what they are called here.
HARD = {
    "duplicate": (),
    "not_allowed": ("conflict", "left", "withdrawn"),
    "forbidden": ("forbidden",),
    "locked": ("lost",),
    "load_max": ("load_most",),
    "group_most": ("group_most",),
}


Pairs = AbstractSet[tuple[int, int]]


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong (hard: not to be published) or wanting. sketch, juror: primary keys it is about.

    asks_reason: it may be published, by somebody who says why.
    """

    code: str
    text: str
    hard: bool = False
    asks_reason: bool = False
    sketch: int | None = None
    juror: int | None = None
    remedies: tuple[Remedy, ...] = ()


def findings(run: AssignmentRun, data: AssignmentInput, pairs: Pairs, marks: Marks | None = None) -> list[Finding]:
    """The hard ones first. At most four queries beside `data`: marks, and names of those who are no longer there."""
    plan = Plan.from_parameters(run.parameters)
    marks = marks_of(run) if marks is None else marks
    try:
        posed = pose(data, plan, marks)
    except ProblemError as error:
        text = _("The rules cannot all hold: %(why)s") % {"why": error}
        return [Finding("rules", text, hard=True)]
    return list(look(run, data, posed, marks, pairs))


def look(run: AssignmentRun, data: AssignmentInput, posed: Posed, marks: Marks, pairs: Pairs) -> Iterator[Finding]:
    """As `findings`, for a problem that is posed already."""
    names = _Names(data, pairs | marks.locked)
    hard = [*_impossible(data, marks, pairs, names), *_lost(data, posed, pairs, names)]
    hard += [*_loads(posed, pairs, names), *_crowded(posed, pairs, names)]
    yield from hard
    told = {finding.code for finding in hard}
    for violation in verify_pairs(posed.problem, sorted(pairs)):
        if violation.code in HARD and not told & set(HARD[violation.code]):
            yield Finding("check", _("The independent check says: %(what)s.") % {"what": violation.message}, hard=True)
    yield from _wanting(run, data, posed, pairs, names)


@dataclass(frozen=True)
class _Names:
    """Names of sketches and jurors, also of those that take no part any more."""

    data: AssignmentInput
    pairs: Pairs = field(default_factory=set)

    def sketch(self, pk: int) -> str:
        return self.data.references.get(pk) or self._gone_sketches.get(pk, "?")

    def juror(self, pk: int) -> str:
        juror = self.data.jurors.get(pk)
        return str(juror) if juror else self._gone_jurors.get(pk, "?")

    @cached_property
    def _gone_sketches(self) -> dict[int, str]:
        gone = {sketch for sketch, _juror in self.pairs if sketch not in self.data.sketches}
        return dict(Sketch.objects.filter(pk__in=gone).values_list("pk", "reference"))

    @cached_property
    def _gone_jurors(self) -> dict[int, str]:
        gone = {juror for _sketch, juror in self.pairs if juror not in self.data.jurors}
        return {juror.pk: str(juror) for juror in Juror.objects.filter(pk__in=gone).select_related("user")}


def _impossible(data: AssignmentInput, marks: Marks, pairs: Pairs, names: _Names) -> Iterator[Finding]:
    for sketch, juror in sorted(pairs):
        said = {"sketch": names.sketch(sketch), "juror": names.juror(juror)}
        if sketch not in data.sketches:
            text, code = _("%(sketch)s takes no part any more, and %(juror)s is to judge it."), "withdrawn"
        elif juror not in data.jurors:
            text, code = _("%(juror)s does not serve any more, and is to judge %(sketch)s."), "left"
        elif (sketch, juror) in data.conflicts:
            text, code = _("%(juror)s may not judge %(sketch)s: a conflict of interest."), "conflict"
        elif (sketch, juror) in marks.forbidden and (sketch, juror) not in data.begun:
            text, code = _("%(juror)s is forbidden by hand on %(sketch)s."), "forbidden"
        else:
            continue
        yield Finding(code, text % said, hard=True, sketch=sketch, juror=juror)


def _lost(data: AssignmentInput, posed: Posed, pairs: Pairs, names: _Names) -> Iterator[Finding]:
    for sketch, juror in sorted(posed.locked - pairs):
        said = {"sketch": names.sketch(sketch), "juror": names.juror(juror)}
        if (sketch, juror) in data.begun:
            text = _("%(juror)s has begun %(sketch)s, and this draft leaves it out.")
        elif (sketch, juror) in data.standing:
            text = _("%(sketch)s is handed out to %(juror)s, and this draft leaves it out.")
        else:
            text = _("%(juror)s is locked on %(sketch)s, and this draft leaves it out.")
        yield Finding("lost", text % said, hard=True, sketch=sketch, juror=juror)


def _loads(posed: Posed, pairs: Pairs, names: _Names) -> Iterator[Finding]:
    load = Counter(juror for _sketch, juror in pairs)
    for pk, most in zip(posed.problem.jurors, posed.problem.load_max.tolist(), strict=True):
        juror = int(pk)
        if load[juror] > most:
            text = _("%(juror)s has %(load)d sketches, and takes %(most)d at most.")
            said = {"juror": names.juror(juror), "load": load[juror], "most": most}
            yield Finding(
                "load_most", text % said, hard=True, juror=juror, remedies=(for_load(juror, names.juror(juror)),)
            )


def _crowded(posed: Posed, pairs: Pairs, names: _Names) -> Iterator[Finding]:
    for group in posed.problem.groups:
        if group.most is None:
            continue
        label_of = dict(zip(posed.problem.jurors, group.values, strict=True))
        there = Counter((sketch, label_of[juror]) for sketch, juror in pairs if label_of.get(juror) is not None)
        for (sketch, _label), number in sorted(there.items(), key=str):
            if number > group.most:
                text = _("%(sketch)s breaks the rule “%(rule)s”: %(number)d of a kind, and %(most)d at most.")
                said = {
                    "sketch": names.sketch(sketch),
                    "rule": rule_name(group.name),
                    "number": number,
                    "most": group.most,
                }
                yield Finding("group_most", text % said, hard=True, sketch=sketch)


def _wanting(run: AssignmentRun, data: AssignmentInput, posed: Posed, pairs: Pairs, names: _Names) -> Iterator[Finding]:
    plan = Plan.from_parameters(run.parameters)
    measured = figures(data, posed, pairs)
    for item in measured["unfilled"]:
        text = ngettext(
            "%(sketch)s has %(number)d empty place.", "%(sketch)s has %(number)d empty places.", item["places"]
        )
        said = {"sketch": item["reference"], "number": item["places"]}
        remedies = for_place(item, data, plan)
        yield Finding("unfilled", text % said, asks_reason=True, sketch=item["sketch"], remedies=remedies)
    for item in measured["short_groups"]:
        text = _("%(sketch)s has too few jurors for the rule “%(rule)s”: %(number)d missing.")
        said = {
            "sketch": names.sketch(item["sketch"]),
            "rule": rule_name(item["group"]),
            "number": item["missing"],
        }
        yield Finding(
            "group_least", text % said, asks_reason=True, sketch=item["sketch"], remedies=for_kind(item["group"])
        )
    on_sketch = Counter(sketch for sketch, _juror in pairs)
    for pk, demand in zip(posed.problem.sketches, posed.problem.demand.tolist(), strict=True):
        if on_sketch[int(pk)] > demand:
            text = _("%(sketch)s has %(number)d jurors; %(wanted)d are asked for.")
            said = {"sketch": names.sketch(int(pk)), "number": on_sketch[int(pk)], "wanted": demand}
            yield Finding("too_many", text % said, asks_reason=True, sketch=int(pk))
    yield from _light(data, plan, measured, names)
    if not measured["connected"]:
        yield Finding(
            "apart",
            ngettext(
                "Jurors and sketches fall into %(number)d part without a juror in common. "
                "Grades can then not be compared across them.",
                "Jurors and sketches fall into %(number)d parts without a juror in common. "
                "Grades can then not be compared across them.",
                measured["components"],
            )
            % {"number": measured["components"]}
            + (f" {why}" if (why := run.metrics.get("not_connected")) else ""),
            asks_reason=plan.require_connected,
        )


def _light(data: AssignmentInput, plan: Plan, measured: dict, names: _Names) -> Iterator[Finding]:
    """Jurors below their least load. A reason is asked where somebody set it, not where it is a share of the mean."""
    for item in measured["unmet"]:
        juror = int(item["juror"])
        promised = max(data.jurors[juror].load_min, plan.load_least or 0)
        text = ngettext(
            "%(juror)s gets %(number)d sketch less than the least load.",
            "%(juror)s gets %(number)d sketches less than the least load.",
            item["missing"],
        )
        said = {"juror": names.juror(juror), "number": item["missing"]}
        load = measured["loads"][str(juror)]
        yield Finding("load_least", text % said, asks_reason=load < promised, juror=juror)
