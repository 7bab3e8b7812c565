"""The scoring's part of the records of a call that is over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Model
from django.utils import timezone

from competition.archive import Entry
from competition.models import Call
from competition.selectors.call_records import row
from competition.selectors.sketch_files import as_json
from scoring.models import Assessment, Decision, ImpartialityDeclaration, Recommendation, Score


def scoring_records(call: Call) -> Iterator[Entry]:
    """One file for each kind. A juror's private notes are the juror's own, and in none of them."""
    now = timezone.now()
    for name, rows in _tables(call).items():
        yield Entry(f"scoring/{name}.json", now, [as_json(rows)])


def _tables(call: Call) -> dict[str, Any]:
    assessments = Assessment.objects.filter(juror__call=call).order_by("pk")
    scores = Score.objects.filter(assessment__juror__call=call).order_by("pk")
    declarations = ImpartialityDeclaration.objects.filter(juror__call=call).order_by("pk")
    return {
        "criteria": _rows(call.criteria.order_by("pk")),
        "jurors": [row(juror) | {"address": juror.user.email} for juror in call.jurors.select_related("user")],
        "declarations": _rows(declarations),
        "assessments": [{k: v for k, v in row(one).items() if k != "private_note"} for one in assessments],
        "scores": _rows(scores),
        "recommendation": _with_items(Recommendation.objects.filter(call=call).first()),
        "decision": _with_items(Decision.objects.filter(call=call).first()),
    }


def _rows(rows: Iterable[Model]) -> list[dict[str, Any]]:
    return [row(one) for one in rows]


def _with_items(record: Recommendation | Decision | None) -> dict[str, Any] | None:
    """Each item names its sketch by the reference, as the folders of the records do."""
    if record is None:
        return None
    items = record.items.select_related("sketch").order_by("pk")
    return row(record) | {"items": [row(item) | {"sketch": item.sketch.reference} for item in items]}
