"""Who may have to be reminded of what. The services look again under the lock before they write."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet
from django.db.models.lookups import GreaterThan

from accounts.enums import WRITING_ROLES
from accounts.models import Membership, Organisation
from competition.enums import RegistrationState, SketchState
from competition.models import Call, MeetingRegistration, Sketch
from competition.reminding import days_before, latest_step
from competition.selectors.access import window_of
from competition.selectors.enquiries import questions_close_at, takes_questions_at

QUESTION_DAYS = 3
MEETING_DAYS = 1
# No wall clock moves further than this in one change.
SLACK = dt.timedelta(days=2)


@dataclass(frozen=True)
class Due:
    """A reminder of a draft. step: days before `deadline`, which is that of the sketch's own organisation."""

    step: int
    deadline: dt.datetime
    at: dt.datetime


@dataclass(frozen=True)
class Reader:
    address: str
    language: str


def running_calls(now: dt.datetime) -> QuerySet[Call]:
    return Call.objects.filter(published_at__lte=now, cancelled_at=None, archived_at=None)


def unsubmitted(now: dt.datetime) -> QuerySet[Sketch]:
    """Drafts, and submitted sketches changed since, whose organisation may still hand in."""
    changed = Q(state=SketchState.SUBMITTED) & ~Q(draft_revision=F("current_version__draft_revision"))
    return (
        Sketch.objects.with_window()
        .filter(GreaterThan(F("window_closes_at"), now), Q(state=SketchState.DRAFT) | changed)
        .filter(call__in=running_calls(now))
        .select_related("call", "organisation", "current_version")
        .order_by("pk")
    )


def due_of(sketch: Sketch, now: dt.datetime) -> Due | None:
    """The reminder of the sketch that is due now, if any. Of a submitted one that was changed only the last step."""
    call, window = sketch.call, window_of(sketch)
    days = call.draft_reminder_days
    if not days or not window.accepts_at(now):
        return None
    if sketch.state == SketchState.SUBMITTED and sketch.changed_since_submission:
        days = [min(days)]
    elif sketch.state != SketchState.DRAFT:
        return None
    step = latest_step(days, window.closes_at, call.zone, since=sketch.created_at, now=now)
    if step is None:
        return None
    return Due(step, window.closes_at, days_before(window.closes_at, step, call.zone))


def drafts_to_remind(now: dt.datetime) -> list[tuple[Sketch, Due]]:
    """Sketches of which a reminder is due, whether or not it has been written. One query, and one per exception."""
    return [(sketch, due) for sketch in unsubmitted(now) if (due := due_of(sketch, now)) is not None]


def writers_of(sketch: Sketch, at: dt.datetime, organisation: Organisation | None = None) -> list[Reader]:
    """Who wrote for the sketch's organisation, or another one, at the instant, and its mailbox; each address once."""
    organisation = organisation or sketch.organisation
    members = Membership.objects.filter(
        organisation=organisation, role__in=WRITING_ROLES, user__is_active=True, created_at__lte=at
    ).select_related("user")
    fixed = organisation.letter_language
    found = {member.user.email.lower(): fixed or member.user.language for member in members.order_by("pk")}
    if organisation.mailbox:
        found.setdefault(organisation.mailbox.lower(), fixed or sketch.language)
    return [Reader(address, language) for address, language in found.items()]


def question_due_at(call: Call) -> dt.datetime | None:
    """When those with drafts are told that the time for questions runs out; None where it has no end of its own."""
    if call.questions_until is None or call.questions_until > call.deadline:
        return None
    return days_before(call.questions_until, QUESTION_DAYS, call.zone)


def calls_closing_for_questions(now: dt.datetime) -> list[tuple[Call, dt.datetime]]:
    """(call, since when the reminder is due) of the calls that take questions for less than three days more."""
    soon = now + dt.timedelta(days=QUESTION_DAYS) + SLACK
    calls = running_calls(now).filter(questions_until__gt=now, questions_until__lte=soon).select_related("programme")
    due = [(call, question_due_at(call)) for call in calls.order_by("pk") if takes_questions_at(call, now)]
    return [(call, at) for call, at in due if at is not None and at <= now < questions_close_at(call)]


def drafts_of(call: Call, at: dt.datetime) -> QuerySet[Sketch]:
    """Sketches that were begun by then and are not handed in."""
    drafts = Sketch.objects.filter(call=call, state=SketchState.DRAFT, created_at__lte=at)
    return drafts.select_related("call__programme", "organisation").order_by("pk")


def places_to_remind(now: dt.datetime) -> list[MeetingRegistration]:
    """Places in meetings that begin within a day. Whoever registered within that day was told just then."""
    rows = MeetingRegistration.objects.filter(
        state=RegistrationState.REGISTERED,
        meeting__cancelled_at=None,
        meeting__starts_at__gt=now,
        meeting__starts_at__lte=now + dt.timedelta(days=MEETING_DAYS) + SLACK,
        meeting__call__in=running_calls(now),
    ).select_related("user", "organisation", "meeting__call__programme")
    return [row for row in rows.order_by("pk") if row.queued_at < meeting_due_at(row) <= now]


def meeting_due_at(registration: MeetingRegistration) -> dt.datetime:
    meeting = registration.meeting
    return days_before(meeting.starts_at, MEETING_DAYS, meeting.call.zone)
