"""The dates that a juror keeps in a call, as an iCalendar file."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from competition.calendar import Dates, calendar_of_dates, local
from competition.models import Call
from scoring.models import WishPeriod


def calendar_of_jury(call: Call, period: WishPeriod, path: str) -> bytes:
    """The calendar in the active language; `path` is the juror's page. The same bytes until the call changes."""
    return calendar_of_dates(call, path, list(jury_dates(call, period)))


def jury_dates(call: Call, period: WishPeriod) -> Iterator[Dates]:
    """(code, label, when) of each date there is."""
    yield "jury-declare", _("Sketches come in; declare impartiality from now"), local(call.deadline, call)
    if period.until is not None:
        yield "jury-wishes", _("Wishes until"), period.until
    if call.assessment_due_at is not None:
        yield "jury-due", _("Assess by"), local(call.assessment_due_at, call)
    if call.pitch_at is not None:
        yield "jury-pitch", _("Pitch"), local(call.pitch_at, call)
