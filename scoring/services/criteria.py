"""The criteria and the scale a call begins with. They are rows: the owner changes them afterwards."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import get_language
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


def scale_templates() -> list[tuple[str, str]]:
    """(code, what it is called) of the scales that a call can be given, the usual one first."""
    usual = read_data("criteria")["scale"]["levels"]
    first = ("usual", f"{usual[0]['value']}–{usual[-1]['value']}")
    language = (get_language() or "en")[:2]
    others = read_data("scales")["scales"]
    return [first, *((row["code"], row["name"].get(language, row["name"]["en"])) for row in others)]


def scale_levels(*, template: str, lowest: int | None = None, highest: int | None = None) -> list[GradeLevel]:
    """The levels of a template from the lowest, or of one's "own" grades without words; not saved."""
    if template == "own":
        return [GradeLevel(value=value) for value in range(lowest or 0, (highest or 0) + 1)]
    known = {row["code"]: row["levels"] for row in read_data("scales")["scales"]}
    rows = known.get(template) or read_data("criteria")["scale"]["levels"]
    return [GradeLevel(value=row["value"], **in_every_language("label", row["label"])) for row in rows]


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
