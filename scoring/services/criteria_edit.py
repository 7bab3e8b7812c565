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
from competition.amendment_rules import runs_by_amendment
from competition.clock import database_now
from competition.enums import Phase
from competition.models import Call
from competition.services.amendments import gather
from scoring.models import Criterion

TEXTS = ("name_", "guide_")
FACTS = ("weight", "requires_reasons", "allows_not_assessable")


def criteria_are_fixed_at(call: Call, now: dt.datetime) -> bool:
    """Whether the criteria stand for good: freely changed until the opening, by amendment until the deadline."""
    return call.phase_at(now) not in (Phase.DRAFT, Phase.ANNOUNCED, Phase.OPEN)


@transaction.atomic
def save_criteria(*, by: User, call: Call, changes: dict[str, dict[str, Any]]) -> bool:
    """Change criteria, or, in an open call, gather the changes as an amendment. Returns whether they were gathered.

    changes and errors: as of update_criteria.
    """
    require("competition.manage_call", by, call)
    locked = Call.objects.select_for_update().get(pk=call.pk)
    if not runs_by_amendment(locked, database_now()):
        update_criteria(by=by, call=call, changes=changes)
        return False
    for code, fields in changes.items():
        try:
            gather(by=by, call=call, values={("criterion", code): fields})
        except InvalidInput as refused:
            raise InvalidInput({f"{code}-{field}": text for field, text in refused.errors.items()}) from refused
    return True


@transaction.atomic
def update_criteria(*, by: User, call: Call, changes: dict[str, dict[str, Any]]) -> None:
    """Change criteria: {code: {"weight": Decimal, "name_nb": str, "guide_nb": str, "requires_reasons": bool …}}.

    Raises InvalidInput keyed by "<code>-<field>" or "weights", and Refused once the call has opened.
    """
    require("competition.manage_call", by, call)
    locked = Call.objects.select_for_update().get(pk=call.pk)
    now = database_now()
    if locked.phase_at(now) not in (Phase.DRAFT, Phase.ANNOUNCED):
        raise Refused(_("The call has opened: applicants rely on the criteria."))
    criteria = {criterion.code: criterion for criterion in locked.criteria.select_for_update()}
    errors: dict[str, Any] = {}
    changed: dict[str, list[str]] = {}
    for code, fields in changes.items():
        if names := _assign(criteria[code], fields):
            changed[code] = names
    if sum((criterion.weight for criterion in criteria.values()), Decimal(0)) <= 0:
        errors["weights"] = _("The weights sum to nothing. At least one criterion must count.")
    if errors:
        raise InvalidInput(errors)
    for code, names in changed.items():
        criteria[code].revision += 1
        criteria[code].save(update_fields=[*names, "revision"])
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
