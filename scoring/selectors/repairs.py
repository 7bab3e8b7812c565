"""What a repair has changed: each pair that was lost or came, and why."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from competition.models import Sketch
from competition.selectors.vetoes import without_vetoed
from scoring.models import AssignmentRun, Juror
from scoring.selectors.assignment_input import AssignmentInput
from scoring.selectors.assignment_problem import Marks

Pairs = set[tuple[int, int]]
REASONS: dict[str, str | Promise] = {
    "withdrawn": _("the sketch takes no part any more"),
    "left": _("the juror does not serve any more"),
    "conflict": _("a conflict of interest"),
    "forbidden": _("forbidden by hand"),
    "room": _("made room, so that no place stays empty and every rule holds"),
    "place": _("fills a place that has become free"),
    "new": _("fills a place that was empty"),
}


@dataclass(frozen=True)
class Change:
    """A pair that the repair took away (lost) or made."""

    reference: str
    juror: str
    lost: bool
    why: str | Promise


def changes(data: AssignmentInput, marks: Marks, before: Pairs, after: Pairs) -> list[dict[str, Any]]:
    """As JSON for a run's metrics: {"sketch", "juror", "lost", "why"}, by sketch; keys are primary keys."""
    freed: dict[int, int] = defaultdict(int)
    found = []
    for sketch, juror in sorted(before - after):
        freed[sketch] += 1
        found.append({"sketch": sketch, "juror": juror, "lost": True, "why": _why(data, marks, (sketch, juror))})
    for sketch, juror in sorted(after - before):
        freed[sketch] -= 1
        why = "place" if freed[sketch] >= 0 else "new"
        found.append({"sketch": sketch, "juror": juror, "lost": False, "why": why})
    return sorted(found, key=lambda each: (each["sketch"], not each["lost"], each["juror"]))


def _why(data: AssignmentInput, marks: Marks, pair: tuple[int, int]) -> str:
    if pair[0] not in data.sketches:
        return "withdrawn"
    if pair[1] not in data.jurors:
        return "left"
    if pair in data.conflicts:
        return "conflict"
    return "forbidden" if pair in marks.forbidden else "room"


def told_changes(run: AssignmentRun, user) -> list[Change]:
    """What the run's repair changed, with names, where the person may look. Two queries, none for other runs."""
    kept = run.metrics.get("repair", [])
    if not kept:
        return []
    of = {each["sketch"] for each in kept}
    seen = without_vetoed(Sketch.objects.filter(call=run.call_id, pk__in=of), user)
    references = dict(seen.values_list("pk", "reference"))
    jurors = Juror.objects.filter(pk__in={each["juror"] for each in kept}).select_related("user")
    names = {juror.pk: str(juror) for juror in jurors}
    return [
        Change(references[each["sketch"]], names.get(each["juror"], "?"), each["lost"], REASONS[each["why"]])
        for each in kept
        if each["sketch"] in references
    ]
