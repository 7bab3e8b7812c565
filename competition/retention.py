"""How long things are kept: arithmetic of months on the call's own calendar."""

from __future__ import annotations

import calendar
import datetime as dt

from competition.models import Call

SECURITY_LOG_MONTHS = 12


def months_later(instant: dt.datetime, months: int, zone: dt.tzinfo) -> dt.datetime:
    """The same hour on the wall so many months later; the last day of a month that is too short for the day.

    >>> months_later(dt.datetime(2026, 8, 31, 11, tzinfo=dt.UTC), 6, dt.UTC).date().isoformat()
    '2027-02-28'
    """
    local = instant.astimezone(zone)
    years, month = divmod(local.month - 1 + months, 12)
    year, month = local.year + years, month + 1
    day = min(local.day, calendar.monthrange(year, month)[1])
    return local.replace(year=year, month=month, day=day).astimezone(dt.UTC)


def drafts_go_at(call: Call, closed_at: dt.datetime) -> dt.datetime:
    """When a draft that was never submitted is deleted. closed_at: when its organisation's window closed."""
    return months_later(call.cancelled_at or closed_at, call.keep_drafts_months, call.zone)


def sketches_go_at(call: Call) -> dt.datetime | None:
    """When what was submitted is due for the archive and deletion; None before the outcome or the calling off."""
    ended = call.result_published_at or call.cancelled_at
    return months_later(ended, call.keep_sketches_months, call.zone) if ended else None
