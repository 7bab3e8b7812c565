"""What a kept page of a call is known by."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, Subquery
from django.db.models.expressions import RawSQL
from django.db.models.functions import JSONObject

from competition.models import AccessException, Call, CallPage, InformationMeeting, MeetingRegistration


@dataclass(frozen=True)
class Version:
    """What a page is known by. `key` differs whenever what the page shows has been changed by anybody.

    page_id: the live page in the tree, if there is one. instants: when something on the page becomes another thing
    although nobody changes it: an opening, a deadline, the beginning of a meeting.
    """

    call_id: int
    key: str
    page_id: int | None
    instants: tuple[dt.datetime, ...]


def page_version(slug: str, language: str) -> Version | None:
    """The version of a published call's page at this moment, in one query over indexes; None without such a call.

    `public_revision` is counted in the transaction of each change. `xmin` names the transaction that last wrote the
    row, so that a count made in a transaction that was rolled back is never taken for a later one of the same number.
    """
    page = CallPage.objects.live().filter(call=OuterRef("pk"), locale__language_code=language).values("pk")[:1]
    meetings = (
        InformationMeeting.objects.filter(call=OuterRef("pk"))
        .annotate(at=JSONObject(a="starts_at", b="ends_at", c="registration_until"))
        .values("at")
    )
    # Not counted in `public_revision`: who registers must not stand in line for the call's row.
    places = (
        MeetingRegistration.objects.filter(meeting__call=OuterRef("pk"))
        .order_by("meeting", "state")
        .values("meeting", "state")
        .annotate(people=JSONObject(m="meeting", s="state", n=Count("pk")))
        .values("people")
    )
    exceptions = (
        AccessException.objects.standing()
        .filter(call=OuterRef("pk"))
        .annotate(at=JSONObject(a="opens_at", b="closes_at"))
        .values("at")
    )
    found = (
        Call.objects.published()
        .filter(slug=slug)
        .annotate(
            written_in=RawSQL("competition_call.xmin::text", []),
            page_id=Subquery(page),
            meeting_times=ArraySubquery(meetings),
            exception_times=ArraySubquery(exceptions),
            places=ArraySubquery(places),
        )
        .values_list(
            *("pk", "public_revision", "written_in", "page_id", "meeting_times", "exception_times", "places"),
            *("published_at", "opens_at", "questions_until", "deadline", "pitch_at", "result_at"),
        )
        .order_by()
        .first()
    )
    if found is None:
        return None
    pk, count, written_in, page_id, meeting_times, exception_times, places, *own = found
    others = [
        dt.datetime.fromisoformat(at) for times in (*meeting_times, *exception_times) for at in times.values() if at
    ]
    people = ".".join(f"{one['m']}{one['s'][0]}{one['n']}" for one in places)
    return Version(
        pk, f"{pk}.{count}.{written_in}.{people}", page_id, tuple(at for at in (*own, *others) if at is not None)
    )
