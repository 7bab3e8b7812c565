"""The dates of a call as an iCalendar file (RFC 5545), which calendars may subscribe to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from icalendar import Calendar, Event, vText

from competition.models import Call, InformationMeeting
from notifications.links import absolute

PRODUCT = "-//Skisse//Call//EN"
# (code, label, when): a day, or an instant on the call's clock (see `local`).
Dates = tuple[str, str | Promise, dt.datetime | dt.date]
ASK_AGAIN = dt.timedelta(hours=12)


def calendar_of(call: Call, path: str, meetings: Iterable[InformationMeeting] = ()) -> bytes:
    """The calendar in the active language; `path` is the call's page. Of meetings everything but their links.

    The bytes are the same until the call changes. UIDs stay; SEQUENCE rises when a date moves.
    """
    calendar = _calendar()
    calendar.add("name", vText(call.title))
    calendar.add("x-wr-calname", vText(call.title))
    calendar.add("refresh-interval", ASK_AGAIN, {"value": "DURATION"})
    calendar.add("x-published-ttl", "PT12H")
    for code, label, at in _dates(call):
        calendar.add_component(_event(call, code, f"{label}: {call.title}", at, absolute(path)))
    for meeting in meetings:
        calendar.add_component(_meeting(meeting, call, absolute(path), ""))
    calendar.add_missing_timezones(
        first_date=call.opens_at.date() - dt.timedelta(days=366), last_date=_last(call) + dt.timedelta(days=366)
    )
    return calendar.to_ical()


def calendar_of_dates(call: Call, path: str, dates: Iterable[Dates]) -> bytes:
    """Dates of a call that are not for everybody, for a reader's own calendar; `path` is the page they stand on."""
    calendar = _calendar()
    for code, label, at in dates:
        calendar.add_component(_event(call, code, f"{label}: {call.title}", at, absolute(path)))
    years = dt.timedelta(days=3 * 366)
    calendar.add_missing_timezones(first_date=call.opens_at.date() - years, last_date=_last(call) + years)
    return calendar.to_ical()


def calendar_of_meeting(meeting: InformationMeeting, path: str, link: str = "") -> bytes:
    """One meeting for a reader's own calendar; `path` is its page, and `link` is given to whoever has a place."""
    calendar = _calendar()
    calendar.add_component(_meeting(meeting, meeting.call, absolute(path), link))
    year = dt.timedelta(days=366)
    calendar.add_missing_timezones(first_date=meeting.starts_at.date() - year, last_date=meeting.ends_at.date() + year)
    return calendar.to_ical()


def _calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    return calendar


def _meeting(meeting: InformationMeeting, call: Call, address: str, link: str) -> Event:
    changed = max(at for at in (meeting.changed_at, meeting.cancelled_at, call.created_at) if at is not None)
    event = Event()
    event.add("uid", str(meeting.uid))
    event.add("sequence", meeting.revision)
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("dtstart", local(meeting.starts_at, call))
    event.add("dtend", local(meeting.ends_at, call))
    event.add("summary", f"{meeting.title}: {call.title}")
    event.add("description", "\n\n".join(text for text in (meeting.description, link) if text))
    if meeting.place or link:
        event.add("location", meeting.place or link)
    event.add("url", address)
    is_off = meeting.cancelled_at or call.cancelled_at
    event.add("status", "CANCELLED" if is_off else "CONFIRMED")
    return event


def _dates(call: Call) -> Iterator[Dates]:
    """(code, label, when) of each date there is. The result is promised for a day, the rest for an instant."""
    instants = (
        ("opening", _("Opens"), call.opens_at),
        ("questions", _("Questions until"), call.questions_until),
        ("deadline", _("Deadline"), call.deadline),
        ("pitch", _("Pitch"), call.pitch_at),
    )
    for code, label, at in instants:
        if at is not None:
            yield code, label, local(at, call)
    if call.result_at is not None:
        yield "result", _("Result expected"), call.result_at.astimezone(call.zone).date()


def local(at: dt.datetime, call: Call) -> dt.datetime:
    """On the call's clock; in UTC where that clock shows the hour for the second time, since RFC 5545 takes it for the
    first.
    """
    local = at.astimezone(call.zone)
    return at.astimezone(dt.UTC) if local.fold else local


def _last(call: Call) -> dt.date:
    return max(at for at in (call.opens_at, call.deadline, call.pitch_at, call.result_at) if at is not None).date()


def _event(call: Call, code: str, summary: str, at: dt.datetime | dt.date, address: str) -> Event:
    event = Event()
    event.add("uid", f"{call.permanent_id}-{code}")
    event.add("sequence", call.dates_revision)
    event.add("dtstamp", call.last_changed_at)
    event.add("last-modified", call.last_changed_at)
    event.add("dtstart", at)
    event.add("summary", summary)
    event.add("description", call.summary)
    event.add("url", address)
    event.add("status", "CANCELLED" if call.cancelled_at else "CONFIRMED")
    event.add("transp", "TRANSPARENT")  # a deadline keeps nobody busy
    return event
