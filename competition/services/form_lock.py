"""When the form of a call may change, and the locks that a change takes."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

from accounts.errors import Refused
from accounts.guards import require
from accounts.models import User
from competition.clock import database_now
from competition.models import Call


def only_texts_at(call: Call, now: dt.datetime) -> bool:
    """Whether applicants may have begun: from then on the wording can be made clearer, the demands cannot change."""
    return call.published_at is not None and now >= call.opens_at


def lock_form(*, by: User, call: Call) -> Call:
    """The call, its row locked, for somebody who may rebuild its form. Everybody who changes a form waits here.

    Raises NotAllowed, and Refused once applicants may have begun.
    """
    locked = Call.objects.select_for_update().get(pk=call.pk)
    require("competition.manage_call", by, locked)
    now = database_now()
    if locked.published_at is not None and now >= locked.deadline:
        raise Refused(_("The deadline has passed. The questions stand as they were answered."))
    if only_texts_at(locked, now):
        raise Refused(
            _("The call is open: applicants have begun to answer. Questions can no longer be added, moved or removed.")
        )
    return locked
