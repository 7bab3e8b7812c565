"""Which criteria a call has, and in which order. Settled when the call opens."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.errors import InvalidInput, Refused
from accounts.guards import require
from accounts.models import User
from competition import audit
from competition.clock import database_now
from competition.models import Call
from scoring.models import Criterion
from scoring.services.criteria_edit import refuse_after_opening, save_criteria

AT_MOST = 20
LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)


def _locked(by: User, call: Call) -> list[Criterion]:
    """The call's criteria in order, the call's row locked. Raises NotAllowed, and Refused once it has opened."""
    require("competition.manage_call", by, call)
    locked = Call.objects.select_for_update().get(pk=call.pk)
    refuse_after_opening(locked, database_now())
    return list(locked.criteria.select_related("scale"))


def _find(criteria: list[Criterion], code: str) -> Criterion:
    for criterion in criteria:
        if criterion.code == code:
            return criterion
    raise Refused(_("Somebody else has removed this criterion."))


def _free_code(criteria: list[Criterion]) -> str:
    taken = {criterion.code for criterion in criteria}
    return next(code for number in range(1, AT_MOST + 2) if (code := f"criterion-{number}") not in taken)


def _renumber(criteria: list[Criterion]) -> None:
    moved = [row for order, row in enumerate(criteria, start=1) if row.order != order]
    for order, row in enumerate(criteria, start=1):
        row.order = order
    Criterion.objects.bulk_update(moved, ["order"])


def _insert(call: Call, criteria: list[Criterion], criterion: Criterion, position: int) -> Criterion:
    if len(criteria) >= AT_MOST:
        raise Refused(_("A call has at most %(count)s criteria.") % {"count": AT_MOST})
    criterion.order = len(criteria) + 1
    criterion.save()
    criteria.insert(position, criterion)
    _renumber(criteria)
    return criterion


@transaction.atomic
def add_criterion(*, by: User, call: Call, fields: Mapping[str, Any]) -> Criterion:
    """Add a criterion at the end, on the scale of the one before it.

    fields: as of update_criteria; the name in the call's main language is needed, the weight is 0 without one. Raises
    Refused, InvalidInput by field.
    """
    criteria = _locked(by, call)
    main = f"name_{call.default_language}"
    if not fields.get(main):
        raise InvalidInput({main: _("Give the criterion a name.")})
    scale = criteria[-1].scale if criteria else call.grade_scales.order_by("pk").first()
    if scale is None:
        raise Refused(_("The call has no scale yet. Add a scale first."))
    texts = {name: value for name, value in fields.items() if name.startswith(("name_", "guide_"))}
    row = Criterion(
        call=call, code=_free_code(criteria), scale=scale, weight=fields.get("weight") or Decimal(0), **texts
    )
    row = _insert(call, criteria, row, len(criteria))
    audit.record(call=call, action="scoring.add_criterion", by=by, criterion=row.code)
    return row


@transaction.atomic
def copy_criterion(*, by: User, call: Call, code: str) -> Criterion:
    """Put a copy right behind the criterion: the same texts, scale and demands, and no weight yet."""
    criteria = _locked(by, call)
    source = _find(criteria, code)
    columns = [f"{text}_{language}" for text in ("name", "guide") for language in LANGUAGES]
    facts = ("scale", "allows_not_assessable", "requires_reasons")
    copy = Criterion(
        call=call,
        code=_free_code(criteria),
        weight=Decimal(0),
        **{name: getattr(source, name) for name in (*columns, *facts)},
    )
    copy = _insert(call, criteria, copy, criteria.index(source) + 1)
    audit.record(call=call, action="scoring.add_criterion", by=by, criterion=copy.code, copy_of=code)
    return copy


@transaction.atomic
def move_criterion(*, by: User, call: Call, code: str, up: bool) -> None:
    """Swap the criterion with its neighbour; at the edge nothing happens. The order breaks no tie: weights do."""
    criteria = _locked(by, call)
    place = criteria.index(_find(criteria, code))
    other = place - 1 if up else place + 1
    if 0 <= other < len(criteria):
        criteria[place], criteria[other] = criteria[other], criteria[place]
        _renumber(criteria)
        audit.record(call=call, action="scoring.move_criterion", by=by, criterion=code, up=up)


@transaction.atomic
def remove_criterion(*, by: User, call: Call, code: str) -> None:
    """Remove a criterion for good. Raises Refused where what is left would sum to nothing."""
    criteria = _locked(by, call)
    gone = _find(criteria, code)
    rest = [row for row in criteria if row.code != code]
    if sum((row.weight for row in rest), Decimal(0)) <= 0:
        raise Refused(_("Without this criterion the weights would sum to nothing. Give another one a weight first."))
    gone.delete()
    _renumber(rest)
    audit.record(call=call, action="scoring.remove_criterion", by=by, criterion=code)


@transaction.atomic
def save_and_arrange(
    *,
    by: User,
    call: Call,
    changes: Mapping[str, Mapping[str, Any]],
    new: Mapping[str, Any],
    verb: str,
    code: str,
    **stale: Any,
) -> bool:
    """What a button of the criteria's page does: keep what was typed, add what is new, then move or copy.

    new: as of add_criterion, empty for none; its errors are keyed "new-<field>". verb: "up", "down", "copy", "add";
    everything else only saves. Returns whether changes were gathered; raises what the services here raise.
    """
    gathered = save_criteria(by=by, call=call, changes=changes, **stale)
    if new or verb == "add":
        try:
            add_criterion(by=by, call=call, fields=new)
        except InvalidInput as refused:
            raise InvalidInput({f"new-{name}": text for name, text in refused.errors.items()}) from refused
    if verb == "copy":
        copy_criterion(by=by, call=call, code=code)
    elif verb in ("up", "down"):
        move_criterion(by=by, call=call, code=code, up=verb == "up")
    return gathered
