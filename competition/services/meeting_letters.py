"""Letters to whoever comes to an information meeting, or waits for a place in it."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import translation

from competition.clock import database_now
from competition.enums import RegistrationState
from competition.models import InformationMeeting, MeetingRegistration
from competition.selectors.meetings import COMING
from notifications.enums import LetterKind
from notifications.links import link
from notifications.models import Letter
from notifications.services import letter_language, write_letter

STAMP = "%Y%m%dT%H%M%S%f"


def _stamp(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).strftime(STAMP)


def place_occasion(registration: MeetingRegistration, state: str) -> str:
    """Registering again after having left is told again."""
    return f"meeting-place:{registration.pk}:{_stamp(registration.queued_at)}:{state}"


def change_occasion(meeting: InformationMeeting, registration: MeetingRegistration) -> str:
    what = "cancelled" if meeting.cancelled_at else _stamp(meeting.changed_at or meeting.starts_at)
    return f"meeting-change:{meeting.pk}:{what}:{registration.pk}"


def reminder_occasion(registration: MeetingRegistration) -> str:
    return f"meeting-reminder:{registration.pk}:{_stamp(registration.meeting.starts_at)}"


def _write(registration: MeetingRegistration, kind: LetterKind, occasion: str, **context: object) -> Letter:
    meeting, user = registration.meeting, registration.user
    language = letter_language(organisation=registration.organisation, user=user)
    with translation.override(language):
        return write_letter(
            occasion=occasion,
            kind=kind,
            recipient=user.email,
            language=language,
            context={
                "call": meeting.call,
                "meeting": meeting,
                "has_place": registration.state == RegistrationState.REGISTERED,
                "url": link(language, "competition:meeting", meeting.call.slug, meeting.pk),
                "calendar_url": link(language, "competition:meeting_calendar", meeting.call.slug, meeting.pk),
                **context,
            },
            about=meeting.call,
        )


@transaction.atomic
def write_place(*, registration: MeetingRegistration) -> Letter | None:
    """Confirm a place, or one on the waiting list; a place that came free is said to be one. None after leaving."""
    if registration.state not in COMING or not registration.user.is_active:
        return None
    has_place = registration.state == RegistrationState.REGISTERED
    waited = Letter.objects.filter(occasion=place_occasion(registration, RegistrationState.WAITING)).exists()
    kind = LetterKind.MEETING_REGISTERED if has_place else LetterKind.MEETING_WAITING
    return _write(registration, kind, place_occasion(registration, registration.state), promoted=has_place and waited)


def write_change(*, meeting: InformationMeeting) -> int:
    """Tell everybody who was coming, or waiting, of the last change of time or place, or that it is cancelled."""
    at = meeting.cancelled_at or meeting.changed_at
    if at is None:
        return 0
    found = meeting.registrations.filter(state__in=COMING, queued_at__lt=at, user__is_active=True)
    rows = found.select_related("user", "organisation", "meeting__call__programme").order_by("pk")
    by_occasion = {change_occasion(meeting, row): row for row in rows}
    told = set(Letter.objects.filter(occasion__in=by_occasion).values_list("occasion", flat=True))
    kind = LetterKind.MEETING_CANCELLED if meeting.cancelled_at else LetterKind.MEETING_CHANGED
    for occasion in by_occasion.keys() - told:
        _write(by_occasion[occasion], kind, occasion)
    return len(by_occasion.keys() - told)


def write_reminder(*, registration: MeetingRegistration) -> Letter | None:
    """Remind of a meeting that is about to be held. None for whoever does not come."""
    meeting = registration.meeting
    if registration.state != RegistrationState.REGISTERED or not registration.user.is_active:
        return None
    if meeting.cancelled_at is not None or meeting.call.cancelled_at is not None:
        return None
    return _write(registration, LetterKind.MEETING_REMINDER, reminder_occasion(registration))


def _coming(now: dt.datetime):
    rows = MeetingRegistration.objects.filter(state__in=COMING, meeting__ends_at__gt=now, user__is_active=True)
    return rows.select_related("user", "organisation", "meeting__call__programme").order_by("pk")


def places_without_letter() -> list[MeetingRegistration]:
    """Places in meetings that are not over, which were not confirmed as they stand now."""
    rows = _coming(database_now()).filter(meeting__cancelled_at=None)
    by_occasion = {place_occasion(row, row.state): row for row in rows}
    told = set(Letter.objects.filter(occasion__in=by_occasion).values_list("occasion", flat=True))
    return [row for occasion, row in by_occasion.items() if occasion not in told]


def meetings_to_tell_of() -> list[InformationMeeting]:
    """Meetings that are not over and that somebody comes to: whether all were told is asked of each."""
    keys = _coming(database_now()).order_by().values("meeting")
    return list(InformationMeeting.objects.filter(pk__in=keys).select_related("call__programme").order_by("pk"))
