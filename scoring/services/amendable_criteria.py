"""Criteria that an amendment adds to an open call, or takes out of it. Nobody has graded by them yet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.errors import InvalidInput
from competition.amending import ADD, LANGUAGES, REMOVE, Change, Rows, encode, read_changes, register_rows
from competition.amendment_rules import Message
from competition.amendment_shares import Weighed, register_weights
from competition.display import in_language
from competition.models import Call
from competition.selectors.amendments import gathering_of
from scoring.models import Assessment, Criterion, GradeScale
from scoring.services.amendable import CRITERION_FIELDS
from scoring.services.criteria_list import AT_MOST

TEXTS = tuple(f"{text}_{language}" for text in ("name", "guide") for language in LANGUAGES)
DEMANDS = ("requires_reasons", "allows_not_assessable")


def criterion_json(call: Call, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Columns of a criterion as JSON: the scale by its code, and in words for whoever reads of it later."""
    scale = call.grade_scales.filter(code=fields["scale"]).first()
    return {
        **{name: str(fields.get(name) or "") for name in TEXTS},
        **{name: bool(fields.get(name)) for name in DEMANDS},
        "weight": encode(CRITERION_FIELDS["weight"], Decimal(fields["weight"])),
        "scale": str(fields["scale"]),
        "scale_name": _scale_name(scale) if scale else {},
    }


def _scale_name(scale: GradeScale) -> dict[str, str]:
    """The lowest and the highest grade with their words, in every language that has both."""
    levels = sorted(scale.levels.all(), key=lambda level: level.value)
    if not levels:
        return {}
    ends = (levels[0], levels[-1])
    words = {language: [getattr(level, f"label_{language}") for level in ends] for language in LANGUAGES}
    return {
        language: f"{ends[0].value} {lowest} – {ends[1].value} {highest}"
        for language, (lowest, highest) in words.items()
        if lowest and highest
    }


def _snapshot(call: Call, code: str) -> dict[str, Any] | None:
    row = call.criteria.select_related("scale").filter(code=code).first()
    if row is None:
        return None
    return criterion_json(
        call,
        {name: getattr(row, name) for name in (*TEXTS, *DEMANDS)} | {"weight": row.weight, "scale": row.scale.code},
    )


def _is_taken(call: Call, code: str) -> bool:
    """Also of a criterion that an amendment took out: a code names one thing only."""
    gone = [{"target": "criterion", "code": code, "op": REMOVE}]
    return (
        call.criteria.filter(code=code).exists()
        or call.amendments.exclude(published_at=None).filter(changes__contains=gone).exists()
    )


def _new_code(call: Call, _values: Mapping[str, Any], gathered: set[str]) -> str:
    number = 1
    while (code := f"criterion-{number}") in gathered or _is_taken(call, code):
        number += 1
    return code


def _add(call: Call, code: str, values: Mapping[str, Any], _at: dt.datetime) -> None:
    scale = call.grade_scales.filter(code=values["scale"]).first()
    if scale is None:
        raise InvalidInput({"scale": _("The call has no such scale.")})
    if not values[f"name_{call.default_language}"]:
        raise InvalidInput({f"name_{call.default_language}": _("Give the criterion a name.")})
    _refuse_too_many(call)
    last = call.criteria.order_by("-order").first()
    row = Criterion(
        call=call,
        code=code,
        scale=scale,
        order=last.order + 1 if last else 1,
        weight=values["weight"],
        **{name: values[name] for name in (*TEXTS, *DEMANDS)},
    )
    try:
        row.clean_fields(exclude={field.name for field in row._meta.fields} - {*TEXTS, "weight"})
    except ValidationError as error:
        raise InvalidInput({field: texts[0] for field, texts in error.message_dict.items()}) from error
    row.save()


