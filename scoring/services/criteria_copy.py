"""The criteria and scales of a call that begins as a copy."""

from __future__ import annotations

from django.conf import settings

from competition.models import Call
from scoring.models import Criterion, GradeLevel, GradeScale

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
FACTS = ("order", "code", "weight", "allows_not_assessable", "requires_reasons")


def copy_criteria(*, source: Call, target: Call) -> list[Criterion]:
    """Copy scales with their words, and criteria, into a call that has none; the caller has asked who may."""
    scales = {}
    for scale in source.grade_scales.prefetch_related("levels"):
        scales[scale.pk] = copy = GradeScale.objects.create(call=target, code=scale.code)
        GradeLevel.objects.bulk_create(
            GradeLevel(scale=copy, value=level.value, **_texts(level, "label")) for level in scale.levels.all()
        )
    return Criterion.objects.bulk_create(
        Criterion(
            call=target,
            scale=scales[row.scale_id],
            **{name: getattr(row, name) for name in FACTS},
            **_texts(row, "name"),
            **_texts(row, "guide"),
        )
        for row in source.criteria.all()
    )


def _texts(row: object, name: str) -> dict[str, str]:
    return {f"{name}_{code}": getattr(row, f"{name}_{code}") for code in LANGUAGES}
