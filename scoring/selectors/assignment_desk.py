"""One sketch of a draft on the desk: who is on it, who could be, and what each change would do."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.utils.translation import gettext as _

from competition.models import Sketch
from competition.selectors.vetoes import without_vetoed
from scoring.models import AssignmentRun
from scoring.selectors import assignment_input
from scoring.selectors.assignment_findings import Finding, look
from scoring.selectors.assignment_input import AssignmentInput
from scoring.selectors.assignment_plan import Plan
from scoring.selectors.assignment_problem import Marks, Posed, marks_of, pose, rule_name
from scoring.selectors.fit import Fit

Pairs = set[tuple[int, int]]


@dataclass(frozen=True)
class OnIt:
    """A juror on the sketch. begun: work that stays; kept: handed out before; possible: nothing stands between them."""

    juror: int
    name: str
    fit: float
    load: int
    most: int
    begun: bool
    kept: bool
    locked: bool
    by_hand: bool
    possible: bool


@dataclass(frozen=True)
class Candidate:
    """A juror who is not on the sketch. obstacle: why not at all; would_break: rules that adding would break."""

    juror: int
    name: str
    fit: float
    load: int
    most: int
    forbidden: bool
    obstacle: str
    would_break: tuple[str, ...]

    @property
    def may_be_added(self) -> bool:
        return not self.obstacle and not self.forbidden


@dataclass(frozen=True)
class Listed:
    """A sketch in the list to choose from. marked: something is found there."""

    pk: int
    reference: str
    title: str
    jurors: int
    marked: bool


@dataclass(frozen=True)
class Desk:
    """Everything the page of changes by hand shows. sketch: None until one is chosen."""

    listed: list[Listed]
    sketch: Listed | None
    on_it: list[OnIt]
    candidates: list[Candidate]
    findings: list[Finding]
    wanted: int


def desk(run: AssignmentRun, user, chosen: int | None) -> Desk:
    """Ten queries at any size. Sketches that the person has left the room for are left out, and what is found there.

    Raises ProblemError where the rules cannot all hold.
    """
    data = assignment_input.load(run.call)
    marks, plan = marks_of(run), Plan.from_parameters(run.parameters)
    posed = pose(data, plan, marks)
    by_hand = {(sketch, juror): by for sketch, juror, by in run.pairs.values_list("sketch", "juror", "by_hand")}
    pairs = set(by_hand)
    taken = data.sketches.keys() | {sketch for sketch, _juror in pairs}  # those withdrawn since can be taken out
    seen = without_vetoed(Sketch.objects.filter(call=run.call, pk__in=taken), user)
    rows = list(seen.order_by("reference").values_list("pk", "reference", "current_version__title"))
    visible = {pk for pk, *_rest in rows}
    found = [each for each in look(run, data, posed, marks, pairs) if each.sketch is None or each.sketch in visible]
    counts, marked = Counter(sketch for sketch, _juror in pairs), {each.sketch for each in found}
    listed = [Listed(pk, reference, title or "", counts[pk], pk in marked) for pk, reference, title in rows]
    sketch = next((each for each in listed if each.pk == chosen), None)
    if sketch is None:
        return Desk(listed, None, [], [], found, plan.jurors_per_sketch)
    most = {int(pk): load for pk, load in zip(posed.problem.jurors, posed.problem.load_max.tolist(), strict=True)}
    load = Counter(juror for _sketch, juror in pairs)
    table = _Table(data, posed, marks, pairs, data.fit(plan.weights), load, most)
    on_it = [table.on_it(sketch.pk, juror, by_hand[sketch.pk, juror]) for of, juror in pairs if of == sketch.pk]
    others = [juror for juror in data.jurors if (sketch.pk, juror) not in pairs] if sketch.pk in data.sketches else []
    return Desk(
        listed=listed,
        sketch=sketch,
        on_it=sorted(on_it, key=lambda each: (-each.fit, each.name)),
        candidates=sorted(
            (table.candidate(sketch.pk, juror) for juror in others),
            key=lambda each: (not each.may_be_added, bool(each.would_break), -each.fit, each.name),
        ),
        findings=found,
        wanted=plan.jurors_per_sketch,
    )


@dataclass(frozen=True)
class _Table:
    """load, most: per juror, of this draft."""

    data: AssignmentInput
    posed: Posed
    marks: Marks
    pairs: Pairs
    fit: Fit
    load: Counter[int]
    most: dict[int, int]

    def on_it(self, sketch: int, juror: int, by_hand: bool) -> OnIt:
        pair = (sketch, juror)
        serves, competes = juror in self.data.jurors, sketch in self.data.sketches
        return OnIt(
            juror=juror,
            name=str(self.data.jurors[juror]) if serves else _("A juror who does not serve any more"),
            fit=self.fit.affinity(sketch, juror) if serves and competes else 0.0,
            load=self.load[juror],
            most=self.most.get(juror, 0),
            begun=pair in self.data.begun,
            kept=pair in self.data.standing,
            locked=pair in self.marks.locked,
            by_hand=by_hand,
            possible=serves and competes and pair not in self.data.conflicts,
        )

    def candidate(self, sketch: int, juror: int) -> Candidate:
        conflict = (sketch, juror) in self.data.conflicts
        return Candidate(
            juror=juror,
            name=str(self.data.jurors[juror]),
            fit=self.fit.affinity(sketch, juror),
            load=self.load[juror],
            most=self.most[juror],
            forbidden=(sketch, juror) in self.marks.forbidden,
            obstacle=_("conflict of interest") if conflict else "",
            would_break=() if conflict else tuple(self._broken(sketch, juror)),
        )

    def _broken(self, sketch: int, juror: int) -> list[str]:
        found = [_("full")] if self.load[juror] >= self.most[juror] else []
        problem = self.posed.problem
        for group in problem.groups:
            label_of = dict(zip(problem.jurors, group.values, strict=True))
            label = label_of[juror]
            there = sum(of == sketch and label_of.get(other) == label for of, other in self.pairs)
            if group.most is not None and label is not None and there >= group.most:
                found.append(rule_name(group.name))
        return found