def _refuse_too_many(call: Call) -> None:
    going = {change.code for change in _gathered(call) if (change.target, change.op) == ("criterion", REMOVE)}
    if call.criteria.exclude(code__in=going).count() >= AT_MOST:
        raise InvalidInput({"": _("A call has at most %(count)s criteria.") % {"count": AT_MOST}})


def _gathered(call: Call) -> list[Change]:
    gathering = gathering_of(call)
    return read_changes(gathering.changes) if gathering else []


def _remove(call: Call, code: str, _at: dt.datetime) -> None:
    call.criteria.filter(code=code).delete()


def refusal_of_removal(call: Call, code: str, others: set[str]) -> Message | None:
    """Why the criterion has to stay, when the `others` go too and what is gathered comes; None where it may go."""
    left = [row for row in weights(call, _gathered(call)) if row["code"] not in others | {code}]
    if sum((Decimal(row["after"]) for row in left if row["after"] is not None), Decimal(0)) <= 0:
        return _("Without this criterion the weights would sum to nothing. Give another one a weight first.")
    return None


def closed(call: Call) -> Message | None:
    """Jurors grade by what they were given: from their first assessment on, criteria neither come nor go."""
    if Assessment.objects.filter(sketch__call=call).exists():
        return _("Jurors have been given sketches to grade by these criteria. None can be added or removed any more.")
    return None


def weights(call: Call, changes: Iterable[Change]) -> list[Weighed]:
    """The weights of all criteria with and without the changes, which are not carried out yet."""
    own = [change for change in changes if change.target == "criterion"]
    changed = {(change.code, change.field): change.after for change in own if change.field}
    going = {change.code for change in own if change.op == REMOVE}
    found: list[Weighed] = []
    for row in call.criteria.all():
        present = encode(CRITERION_FIELDS["weight"], row.weight)
        names = {each: changed.get((row.code, f"name_{each}"), getattr(row, f"name_{each}")) for each in LANGUAGES}
        after = None if row.code in going else changed.get((row.code, "weight"), present)
        found.append({"code": row.code, "name": _texts(names), "before": present, "after": after})
    return found + [
        {"code": change.code, "name": _name(change.after), "before": None, "after": change.after["weight"]}
        for change in own
        if change.op == ADD
    ]


def _texts(texts: Mapping[str, str | None]) -> dict[str, str]:
    return {language: text for language, text in texts.items() if text}


def _name(values: Mapping[str, Any]) -> dict[str, str]:
    return _texts({language: values[f"name_{language}"] for language in LANGUAGES})


def _lines(values: Mapping[str, Any], language: str) -> list[str]:
    """The criterion as an applicant meets it: guidance, how much it counts, how it is graded."""
    weight = Decimal(values["weight"])
    facts = [gettext("weight %(weight)s") % {"weight": number_format(weight)}]
    facts.append(gettext("reasons are required") if values["requires_reasons"] else gettext("reasons are optional"))
    if values["allows_not_assessable"]:
        facts.append(gettext("a juror may answer “cannot assess”"))
    lines = [in_language({each: values[f"guide_{each}"] for each in LANGUAGES}, language), " · ".join(facts)]
    if scale := in_language(values["scale_name"], language):
        lines.append(gettext("Grades: %(scale)s") % {"scale": scale})
    return [line for line in lines if line]


def _public_note(_values: Mapping[str, Any], comes: bool) -> Message:
    if comes:
        return _("Every sketch is judged by this too, also one that was submitted before.")
    return _("No sketch is judged by this any more, nor one that was submitted before.")


def register_criteria() -> None:
    register_weights(weights)
    register_rows(
        Rows(
            kind="criterion",
            added=_("New criterion"),
            removed=_("Criterion removed"),
            snapshot=_snapshot,
            is_taken=_is_taken,
            new_code=_new_code,
            add=_add,
            remove=_remove,
            refusal=refusal_of_removal,
            name=_name,
            lines=_lines,
            public_note=_public_note,
            effects=lambda _call, _code, _values, _comes: [],
            closed=closed,
        )
    )
