"""Changes of an open call: gathered one by one, then published with a reason and carried out in one step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.errors import InvalidInput, Refused
from accounts.guards import require
from accounts.models import User
from competition import audit
from competition.amending import Change, encode, read_changes, target_of
from competition.amendment_rules import refusal_of, runs_by_amendment
from competition.clock import database_now
from competition.errors import IllegalTransition
from competition.models import Amendment, Call
from competition.services.revisions import merged

Wanted = Mapping[tuple[str, str], Mapping[str, Any]]


def lock_gathering(call: Call) -> Amendment | None:
    """The amendment that gathers, its row locked. The caller has the call's row locked already."""
    return Amendment.objects.gathering().select_for_update().filter(call=call).first()


def begin_gathering(by: User, call: Call) -> tuple[Call, Amendment, dt.datetime]:
    """(the call, the amendment that gathers, the instant), both rows locked. Raises NotAllowed, IllegalTransition."""
    require("competition.manage_call", by, call)
    locked = Call.objects.select_for_update().get(pk=call.pk)
    now = database_now()
    if not runs_by_amendment(locked, now):
        raise IllegalTransition(_("Only a call that has opened, and is not completed, changes by amendment."))
    return locked, lock_gathering(locked) or Amendment(call=locked, created_by=by), now


def edit_count(call: Call, gathering: Amendment | None) -> int:
    """Grows with every change of the call and of what is gathered; forms of an open call carry it as `revision`."""
    return call.revision + (gathering.revision if gathering else 0)


@transaction.atomic
def gather(
    *,
    by: User,
    call: Call,
    values: Wanted,
    expected_revision: int | None = None,
    seen: Mapping[str, str] | None = None,
) -> Amendment:
    """Add changes to the call's gathering amendment; nothing of the call itself changes yet.

    values: {(target, code): {field: value as its column takes it}}. What is as it was drops out; of a field that was
    gathered before, the first `before` stays. expected_revision and `seen`: see services.revisions; field names there
    are those of the last row named. Raises NotAllowed, IllegalTransition, StaleEdit, InvalidInput by field.
    """
    locked, amendment, now = begin_gathering(by, call)
    count = edit_count(locked, amendment)
    changes = {change.key: change for change in read_changes(amendment.changes)}
    before = dict(changes)
    for (kind, code), wanted in values.items():
        shown = shown_values(locked, kind, code, changes)
        kept = merged(present=shown, wanted=_encoded(kind, wanted), seen=seen, expected=expected_revision, count=count)
        _put(changes, locked, now, (kind, code), kept)
    if changes != before:
        save_changes(amendment, list(changes.values()))
        audit.record(call=locked, action="competition.gather_change", by=by, changes=change_keys(amendment.changes))
    return amendment


def shown_values(call: Call, kind: str, code: str, changes: Mapping[tuple[str, str, str], Change]) -> dict[str, Any]:
    """The row's values as JSON, as they will be with what is gathered."""
    present = target_of(kind).read(call, code)
    return {
        field: changes[kind, code, field].after if (kind, code, field) in changes else value
        for field, value in present.items()
    }


def _encoded(kind: str, wanted: Mapping[str, Any]) -> dict[str, Any]:
    fields = target_of(kind).fields
    if unknown := wanted.keys() - fields.keys():
        raise TypeError(f"not fields that an amendment can change: {sorted(unknown)}")
    return {field: encode(fields[field], value) for field, value in wanted.items()}


def _put(
    changes: dict[tuple[str, str, str], Change],
    call: Call,
    now: dt.datetime,
    row: tuple[str, str],
    wanted: Mapping[str, Any],
) -> None:
    """Merge the wanted values of one row into the changes. Raises InvalidInput by field."""
    kind, code = row
    if (kind, code, "") in changes:
        raise Refused(_("This is about to be removed by the amendment. Take that back first."))
    target = target_of(kind)
    present, name = target.read(call, code), target.name(call, code)
    errors = {}
    for field, after in wanted.items():
        key = (kind, code, field)
        before = changes[key].before if key in changes else present[field]
        if after == before:
            changes.pop(key, None)
            continue
        if refusal := refusal_of(call, now, kind, field, after):
            errors[field] = refusal
        changes[key] = Change(kind, code, field, before, after, name=name)
    if errors:
        raise InvalidInput(errors)
    ours = {change.field: change.after for change in changes.values() if change.key[:2] == (kind, code)}
    if ours:
        target.check(Call.objects.get(pk=call.pk), code, ours)


def save_changes(amendment: Amendment, changes: list[Change]) -> None:
    """Write the gathered changes and count them on; the rows of call and amendment are locked."""
    amendment.changes = [change.as_json() for change in changes]
    amendment.revision += 1
    amendment.save()


def change_keys(changes: list[dict[str, Any]]) -> list[str]:
    return ["/".join((change["target"], change["code"], change["field"])) for change in changes]


@transaction.atomic
def save_or_gather(
    *,
    by: User,
    call: Call,
    row: tuple[str, str],
    fields: Mapping[str, Any],
    direct: Callable[..., object],
    expected_revision: int | None = None,
    seen: Mapping[str, str] | None = None,
) -> Amendment | None:
    """Save a row of a call: directly before the opening, and as gathered changes from then on.

    row: (target, code). direct: `direct(expected_revision=…, seen=…, **fields)` saves fields; of an open call it gets
    those that no amendment covers. Returns the amendment where one gathers. Raises what gather and `direct` raise.
    """
    require("competition.manage_call", by, call)
    locked = Call.objects.select_for_update().get(pk=call.pk)
    gathers = runs_by_amendment(locked, database_now())
    known = target_of(row[0]).fields if gathers else {}
    own = {name: value for name, value in fields.items() if name in known}
    rest = {name: value for name, value in fields.items() if name not in known}
    if gathers and expected_revision == edit_count(locked, lock_gathering(locked)):
        expected_revision = None  # agreed on, also by the second of the two, which finds the count moved by the first
    amendment = None
    if own:
        amendment = gather(by=by, call=call, values={row: own}, expected_revision=expected_revision, seen=seen)
    if rest:
        direct(expected_revision=expected_revision, seen=seen, **rest)
    return amendment


@transaction.atomic
def drop_change(*, by: User, call: Call, key: tuple[str, str, str]) -> Amendment:
    """Take one gathered change out again. Raises NotAllowed, and Refused where it is not there."""
    require("competition.manage_call", by, call)
    locked = Call.objects.select_for_update().get(pk=call.pk)
    amendment = lock_gathering(locked)
    changes = read_changes(amendment.changes) if amendment else []
    kept = [change for change in changes if change.key != key]
    if amendment is None or len(kept) == len(changes):
        raise Refused(_("This change is gone: somebody has removed or published it."))
    save_changes(amendment, kept)
    audit.record(call=locked, action="competition.drop_change", by=by, changes=["/".join(key)])
    return amendment


@transaction.atomic
def discard_amendment(*, by: User, call: Call) -> None:
    """Throw away everything that is gathered. Raises NotAllowed, and Refused where nothing is."""
    require("competition.manage_call", by, call)
    locked = Call.objects.select_for_update().get(pk=call.pk)
    amendment = lock_gathering(locked)
    if amendment is None:
        raise Refused(_("Nothing is gathered."))
    locked.revision = edit_count(locked, amendment) + 1  # forms that showed the gathered changes are old now
    locked.save(update_fields=["revision"])
    audit.record(call=locked, action="competition.discard_amendment", by=by, changes=change_keys(amendment.changes))
    amendment.delete()
