"""A juror's home: each seat with its dates, what is left, about how long it takes, and the one thing to do next."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from competition.enums import TEXT_KINDS
from competition.models import Call, Question
from scoring.enums import AssessmentState, JurorState
from scoring.models import Assessment, Criterion, Juror, JurorWish
from scoring.selectors.effort import MEASURED_AT_LEAST, ROOM_UNLIMITED, measured_minutes, minutes_for
from scoring.selectors.jury import Seat, seats_of


@dataclass(frozen=True)
class NextStep:
    """The one thing to do next in a seat: a page of the juror's, by name."""

    label: str | Promise
    page: str


@dataclass(frozen=True)
class HomeSeat:
    """A seat on the home page. `minutes`: about how long a sketch takes, reckoned or
    measured; `wishes_until`: None where none are asked."""

    seat: Seat
    minutes: int
    is_measured: bool
    wishes_until: dt.date | None
    has_wishes: bool
    now: dt.datetime

    @property
    def call(self) -> Call:
        return self.seat.call

    @property
    def hours_left(self) -> float:
        """About how much work is left, in half hours."""
        return math.ceil(self.seat.left * self.minutes / 30) / 2

    @property
    def asks_for_wishes(self) -> bool:
        """Whether wishes can be said now: to the end of the last day on the call's clock."""
        if self.wishes_until is None or self.call.assessment_completed_at is not None:
            return False
        return self.now.astimezone(self.call.zone).date() <= self.wishes_until

    @property
    def next_step(self) -> NextStep | None:
        """None where there is nothing but to wait."""
        call = self.call
        under_way = call.deadline <= self.now and call.assessment_completed_at is None
        if under_way and self.seat.undeclared:
            return NextStep(_("Declare impartiality"), "scoring:impartiality")
        if under_way and self.seat.left and call.formal_check_completed_at:
            return NextStep(_("Go on assessing") if self.seat.final else _("Start assessing"), "scoring:queue")
        if self.asks_for_wishes and not self.has_wishes:
            return NextStep(_("Say your wishes"), "scoring:wishes")
        return None


def home_seats(user, now: dt.datetime) -> list[HomeSeat]:
    """The person's seats in juries that are not over, the latest deadline first. Five queries."""
    seats = seats_of(user)
    calls = {call.pk: call for call in _with_effort(Call.objects.filter(pk__in=[seat.call.pk for seat in seats]))}
    measured = measured_minutes(calls.values())
    wished = set(JurorWish.objects.filter(juror__in=[seat.juror.pk for seat in seats]).values_list("juror", flat=True))
    return [
        HomeSeat(
            seat=seat,
            minutes=minutes_for(
                calls[seat.call.pk].characters,  # type: ignore[attr-defined]
                calls[seat.call.pk].criteria_count,  # type: ignore[attr-defined]
                measured[seat.call.pk],
            ),
            is_measured=len(measured[seat.call.pk]) >= MEASURED_AT_LEAST,
            wishes_until=calls[seat.call.pk].wishes_until,  # type: ignore[attr-defined]
            has_wishes=seat.juror.pk in wished,
            now=now,
        )
        for seat in seats
    ]


def _with_effort(calls: QuerySet[Call]) -> QuerySet[Call]:
    texts = Question.objects.filter(call=OuterRef("pk"), kind__in=TEXT_KINDS).order_by().values("call")
    texts = texts.annotate(all=Sum(Coalesce("max_chars", ROOM_UNLIMITED)))
    criteria = Criterion.objects.filter(call=OuterRef("pk")).order_by().values("call").annotate(all=Count("pk"))
    return calls.annotate(
        characters=Coalesce(Subquery(texts.values("all"), output_field=IntegerField()), 0),
        criteria_count=Coalesce(Subquery(criteria.values("all"), output_field=IntegerField()), 0),
        wishes_until=Subquery(Call.objects.filter(pk=OuterRef("pk")).values("wish_period__until")[:1]),
    )


@dataclass(frozen=True)
class PastSeat:
    """A jury that is over, or that the person has left. `has_result`: whether the outcome is public."""

    call: Call
    sent: int
    left: bool

    @property
    def has_result(self) -> bool:
        return self.call.result_published_at is not None


def past_seats(user) -> list[PastSeat]:
    """Juries in which the person sat, the latest first. One query."""
    finals = Assessment.objects.final().filter(juror=OuterRef("pk")).order_by().values("juror")
    seats = (
        Juror.objects.of_user(user)
        .filter(state__in=(JurorState.ACCEPTED, JurorState.LEFT))
        .select_related("call")
        .annotate(sent=Coalesce(Subquery(finals.annotate(all=Count("pk")).values("all")), 0))
        .order_by("-call__deadline", "pk")
    )
    return [
        PastSeat(seat.call, seat.sent, seat.state == JurorState.LEFT)
        for seat in seats
        if seat.state == JurorState.LEFT or seat.call.recommended_at or seat.call.cancelled_at
    ]


@dataclass(frozen=True)
class Work:
    """How many of a juror's assessments are sent, and how many are not."""

    sent: int
    unsent: int


def work_of(juror: Juror) -> Work:
    """One query."""
    states = list(Assessment.objects.standing().filter(juror=juror).values_list("state", flat=True))
    sent = states.count(AssessmentState.FINAL)
    return Work(sent=sent, unsent=len(states) - sent)
