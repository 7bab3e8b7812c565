"""What a person has to do about sketches."""

from __future__ import annotations

import datetime as dt

from django.db.models import F
from django.db.models.lookups import GreaterThan, LessThanOrEqual
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.tasks_list import OpenTask
from competition.enums import SketchState
from competition.models import MeetingRegistration, Sketch
from competition.selectors.access import window_of
from competition.selectors.meetings import meetings_of_user

URGENT = dt.timedelta(days=3)


def open_tasks(user) -> list[OpenTask]:
    """Drafts that are not handed in, or changed since, in calls that still take them, the nearest deadline
    first; and meetings that one has a place in."""
    now = timezone.now()
    sketches = (
        Sketch.objects.written_by(user)
        .with_window()
        .filter(
            LessThanOrEqual(F("window_opens_at"), now),
            GreaterThan(F("window_closes_at"), now),
            state__in=(SketchState.DRAFT, SketchState.SUBMITTED),
            call__cancelled_at=None,
        )
        .select_related("call", "current_version")
        .order_by(F("window_closes_at"), "pk")
    )
    drafts = [
        _task(sketch, now)
        for sketch in sketches
        if sketch.state == SketchState.DRAFT or sketch.changed_since_submission
    ]
    return [*drafts, *(_meeting(place) for place in meetings_of_user(user, now))]


def _meeting(place: MeetingRegistration) -> OpenTask:
    meeting = place.meeting
    return OpenTask(
        title=meeting.title,
        detail=_("Information meeting: %(call)s") % {"call": meeting.call.title},
        url=reverse("competition:meeting", args=[meeting.call.slug, meeting.pk]),
        due=meeting.starts_at,
        zone=meeting.call.timezone,
    )


def _task(sketch: Sketch, now: dt.datetime) -> OpenTask:
    title = sketch.title or _("Sketch without a title")
    if sketch.current_version is None:
        detail = _("Not submitted yet: %(call)s") % {"call": sketch.call.title}
    else:
        detail = _("Changed since version %(number)s, not submitted: %(call)s") % {
            "number": sketch.current_version.number,
            "call": sketch.call.title,
        }
    due = window_of(sketch).closes_at
    return OpenTask(
        title=title,
        detail=detail,
        url=reverse("competition:sketch", args=[sketch.reference]),
        due=due,
        zone=sketch.call.timezone,
        urgent=due - now < URGENT,
    )
