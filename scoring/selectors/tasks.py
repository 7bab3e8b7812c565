"""What a juror has to do, for the person's one list of tasks."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.tasks_list import OpenTask
from scoring.selectors.impartiality import unsettled_for
from scoring.selectors.jury import Seat, open_invitations_of, seats_of
from scoring.selectors.objections import open_objections_for

SOON = dt.timedelta(days=3)


def open_tasks(user) -> list[OpenTask]:
    """Invitations to answer, declarations to make, sketches to assess, cases to settle."""
    now = timezone.now()
    tasks = [
        OpenTask(
            title=_("Answer the invitation to the jury"),
            detail=juror.call.title,
            url=reverse("scoring:jury_home"),
            due=juror.assess_until,
            zone=juror.call.timezone,
        )
        for juror in open_invitations_of(user)
    ]
    for seat in seats_of(user):
        tasks.extend(_tasks_of(user, seat, now))
    return tasks


def _tasks_of(user, seat: Seat, now: dt.datetime) -> list[OpenTask]:
    call, due = seat.call, seat.juror.assess_until
    urgent = due is not None and due - now < SOON
    found = []
    if seat.undeclared and now >= call.deadline and call.assessment_completed_at is None:
        title = ngettext(
            "Declare impartiality for %(count)s sketch",
            "Declare impartiality for %(count)s sketches",
            seat.undeclared,
        ) % {"count": seat.undeclared}
        url = reverse("scoring:impartiality", args=[call.slug])
        found.append(OpenTask(title=title, detail=call.title, url=url, due=due, zone=call.timezone, urgent=urgent))
    if seat.left and call.assessment_completed_at is None:
        title = ngettext("Assess %(count)s sketch", "Assess %(count)s sketches", seat.left) % {"count": seat.left}
        url = reverse("scoring:queue", args=[call.slug])
        found.append(OpenTask(title=title, detail=call.title, url=url, due=due, zone=call.timezone, urgent=urgent))
    if seat.juror.role == "chair" and call.assessment_completed_at is None:
        cases = len(unsettled_for(user, call)) + len(open_objections_for(user, call))
        if cases:
            title = ngettext(
                "Settle %(count)s case of impartiality", "Settle %(count)s cases of impartiality", cases
            ) % {"count": cases}
            url = reverse("scoring:impartiality", args=[call.slug])
            found.append(OpenTask(title=title, detail=call.title, url=url, due=due, zone=call.timezone, urgent=True))
    return found
