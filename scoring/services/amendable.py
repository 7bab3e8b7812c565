"""What sketches are judged by changes by amendment too: criteria, and the words of their grades."""

from __future__ import annotations

from dataclasses import replace

from django.db.models import Model

from competition.amending import Shape, Weight, fields_of, register_target
from competition.models import Call
from competition.services.amendable import named_by, row_target
from scoring.models import Criterion, GradeLevel

CRITERION_FIELDS = {
    **fields_of(Criterion, "name", "guide", weight=Weight.TEXT),
    **{
        name: replace(about, shape=Shape.NUMBER)
        for name, about in fields_of(Criterion, "weight", weight=Weight.DEMAND).items()
    },
    **fields_of(Criterion, "requires_reasons", "allows_not_assessable", weight=Weight.DEMAND),
}
LEVEL_FIELDS = fields_of(GradeLevel, "label", weight=Weight.TEXT)


def _criterion(call: Call, code: str) -> Criterion | None:
    return Criterion.objects.filter(call=call, code=code).first()


def _level(call: Call, code: str) -> GradeLevel | None:
    scale, _colon, value = code.rpartition(":")
    return GradeLevel.objects.filter(scale__call=call, scale__code=scale, value=int(value)).first()


def _level_name(level: Model) -> dict[str, str]:
    return {"en": str(level.value)}  # type: ignore[attr-defined]


def register_targets() -> None:
    register_target(row_target("criterion", fields=CRITERION_FIELDS, find=_criterion, name=named_by("name")))
    register_target(row_target("level", fields=LEVEL_FIELDS, find=_level, name=_level_name))
