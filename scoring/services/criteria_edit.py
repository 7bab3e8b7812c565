"""Changing what sketches are judged by."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.errors import InvalidInput, Refused
from accounts.guards import require
from accounts.models import User
from competition import audit
from competition.clock import database_now
from competition.models import Call
from scoring.models import Criterion

TEXTS = ("name_", "guide_")
FACTS = ("weight", "requires_reasons", "allows_not_assessable")


def weights_are_fixed_at(call: Call, now: dt.datetime) -> bool:
    """Whether applicants may have begun: from then on they rely on the weights that the call names."""
    return call.published_at is not None and now >= call.opens_at


@transaction.atomic
def update_criteria(*, by: User, call: Call, changes: dict[str, dict[str, Any]]) -> None:
    """Change criteria: {code: {"weight": Decimal, "name_nb": str, "guide_nb": str, "requires_reasons": bool …}}.

    Raises InvalidInput keyed by "<code>-<field>" or "weights", and Refused once the jury has its sketches.
    """
    require("competition.manage_call", by, call)
    locked = Call.objects.select_for_update().get(pk=call.pk)
    now = database_now()
    if locked.formal_check_completed_at is not None:
        raise Refused(_("The jury has begun. The criteria stand as they are."))
    criteria = {criterion.code: criterion for criterion in locked.criteria.select_for_update()}
    errors: dict[str, Any] = {}
    changed: dict[str, list[str]] = {}
    for code, fields in changes.items():
        if names := _assign(criteria[code], fields):
            changed[code] = names
    if weights_are_fixed_at(locked, now):
        fixed = [f"{code}-{name}" for code, names in changed.items() for name in names if name in FACTS]
        errors = dict.fromkeys(fixed, _("The call is open: applicants rely on this."))
    if sum((criterion.weight for criterion in criteria.values()), Decimal(0)) <= 0:
        errors["weights"] = _("The weights sum to nothing. At least one criterion must count.")
    if errors:
        raise InvalidInput(errors)
    for code, names in changed.items():
        criteria[code].save(update_fields=names)
    if changed:
        audit.record(call=call, action="scoring.update_criteria", by=by, changed=changed)


def _assign(criterion: Criterion, fields: dict[str, Any]) -> list[str]:
    """Set the fields and return the names of those that changed."""
    if unknown := [name for name in fields if name not in FACTS and not name.startswith(TEXTS)]:
        raise TypeError(f"not fields of a criterion that can be set: {unknown}")
    changed = [name for name, value in fields.items() if getattr(criterion, name) != value]
    for name in changed:
        setattr(criterion, name, fields[name])
    return changed
