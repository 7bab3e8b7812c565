"""Information meetings: announced, changed and called off by the owner's side."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.errors import InvalidInput
from accounts.guards import require
from accounts.models import User
from competition import audit, signals
from competition.clock import database_now
from competition.display import LANGUAGES
from competition.enums import RegistrationState
from competition.errors import IllegalTransition
from competition.models import Call, InformationMeeting
from competition.services.enquiries import checked_text, lock_call
from competition.services.registrations import fill_places, lock_meeting
from competition.services.revisions import merged, same

MANAGE = "competition.manage_meetings"
TEXTS = {f"{name}_{code}" for name in ("title", "description", "place") for code in LANGUAGES}
EDITABLE = TEXTS | {"starts_at", "ends_at", "registration_until", "link", "capacity"}
# What somebody who comes must know of when it changes.
TOLD = {"starts_at", "ends_at", "link"} | {f"place_{code}" for code in LANGUAGES}
CAPACITY_AT_MOST = 100_000
REASON_AT_MOST = 2000


def _refuse_over(call: Call) -> None:
    if call.cancelled_at is not None or call.archived_at is not None:
        raise IllegalTransition(_("The call is cancelled or archived."))


def _assign(meeting: InformationMeeting, fields: Mapping[str, Any]) -> None:
    if unknown := fields.keys() - EDITABLE:
        raise TypeError(f"not fields of a meeting that can be set: {sorted(unknown)}")
    for name, value in fields.items():
        setattr(meeting, name, value)


def _check(meeting: InformationMeeting, call: Call, changed: set[str], now: dt.datetime) -> None:
    """Raise InvalidInput with everything that is wrong."""
    errors: dict[str, Any] = {}
    try:
        meeting.full_clean(exclude=["call"], validate_constraints=False)
    except ValidationError as error:
        errors = {("" if name == NON_FIELD_ERRORS else name): texts[0] for name, texts in error.message_dict.items()}
    if not getattr(meeting, f"title_{call.default_language}"):
        errors[f"title_{call.default_language}"] = _("Write this in the call's main language.")
    if meeting.capacity is not None and not 1 <= meeting.capacity <= CAPACITY_AT_MOST:
        errors["capacity"] = _("Write a number from 1 to %(most)s, or nothing.") % {"most": CAPACITY_AT_MOST}
    errors |= _wrong_instants(meeting, changed, now)
    errors.pop("title", None)  # the column behind the languages; its own language says it
    if errors:
        raise InvalidInput(errors)


def _wrong_instants(meeting: InformationMeeting, changed: set[str], now: dt.datetime) -> dict[str, Any]:
    if meeting.starts_at is None or meeting.ends_at is None:
        return {}
    errors: dict[str, Any] = {}
    if meeting.ends_at <= meeting.starts_at:
        errors["ends_at"] = _("The meeting must end after it begins.")
    if "starts_at" in changed and meeting.starts_at <= now:
        errors["starts_at"] = _("The meeting must lie ahead.")
    if meeting.registration_until is not None and meeting.registration_until > meeting.starts_at:
        errors["registration_until"] = _("Registration must end before the meeting begins.")
    return errors


@transaction.atomic
def create_meeting(*, by: User, call: Call, **fields: Any) -> InformationMeeting:
    """Announce a meeting. fields: its columns, texts per language. Raises NotAllowed, InvalidInput."""
    require(MANAGE, by, call)
    locked = lock_call(call)
    _refuse_over(locked)
    now = database_now()
    meeting = InformationMeeting(call=locked, changed_at=now)
    _assign(meeting, fields)
    _check(meeting, locked, set(fields), now)
    meeting.save()
    audit.record(call=locked, action="competition.create_meeting", by=by, meeting=meeting.pk)
    return meeting


@transaction.atomic
def update_meeting(
    *,
    by: User,
    meeting: InformationMeeting,
    expected_revision: int | None = None,
    seen: Mapping[str, str] | None = None,
    **fields: Any,
) -> InformationMeeting:
    """Change a meeting that is not over. Whoever comes is told of a new time, place or link; new places are filled
    from the waiting list. Raises NotAllowed, StaleEdit, IllegalTransition, and InvalidInput, also where there would be
    fewer places than people who have one."""
    require(MANAGE, by, meeting.call)
    call = lock_call(meeting.call)
    _refuse_over(call)
    row = lock_meeting(meeting)
    now = database_now()
    if row.cancelled_at is not None or row.ends_at <= now:
        raise IllegalTransition(_("The meeting is over or cancelled."))
    present = {name: getattr(row, name) for name in fields}
    wanted = merged(present=present, wanted=fields, seen=seen, expected=expected_revision, count=row.revision)
    changed = {name: value for name, value in wanted.items() if not same(present[name], value)}
    if not changed:
        return row
    _assign(row, changed)
    _check(row, call, set(changed), now)
    _refuse_fewer_places(row)
    row.revision += 1
    row.changed_at = now if changed.keys() & TOLD else row.changed_at
    row.save(update_fields=[*changed, "revision", "changed_at"])
    fill_places(meeting=row)
    if changed.keys() & TOLD:
        signals.meeting_changed.send(sender=InformationMeeting, meeting=row)
    audit.record(call=call, action="competition.update_meeting", by=by, meeting=row.pk, changed=sorted(changed))
    return row


def _refuse_fewer_places(meeting: InformationMeeting) -> None:
    if meeting.capacity is None:
        return
    taken = meeting.registrations.filter(state=RegistrationState.REGISTERED).count()
    if meeting.capacity < taken:
        text = ngettext("%(count)s person has a place already.", "%(count)s people have a place already.", taken)
        raise InvalidInput({"capacity": text % {"count": taken}})


@transaction.atomic
def cancel_meeting(*, by: User, meeting: InformationMeeting, reason: str) -> InformationMeeting:
    """Call the meeting off; everybody who has a place or waits for one is told, and the reason is public.

    Raises NotAllowed, InvalidInput, IllegalTransition where it has begun or is cancelled.
    """
    require(MANAGE, by, meeting.call)
    reason = checked_text("reason", reason, REASON_AT_MOST)
    call = lock_call(meeting.call)
    row = lock_meeting(meeting)
    now = database_now()
    if row.cancelled_at is not None or row.starts_at <= now:
        raise IllegalTransition(_("The meeting has begun, or is cancelled already."))
    row.cancelled_at, row.cancelled_reason, row.revision = now, reason, row.revision + 1
    row.save(update_fields=["cancelled_at", "cancelled_reason", "revision"])
    signals.meeting_changed.send(sender=InformationMeeting, meeting=row)
    audit.record(call=call, action="competition.cancel_meeting", by=by, meeting=row.pk)
    return row
