"""What a call's assignments are to seek: saved once, kept by each draft as it was when the draft was started."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.errors import InvalidInput
from accounts.guards import require
from accounts.models import User
from competition import audit
from competition.models import Call
from competition.services.revisions import merged
from scoring.models import AssignmentSettings, GroupRule
from scoring.selectors.assignment_limits import capacity_of, faults
from scoring.selectors.assignment_plan import PARTS, Plan, Rule, rules_of

WISHES = ("eager", "willing", "reluctant")


@transaction.atomic
def save_settings(
    *,
    by: User,
    call: Call,
    plan: Plan,
    as_the_call_says: bool = False,
    expected_revision: int | None = None,
    seen: Mapping[str, str] | None = None,
) -> AssignmentSettings:
    """Save what the next drafts are asked. as_the_call_says: the number of jurors follows the call's.

    Drafts that are computed stay as they are. Raises NotAllowed, InvalidInput by field, StaleEdit.
    """
    require("scoring.run_assignment", by, call)
    if wrong := faults(plan, capacity_of(call)):
        raise InvalidInput(wrong)
    AssignmentSettings.objects.get_or_create(call=call)
    row = AssignmentSettings.objects.select_for_update().get(call=call)
    wanted = columns(plan, as_the_call_says=as_the_call_says)
    present = shown_of(row)
    kept = merged(present=present, wanted=wanted, seen=seen, expected=expected_revision, count=row.revision)
    changes = {name: value for name, value in kept.items() if value != present[name]}
    if not changes:
        return row
    if "rules" in changes:
        row.rules.all().delete()
        GroupRule.objects.bulk_create(GroupRule(settings=row, **rule) for rule in changes["rules"])
    for name in changes.keys() - {"rules"}:
        setattr(row, name, changes[name])
    row.revision += 1
    row.save()
    audit.record(call=call, action="scoring.save_assignment_settings", by=by, fields=sorted(changes))
    return row


def columns(plan: Plan, *, as_the_call_says: bool) -> dict[str, Any]:
    """{column: value} of a plan; `rules` is a list of them as JSON."""
    return {
        "jurors_per_sketch": None if as_the_call_says else plan.jurors_per_sketch,
        "load_least": plan.load_least,
        "load_most": plan.load_most,
        "policy": plan.policy,
        "max_loss": Decimal(str(round(plan.max_loss * 100, 1))),
        "one_per_employer": plan.one_per_employer,
        "require_connected": plan.require_connected,
        **{f"weight_{part}": round(plan.weights.of(part)) for part in PARTS},
        **{f"wish_{wish}": round(plan.weights.of(wish) * 100) for wish in WISHES},
        "rules": _as_json(plan.rules),
    }


def shown_of(row: AssignmentSettings) -> dict[str, Any]:
    """The columns as they stand, in the same shape. One query, or none where the rules were read along."""
    names = (
        *("jurors_per_sketch", "load_least", "load_most", "policy", "max_loss", "one_per_employer"),
        *("require_connected", *(f"weight_{part}" for part in PARTS), *(f"wish_{wish}" for wish in WISHES)),
    )
    return {name: getattr(row, name) for name in names} | {"rules": _as_json(rules_of(row))}


def _as_json(rules: tuple[Rule, ...]) -> list[dict[str, Any]]:
    return [asdict(rule) for rule in rules]
