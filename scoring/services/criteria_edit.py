"""Changing what sketches are judged by."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.errors import InvalidInput, Refused
from accounts.guards import require
from accounts.models import User
from competition import audit
from competition.amendment_rules import runs_by_amendment
from competition.clock import database_now
from competition.enums import Phase
from competition.models import Amendment, Call
from competition.selectors.amendments import as_amended
from competition.services.amendments import gather, lock_gathering
from competition.services.revisions import merged, same
from scoring.models import Criterion, GradeScale

TEXTS = ("name_", "guide_")
FACTS = ("weight", "requires_reasons", "allows_not_assessable", "scale")
Changes = Mapping[str, Mapping[str, Any]]


def criteria_are_fixed_at(call: Call, now: dt.datetime) -> bool:
    """Whether the criteria stand for good: freely changed until the opening, by amendment until the deadline."""
    return call.phase_at(now) not in (Phase.DRAFT, Phase.ANNOUNCED, Phase.OPEN)


def refuse_after_opening(call: Call, now: dt.datetime) -> None:
    """Which criteria and scales there are, and in which order, is settled when the call opens."""
    if call.phase_at(now) not in (Phase.DRAFT, Phase.ANNOUNCED):
        raise Refused(_("The call has opened: applicants rely on the criteria."))


@transaction.atomic
def save_criteria(
    *,
    by: User,
    call: Call,
    changes: Changes,
    expected_revision: int | None = None,
    seen: Mapping[str, str] | None = None,
) -> bool:
    """Change criteria, or, in an open call, gather the changes as an amendment. Returns whether they were gathered.

    changes and errors: as of update_criteria. expected_revision, seen: see services.revisions; their fields are named
    "<code>-<field>", and the count is edit_count_of. Raises StaleEdit.
    """
    require("competition.manage_call", by, call)
    locked = Call.objects.select_for_update().get(pk=call.pk)
    gathers = runs_by_amendment(locked, database_now())
    kept = _not_stale(locked, lock_gathering(locked) if gathers else None, changes, expected_revision, seen)
    if not gathers:
        update_criteria(by=by, call=call, changes=kept)
        return False
    for code, fields in kept.items():
        try:
            gather(by=by, call=call, values={("criterion", code): _amendable(locked, code, fields)})
        except InvalidInput as refused:
            raise InvalidInput({f"{code}-{field}": text for field, text in refused.errors.items()}) from refused
    return True


def edit_count_of(rows: Iterable[Criterion | GradeScale], gathering: Amendment | None) -> int:
    """Grows with every change of the rows and of what is gathered; the form of the rows carries it."""
    return sum(row.revision for row in rows) + (gathering.revision if gathering else 0)


def _not_stale(
    call: Call,
    gathering: Amendment | None,
    changes: Changes,
    expected: int | None,
    seen: Mapping[str, str] | None,
) -> dict[str, dict[str, Any]]:
    """The changes without what only somebody else has changed, and without criteria that are gone."""
    criteria = {row.code: row for row in call.criteria.select_for_update(of=("self",)).select_related("scale")}
    present = {
        f"{code}-{name}": getattr(as_amended(criteria[code], gathering, "criterion", code), name)
        for code, fields in changes.items()
        if code in criteria
        for name in fields
    }
    wanted = {f"{code}-{name}": value for code, fields in changes.items() for name, value in fields.items()}
    kept = merged(
        present=present,
        wanted={key: value for key, value in wanted.items() if key in present},
        seen=seen,
        expected=expected,
        count=edit_count_of(criteria.values(), gathering),
    )
    result: dict[str, dict[str, Any]] = {code: {} for code in changes if code in criteria}
    for key, value in kept.items():
        code, _dash, name = key.rpartition("-")
        result[code][name] = value
    return result


def _amendable(call: Call, code: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields without the scale, which nobody changes once applicants know it."""
    scale = fields.get("scale")
    if scale is not None and call.criteria.get(code=code).scale.code != str(scale):
        raise InvalidInput({"scale": _("This cannot change after the call has opened.")})
    return {name: value for name, value in fields.items() if name != "scale"}


@transaction.atomic
def update_criteria(*, by: User, call: Call, changes: Changes) -> None:
    """Change criteria: {code: {"weight": Decimal, "scale": code, "name_nb": str, "requires_reasons": bool …}}.

    Raises InvalidInput keyed by "<code>-<field>" or "weights", and Refused once the call has opened.
    """
    require("competition.manage_call", by, call)
    locked = Call.objects.select_for_update().get(pk=call.pk)
    refuse_after_opening(locked, database_now())
    criteria = {criterion.code: criterion for criterion in locked.criteria.select_for_update()}
    scales = {scale.code: scale for scale in locked.grade_scales.all()}
    errors: dict[str, Any] = {}
    changed: dict[str, list[str]] = {}
    for code, fields in changes.items():
        if names := _assign(criteria[code], fields, scales):
            changed[code] = names
            errors |= _errors_of(criteria[code], names)
    if sum((criterion.weight for criterion in criteria.values()), Decimal(0)) <= 0:
        errors["weights"] = _("The weights sum to nothing. At least one criterion must count.")
    if errors:
        raise InvalidInput(errors)
    for code, names in changed.items():
        criteria[code].revision += 1
        criteria[code].save(update_fields=[*names, "revision"])
    if changed:
        audit.record(call=call, action="scoring.update_criteria", by=by, changed=changed)


def _assign(criterion: Criterion, fields: Mapping[str, Any], scales: Mapping[str, GradeScale]) -> list[str]:
    """Set the fields and return the names of those that changed."""
    if unknown := [name for name in fields if name not in FACTS and not name.startswith(TEXTS)]:
        raise TypeError(f"not fields of a criterion that can be set: {unknown}")
    values = dict(fields)
    if "scale" in values:
        if str(values["scale"]) not in scales:
            raise InvalidInput({f"{criterion.code}-scale": _("The call has no such scale.")})
        values["scale"] = scales[str(values["scale"])]
    changed = [name for name, value in values.items() if not same(getattr(criterion, name), value)]
    for name in changed:
        setattr(criterion, name, values[name])
    return changed


def _errors_of(criterion: Criterion, names: list[str]) -> dict[str, Any]:
    """What the columns do not hold, keyed as update_criteria does."""
    try:
        criterion.clean_fields(exclude={field.name for field in criterion._meta.fields} - set(names))
    except ValidationError as error:
        return {f"{criterion.code}-{field}": texts[0] for field, texts in error.message_dict.items()}
    return {}
