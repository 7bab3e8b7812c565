"""Reads everything a ranking is computed from, as flat columns in a fixed order."""

from __future__ import annotations

from dataclasses import dataclass, field

from competition.models import Call, Sketch
from scoring.enums import AssessmentState, Verdict
from scoring.models import Assessment, Criterion, ImpartialityDeclaration, Score


@dataclass(frozen=True)
class AggregationInput:
    """Ids are primary keys. `rows`: (sketch, juror, criterion code, grade or None for “cannot assess”)."""

    sketches: list[int]
    criteria: list[Criterion]
    rows: list[tuple[int, int, str, int | None]]
    assessments: dict[int, int]
    references: dict[int, str] = field(default_factory=dict)  # of every sketch


def load(call: Call) -> AggregationInput:
    """Final assessments of competing sketches. Five queries at any length.

    Left out: voided assessments, and those whose impartiality waits for the jury chair.
    """
    references = dict(Sketch.objects.competing().filter(call=call).order_by("pk").values_list("pk", "reference"))
    sketches = list(references)
    criteria = list(call.criteria.select_related("scale").prefetch_related("scale__levels"))
    unsettled = set(
        ImpartialityDeclaration.objects.filter(juror__call=call)
        .exclude(verdict=Verdict.IMPARTIAL)
        .values_list("sketch", "juror")
    )
    scores = Score.objects.filter(
        assessment__juror__call=call, assessment__state=AssessmentState.FINAL, assessment__sketch__in=sketches
    ).order_by("assessment__sketch", "assessment__juror", "criterion__order", "criterion")
    rows = [
        row
        for row in scores.values_list("assessment__sketch", "assessment__juror", "criterion__code", "value")
        if row[:2] not in unsettled
    ]
    per_sketch = dict.fromkeys(sketches, 0)
    for sketch, _juror in {row[:2] for row in rows}:
        per_sketch[sketch] += 1
    return AggregationInput(
        sketches=sketches, criteria=criteria, rows=rows, assessments=per_sketch, references=references
    )


def unfinished_assessments(call: Call) -> int:
    """How many assessments have been handed out and not sent."""
    return (
        Assessment.objects.filter(juror__call=call, sketch__in=Sketch.objects.competing().filter(call=call))
        .filter(state__in=(AssessmentState.ASSIGNED, AssessmentState.STARTED))
        .count()
    )


def unassessed_sketches(call: Call) -> list[Sketch]:
    """Competing sketches without a single final assessment."""
    return list(
        Sketch.objects.competing()
        .filter(call=call)
        .exclude(assessments__state=AssessmentState.FINAL)
        .order_by("reference")
    )
