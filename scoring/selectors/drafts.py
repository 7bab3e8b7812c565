"""Reads about the drafts of an assignment: their list, one of them, and two side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from competition.models import Call, Sketch
from competition.selectors.vetoes import without_vetoed
from scoring.enums import RunState
from scoring.models import AssignmentEdit, AssignmentPair, AssignmentRun


@dataclass(frozen=True)
class Draft:
    """One run in the list. Figures are None while it is computed, and where it failed."""

    run: AssignmentRun
    number: int
    edits: int

    @property
    def label(self) -> str:
        return self.run.name or f"{self.number}"

    @property
    def metrics(self) -> dict[str, Any]:
        return self.run.metrics

    @property
    def is_done(self) -> bool:
        return self.run.state == RunState.DONE

    @property
    def loads(self) -> Loads | None:
        return loads_of(self.run.metrics)


@dataclass(frozen=True)
class Loads:
    """Sketches per juror."""

    least: int
    mean: float
    most: int


def loads_of(metrics: dict[str, Any]) -> Loads | None:
    loads = list(metrics.get("loads", {}).values())
    return Loads(min(loads), round(sum(loads) / len(loads), 2), max(loads)) if loads else None


def drafts_of(call: Call) -> list[Draft]:
    """All runs of the call, the newest first; `number` counts from the first. One query."""
    runs = list(
        call.assignment_runs.select_related("created_by", "published_by", "base")
        .annotate(edited=Count("edits"))
        .order_by("-pk")
    )
    return [Draft(run, len(runs) - place, run.edited) for place, run in enumerate(runs)]


def edits_of(run: AssignmentRun, user) -> list[AssignmentEdit]:
    """What was changed by hand, the oldest first, where the person may look. One query."""
    seen = without_vetoed(Sketch.objects.filter(call=run.call_id), user)
    return list(run.edits.filter(sketch__in=seen).select_related("sketch", "juror__user", "replaced__user", "by"))


@dataclass(frozen=True)
class Difference:
    """A sketch on which two drafts disagree: jurors that only one of them has, and those that both have."""

    reference: str
    title: str
    only_first: list[str]
    only_second: list[str]
    both: list[str]


@dataclass(frozen=True)
class Comparison:
    """Two drafts: which pairs only one has, sketch by sketch. shared: number of pairs that both have."""

    differences: list[Difference]
    shared: int
    only_first: int
    only_second: int


def compare(first: AssignmentRun, second: AssignmentRun, user) -> Comparison:
    """Three queries. Sketches that the person has left the room for are counted nowhere."""
    titles = {
        pk: (reference, title or "")
        for pk, reference, title in without_vetoed(Sketch.objects.filter(call=first.call_id), user)
        .order_by("reference")
        .values_list("pk", "reference", "current_version__title")
    }
    names: dict[int, str] = {}
    on: dict[int, dict[int, set[int]]] = {first.pk: {}, second.pk: {}}
    rows = AssignmentPair.objects.filter(run__in=(first, second), sketch__in=titles).select_related("juror__user")
    for pair in rows:
        names[pair.juror_id] = str(pair.juror)
        on[pair.run_id].setdefault(pair.sketch_id, set()).add(pair.juror_id)
    differences, shared, counts = [], 0, [0, 0]
    for pk, (reference, title) in titles.items():
        ours, theirs = on[first.pk].get(pk, set()), on[second.pk].get(pk, set())
        shared += len(ours & theirs)
        counts[0] += len(ours - theirs)
        counts[1] += len(theirs - ours)
        if ours != theirs:
            lists = (sorted(names[juror] for juror in some) for some in (ours - theirs, theirs - ours, ours & theirs))
            differences.append(Difference(reference, title, *lists))
    return Comparison(differences, shared, *counts)
