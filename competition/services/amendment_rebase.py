"""A gathered change whose field somebody has changed meanwhile: kept, once the owner has seen what stands there now."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.errors import Refused
from accounts.models import User
from competition import audit
from competition.amending import CHANGE, REMOVE, Change, read_changes, rows_of, target_of
from competition.models import Amendment, Call
from competition.services.amendments import begin_gathering, save_changes
from competition.services.revisions import digest

_MISSING = object()


def present_value(call: Call, change: Change) -> Any:
    """What stands now where the change was made. Raises LookupError where its row is gone, or has come by itself."""
    if change.op == CHANGE:
        value = target_of(change.target).read(call, change.code).get(change.field, _MISSING)
    else:
        rows = rows_of(change.target) if change.op == REMOVE else None
        value = (rows.snapshot(call, change.code) if rows else None) or _MISSING
    if value is _MISSING:
        raise LookupError(change.key_text)
    return value


def rebased(call: Call, change: Change) -> Change | None:
    """The same change made from what stands now; None where it cannot be kept."""
    try:
        return replace(change, before=present_value(call, change))
    except LookupError:
        return None


@transaction.atomic
def keep_change(*, by: User, call: Call, key: tuple[str, str, str], shown: str) -> Amendment:
    """Let a gathered change stand over what somebody else has written meanwhile. Where both say the same, it drops out.

    shown: digest of the value that the owner has seen. Raises NotAllowed, IllegalTransition, and Refused where the
    change is gone, its row is, or the value has changed once more.
    """
    locked, amendment, _now = begin_gathering(by, call)
    changes = read_changes(amendment.changes)
    change = next((one for one in changes if one.key == key), None)
    if change is None:
        raise Refused(_("This change is gone: somebody has removed or published it."))
    kept = rebased(locked, change)
    if kept is None:
        raise Refused(_("What this would change is gone. Remove the change."))
    if digest(kept.before) != shown:
        raise Refused(_("It has changed once more since you opened the page. Look at both texts again."))
    others = [kept if one is change else one for one in changes if one is not change or kept.before != kept.after]
    save_changes(amendment, others)
    audit.record(call=locked, action="competition.keep_change", by=by, changes=["/".join(key)])
    return amendment
