"""Reads about the scales of a call."""

from __future__ import annotations

from django.db.models import Count

from competition.models import Call
from scoring.models import Criterion, GradeScale


def scales_of(call: Call) -> list[GradeScale]:
    """The call's scales with their levels, and how many criteria use each (`uses`). Two queries."""
    return list(call.grade_scales.annotate(uses=Count("criteria")).prefetch_related("levels").order_by("pk"))


def criteria_on(scales: list[GradeScale], call: Call) -> list[Criterion]:
    """The call's criteria in order, each with its scale out of `scales`. One query."""
    known = {scale.pk: scale for scale in scales}
    criteria = list(call.criteria.all())
    for criterion in criteria:
        criterion.scale = known[criterion.scale_id]
    return criteria


def get_scale(call: Call, code: str) -> GradeScale | None:
    return call.grade_scales.filter(code=code).prefetch_related("levels").first()


def scale_name(scale: GradeScale) -> str:
    """What people call a scale: its lowest and highest grade, each with its word."""
    levels = sorted(scale.levels.all(), key=lambda level: level.value)
    if not levels:
        return scale.code
    return f"{levels[0].value} {levels[0].label} – {levels[-1].value} {levels[-1].label}"
