"""Information meetings: as everybody reads them, as whoever comes sees them, and as the owner's side counts them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.shortcuts import get_object_or_404

from competition.enums import RegistrationState
from competition.models import Call, InformationMeeting, MeetingRegistration

COMING = (RegistrationState.REGISTERED, RegistrationState.WAITING)


@dataclass(frozen=True)
class MeetingFacts:
    """A meeting as one reader sees it. place_in_queue: counted from 1, where the reader waits for a place.

    link: only for whoever has a place.
    """

    meeting: InformationMeeting
    registered: int
    waiting: int
    mine: MeetingRegistration | None
    place_in_queue: int
    takes_registrations: bool
    is_over: bool

    @property
    def free(self) -> int | None:
        """Places that are left; None where there is no limit."""
        return None if self.meeting.capacity is None else max(self.meeting.capacity - self.registered, 0)

    @property
    def has_place(self) -> bool:
        return self.mine is not None and self.mine.state == RegistrationState.REGISTERED

    @property
    def is_waiting(self) -> bool:
        return self.mine is not None and self.mine.state == RegistrationState.WAITING

    @property
    def link(self) -> str:
        return self.meeting.link if self.has_place else ""


def meetings_of(call: Call) -> QuerySet[InformationMeeting]:
    """Every meeting of the call, cancelled ones too, in the order of time."""
    return InformationMeeting.objects.filter(call=call).order_by("starts_at", "pk")


def meetings_ahead(call: Call, now: dt.datetime) -> list[MeetingFacts]:
    """Those that are not over yet, with their places, as somebody without an account sees them; one query.

    Cancelled ones too, so that nobody waits for them.
    """
    rows = list(meeting_rows(call).filter(ends_at__gt=now))
    for row in rows:
        row.call = call
    return [
        MeetingFacts(
            meeting=row,
            registered=row.registered,  # type: ignore[attr-defined]
            waiting=row.waiting,  # type: ignore[attr-defined]
            mine=None,
            place_in_queue=0,
            takes_registrations=takes_registrations_at(row, now),
            is_over=False,
        )
        for row in rows
    ]


def meeting_rows(call: Call) -> QuerySet[InformationMeeting]:
    """For the owner's list: each with `registered` and `waiting`."""
    state = RegistrationState
    return meetings_of(call).annotate(
        registered=Count("registrations", filter=Q(registrations__state=state.REGISTERED)),
        waiting=Count("registrations", filter=Q(registrations__state=state.WAITING)),
    )


def registration_closes_at(meeting: InformationMeeting) -> dt.datetime:
    return min(meeting.registration_until or meeting.starts_at, meeting.starts_at)


def takes_registrations_at(meeting: InformationMeeting, now: dt.datetime) -> bool:
    call = meeting.call
    is_held = meeting.cancelled_at is None and call.cancelled_at is None and call.archived_at is None
    return is_held and now < registration_closes_at(meeting)


def published_meeting(slug: str, pk: int) -> InformationMeeting:
    """A meeting of a published call. Raises Http404."""
    meetings = InformationMeeting.objects.select_related("call__programme__organisation")
    return get_object_or_404(meetings.filter(call__slug=slug, call__published_at__isnull=False), pk=pk)


def meeting_of(call: Call, pk: int) -> InformationMeeting | None:
    """One row of the owner's list."""
    return meeting_rows(call).select_related("call").filter(pk=pk).first()


def counts_of(meeting: InformationMeeting) -> dict[str, int]:
    """{state: number of people}; states without any are absent."""
    return dict(meeting.registrations.order_by().values_list("state").annotate(number=Count("pk")))


def meeting_facts(meeting: InformationMeeting, user, now: dt.datetime) -> MeetingFacts:
    """Three queries at most."""
    counts = counts_of(meeting)
    mine, place = None, 0
    if user.is_authenticated:
        mine = meeting.registrations.filter(user=user, state__in=COMING).first()
    if mine is not None and mine.state == RegistrationState.WAITING:
        before = Q(queued_at__lt=mine.queued_at) | Q(queued_at=mine.queued_at, pk__lte=mine.pk)
        place = meeting.registrations.filter(before, state=RegistrationState.WAITING).count()
    return MeetingFacts(
        meeting=meeting,
        registered=counts.get(RegistrationState.REGISTERED, 0),
        waiting=counts.get(RegistrationState.WAITING, 0),
        mine=mine,
        place_in_queue=place,
        takes_registrations=takes_registrations_at(meeting, now),
        is_over=meeting.ends_at <= now,
    )


def people_of(meeting: InformationMeeting) -> QuerySet[MeetingRegistration]:
    """Who has a place, and behind them who waits for one, each in the order they came."""
    rows = meeting.registrations.filter(state__in=COMING).select_related("user", "organisation")
    return rows.order_by("state", "queued_at", "pk")


def meetings_of_user(user, now: dt.datetime) -> list[MeetingRegistration]:
    """Places in meetings that are not over, the next meeting first."""
    rows = MeetingRegistration.objects.filter(user=user, state=RegistrationState.REGISTERED)
    rows = rows.filter(meeting__ends_at__gt=now, meeting__cancelled_at=None, meeting__call__cancelled_at=None)
    return list(rows.select_related("meeting__call").order_by("meeting__starts_at", "pk"))
