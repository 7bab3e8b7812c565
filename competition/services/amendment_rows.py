"""Whole rows that come or go by amendment: gathered beside the changes of fields, and carried out with them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.errors import InvalidInput, Refused
from accounts.models import User
from competition import audit
from competition.amending import ADD, CHANGE, REMOVE, Change, Rows, read_changes, rows_of
from competition.amendment_rules import refusal_of
from competition.models import Amendment, Call
from competition.services.amendments import begin_gathering, change_keys, edit_count, save_changes
from competition.services.revisions import merged


class _Tried(Exception):
    """Takes a trial back."""


def _rows(kind: str) -> Rows:
    rows = rows_of(kind)
    if rows is None:
        raise ValueError(f"rows of this kind neither come nor go by amendment: {kind}")
    return rows


def _refuse_late(call: Call, now: dt.datetime, kind: str) -> None:
    if refusal := _rows(kind).closed(call) or refusal_of(call, now, kind, "", None):
        raise Refused(str(refusal))


@transaction.atomic
def gather_addition(
    *,
    by: User,
    call: Call,
    kind: str,
    values: Mapping[str, Any],
    code: str = "",
    expected_revision: int | None = None,
    seen: Mapping[str, str] | None = None,
) -> Amendment:
    """Gather a new row of the call, or, where `code` names one that is gathered already, other values for it.

    values: JSON, as the kind's Rows has it. expected_revision and `seen`: see services.revisions. Raises NotAllowed,
    IllegalTransition, StaleEdit, InvalidInput by field; Refused after the deadline, and where `code` is not gathered.
    """
    locked, amendment, now = begin_gathering(by, call)
    _refuse_late(locked, now, kind)
    changes = {change.key: change for change in read_changes(amendment.changes)}
    gathered = {change.code: change.after for change in changes.values() if (change.target, change.op) == (kind, ADD)}
    if code:
        if code not in gathered:
            raise Refused(_("This change is gone: somebody has removed or published it."))
        count, present = edit_count(locked, amendment), gathered[code]
        kept = merged(present=present, wanted=values, seen=seen, expected=expected_revision, count=count)
        values = {**present, **kept}
    else:
        code = _code_of(locked, kind, values, set(gathered))
    values = {**values, "code": code}
    change = Change(kind, code, "", before=None, after=values, op=ADD, name=_rows(kind).name(values))
    changes[change.key] = change
    _try(locked, [one for one in changes.values() if (one.target, one.op) == (kind, ADD)], now, code)
    save_changes(amendment, list(changes.values()))
    audit.record(call=locked, action="competition.gather_change", by=by, changes=change_keys(amendment.changes))
    return amendment


def _code_of(call: Call, kind: str, values: Mapping[str, Any], gathered: set[str]) -> str:
    """The code that was typed, or one made of the name. Raises InvalidInput where it is taken."""
    rows = _rows(kind)
    code = str(values.get("code") or "") or rows.new_code(call, values, gathered)
    if code in gathered or rows.is_taken(call, code):
        text = _("This code is taken, by another question or section, or by the site itself.")
        raise InvalidInput({"code": text})
    return code


def _try(call: Call, additions: Iterable[Change], now: dt.datetime, code: str) -> None:
    """Write the gathered rows and take them back, so that what cannot be written is known at once."""
    try:
        with transaction.atomic():
            for change in additions:
                try:
                    _rows(change.target).add(call, change.code, change.after, now)
                except InvalidInput:
                    if change.code == code:
                        raise
            raise _Tried
    except _Tried:
        return


@transaction.atomic
def gather_removal(*, by: User, call: Call, kind: str, code: str, expected_revision: int | None = None) -> Amendment:
    """Gather that a row of the call goes; changes gathered for the row go instead.

    expected_revision: the call's edit_count that the page showed. Raises NotAllowed, IllegalTransition, and Refused
    where the row has to stay, or something was changed since.
    """
    locked, amendment, now = begin_gathering(by, call)
    _refuse_late(locked, now, kind)
    if expected_revision is not None and expected_revision != edit_count(locked, amendment):
        raise Refused(_("What is gathered has changed since you opened the page. Look at it once more."))
    changes = read_changes(amendment.changes)
    rows, going = _rows(kind), removed_codes(changes, kind)
    values = rows.snapshot(locked, code)
    if values is None or code in going:
        raise Refused(_("This is removed already."))
    if refusal := rows.refusal(locked, code, going):
        raise Refused(str(refusal))
    change = Change(kind, code, "", before=values, after=None, op=REMOVE, name=rows.name(values))
    kept = [one for one in changes if one.key[:2] != (kind, code)]
    save_changes(amendment, [*kept, change])
    audit.record(call=locked, action="competition.gather_change", by=by, changes=change_keys(amendment.changes))
    return amendment


def removed_codes(changes: Iterable[Change], kind: str) -> set[str]:
    return {change.code for change in changes if (change.target, change.op) == (kind, REMOVE)}


def dropped_by_removal(changes: Iterable[Change], kind: str, code: str) -> list[str]:
    """What the owner is told before: the changes gathered for a row are left out when the row is to go."""
    own = [change for change in changes if change.key[:2] == (kind, code) and change.op == CHANGE]
    labels = ", ".join(dict.fromkeys(str(change.label) for change in own))
    text = ngettext(
        "%(count)s change that is gathered for it is dropped: %(labels)s.",
        "%(count)s changes that are gathered for it are dropped: %(labels)s.",
        len(own),
    )
    return [text % {"count": len(own), "labels": labels}] if own else []


def carry_out_rows(call: Call, changes: list[Change], at: dt.datetime) -> None:
    """Remove and add what the amendment says. Raises InvalidInput above the form for what cannot be by now."""
    for kind in {change.target for change in changes if change.op != CHANGE}:
        if refusal := _rows(kind).closed(call):
            raise InvalidInput({"": refusal})
    for change in changes:
        if change.op == REMOVE:
            if refusal := _rows(change.target).refusal(call, change.code, removed_codes(changes, change.target)):
                raise InvalidInput({"": refusal})
            _rows(change.target).remove(call, change.code, at)
    for change in changes:
        if change.op == ADD:
            _rows(change.target).add(call, change.code, change.after, at)


def is_overtaken(call: Call, change: Change) -> bool:
    """Whether the row that comes is there already, or the one that goes is not as it was."""
    rows = _rows(change.target)
    return rows.is_taken(call, change.code) if change.op == ADD else rows.snapshot(call, change.code) != change.before
