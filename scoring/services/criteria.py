"""The criteria and the scale a call begins with. They are rows: the owner changes them afterwards."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.errors import InvalidInput
from competition.models import Call
from scoring.models import Criterion, GradeLevel, GradeScale

DATA = Path(__file__).resolve().parent.parent / "templates_data"
DEFAULT_TEMPLATE = "default"


@cache
def read_data(name: str) -> Any:
    """A file of templates_data/ as data."""
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


def template_codes() -> list[str]:
    """The templates that a call's criteria can be made from."""
    return list(read_data("criteria")["templates"])


def in_every_language(field: str, texts: dict[str, str]) -> dict[str, str]:
    """Column values of a translated field; a language without a text has the English one."""
    return {f"{field}_{code}": texts.get(code, texts["en"]) for code, _name in settings.LANGUAGES}


@transaction.atomic
def create_default_criteria(*, call: Call, template: str = DEFAULT_TEMPLATE) -> list[Criterion]:
    """Give a new call the scale and the criteria of a template. A call that has criteria keeps them.

    Raises InvalidInput for a template that does not exist.
    """
    existing = list(call.criteria.all())
    if existing:
        return existing
    data = read_data("criteria")
    if template not in data["templates"]:
        raise InvalidInput({"template": _("There is no such set of criteria.")})
    scale, _created = GradeScale.objects.get_or_create(call=call, code=data["scale"]["code"])
    GradeLevel.objects.bulk_create(
        (
            GradeLevel(scale=scale, value=level["value"], **in_every_language("label", level["label"]))
            for level in data["scale"]["levels"]
        ),
        ignore_conflicts=True,
    )
    return Criterion.objects.bulk_create(
        Criterion(
            call=call,
            order=order,
            code=entry["code"],
            weight=entry["weight"],
            scale=scale,
            **in_every_language("name", entry["name"]),
            **in_every_language("guide", entry["guide"]),
        )
        for order, entry in enumerate(data["templates"][template], start=1)
    )
