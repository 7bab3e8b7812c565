"""The dates that a juror keeps in a call, as an iCalendar file."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from competition.calendar import Dates, calendar_of_dates, local
from scoring.models import Juror, WishPeriod


def calendar_of_jury(juror: Juror, period: WishPeriod, path: str) -> bytes:
    """The calendar in the active language; `path` is the juror's page. The same until call or seat changes."""
    return calendar_of_dates(juror.call, path, list(jury_dates(juror, period)))


def jury_dates(juror: Juror, period: WishPeriod) -> Iterator[Dates]:
    """(code, label, when) of each date there is."""
    call = juror.call
    yield "jury-declare", _("Sketches come in; declare impartiality from now"), local(call.deadline, call)
    if period.until is not None:
        yield "jury-wishes", _("Wishes until"), period.until
    if juror.assess_until is not None:
        yield "jury-due", _("Assess by"), local(juror.assess_until, call)
    if call.pitch_at is not None:
        yield "jury-pitch", _("Pitch"), local(call.pitch_at, call)
