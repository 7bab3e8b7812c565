"""Reads about assignments: which run counts, and what is not handed out yet."""

from __future__ import annotations

from competition.models import Call, Sketch
from scoring.models import Assessment, AssignmentRun


def latest_run(call: Call) -> AssignmentRun | None:
    return call.assignment_runs.order_by("-pk").first()


def published_run(call: Call) -> AssignmentRun | None:
    return call.assignment_runs.exclude(published_at=None).order_by("-published_at").first()


def short_of_jurors(call: Call) -> int:
    """How many competing sketches have fewer standing assessments than the call asks for."""
    standing: dict[int, int] = dict.fromkeys(
        Sketch.objects.competing().filter(call=call).values_list("pk", flat=True), 0
    )
    for sketch in Assessment.objects.standing().filter(sketch__in=standing).values_list("sketch", flat=True):
        standing[sketch] += 1
    return sum(count < call.jurors_per_sketch for count in standing.values())
