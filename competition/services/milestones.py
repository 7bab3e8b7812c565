"""The milestones of a call: each is set once, by whichever service did the thing."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from competition import audit
from competition.clock import database_now
from competition.errors import IllegalTransition
from competition.models import Call

# In the order of a call's life; each needs the one before.
ORDER = (
    "published_at",
    "formal_check_completed_at",
    "assessment_completed_at",
    "recommended_at",
    "decided_at",
    "result_published_at",
    "archived_at",
)


@transaction.atomic
def set_milestone(*, call: Call, name: str, by: User | None) -> Call:
    """Record that the thing has happened, now. The calling service has asked whether `by` may.

    Raises IllegalTransition when it happened before, when the one before it has not, or when the call is cancelled.
    """
    if name not in ORDER[1:]:
        raise ValueError(f"no milestone: {name}")
    locked = Call.objects.select_for_update().get(pk=call.pk)
    if locked.cancelled_at is not None:
        raise IllegalTransition(_("The call is cancelled."))
    if getattr(locked, name) is not None:
        raise IllegalTransition(_("This has been done already."))
    if getattr(locked, ORDER[ORDER.index(name) - 1]) is None:
        raise IllegalTransition(_("Something that comes before this has not been done yet."))
    now = database_now()
    if now < locked.deadline:
        raise IllegalTransition(_("The call is still open."))
    setattr(call, name, now)
    call.save(update_fields=[name])
    audit.record(call=call, action="competition.set_milestone", by=by, milestone=name)
    return call
