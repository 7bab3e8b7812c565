"""Calling a competition off, putting a finished one away, and taking it out again."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.guards import require
from accounts.models import User
from competition import audit, signals
from competition.clock import database_now
from competition.enums import Phase
from competition.errors import IllegalTransition
from competition.models import Call
from competition.services.enquiries import checked_text
from competition.services.meetings import cancel_meeting

REASON_AT_MOST = 2000  # units
ARCHIVABLE = (Phase.COMPLETED, Phase.CANCELLED)


@transaction.atomic
def cancel_call(*, by: User, call: Call, reason: str) -> Call:
    """Cancel the call for good; the reason is public, and everybody who takes part is told after the commit.

    From here on no service takes a sketch, an answer or a grade; what came in stays, with its receipts. Raises
    InvalidInput without a reason, IllegalTransition after the decision.
    """
    require("competition.manage_call", by, call)
    locked = Call.objects.select_for_update().get(pk=call.pk)
    if locked.cancelled_at is not None or locked.decided_at is not None:
        raise IllegalTransition(_("The call is decided or cancelled already."))
    reason = checked_text("reason", reason, REASON_AT_MOST)
    now = database_now()
    for meeting in locked.meetings.filter(cancelled_at=None, starts_at__gt=now):
        cancel_meeting(by=by, meeting=meeting, reason=reason)
    call.cancelled_at, call.cancelled_reason = now, reason
    call.dates_revision = locked.dates_revision + 1  # calendars strike the dates out
    call.save(update_fields=["cancelled_at", "cancelled_reason", "dates_revision"])
    signals.call_cancelled.send(sender=Call, call=call)
    audit.record(call=call, action="competition.cancel_call", by=by)
    return call


@transaction.atomic
def archive_call(*, by: User, call: Call) -> Call:
    """Take a completed or cancelled call out of lists, feeds and search. Its address, sketches and letters stay.

    Raises IllegalTransition in any other phase.
    """
    require("competition.manage_call", by, call)
    locked = Call.objects.select_for_update().get(pk=call.pk)
    if locked.phase_at(database_now()) not in ARCHIVABLE or locked.archived_at is not None:
        raise IllegalTransition(_("Only a completed or cancelled call can be archived."))
    call.archived_at = database_now()
    call.save(update_fields=["archived_at"])
    audit.record(call=call, action="competition.archive_call", by=by)
    return call


@transaction.atomic
def restore_call(*, by: User, call: Call) -> Call:
    """Put an archived call back into the lists. Raises IllegalTransition where it is not archived."""
    require("competition.manage_call", by, call)
    locked = Call.objects.select_for_update().get(pk=call.pk)
    if locked.archived_at is None:
        raise IllegalTransition(_("The call is not archived."))
    call.archived_at = None
    call.save(update_fields=["archived_at"])
    audit.record(call=call, action="competition.restore_call", by=by)
    return call
