"""Reads about juries and seats."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts import tokens
from competition.enums import Phase, SketchState
from competition.models import Call
from scoring.enums import AssessmentState, JurorState
from scoring.models import Juror
from scoring.selectors.impartiality import DECLARABLE_STATES

INVITATION = "jury-invitation"  # what a link was signed for


@dataclass(frozen=True)
class Seat:
    """One of a person's seats in a jury, with what is left to do."""

    juror: Juror
    call: Call
    assigned: int
    final: int
    undeclared: int

    @property
    def left(self) -> int:
        return self.assigned - self.final


def juror_by_token(token: str) -> Juror | None:
    """The seat an invitation's link stands for, or None where the link is not, or no longer, one of ours."""
    try:
        pk, nonce = tokens.read(INVITATION, token)
    except tokens.BadToken:
        return None
    return (
        Juror.objects.select_related("call__programme__organisation", "user")
        .filter(pk=pk, nonce=nonce)
        .exclude(state__in=(JurorState.REMOVED, JurorState.LEFT))
        .first()
    )


def has_expired(juror: Juror, now: dt.datetime) -> bool:
    """Whether the time to answer the invitation is over, and no answer came."""
    return juror.state == JurorState.INVITED and juror.answer_by is not None and juror.answer_by <= now


def seats_of(user) -> list[Seat]:
    """The person's seats in juries that are not over, the latest deadline first. Two queries."""
    jurors = (
        Juror.objects.of_user(user)
        .serving()
        .filter(call__recommended_at=None, call__cancelled_at=None)
        .select_related("call__programme")
        .annotate(
            assigned=Count("assessments", filter=~Q(assessments__state=AssessmentState.VOID), distinct=True),
            final=Count("assessments", filter=Q(assessments__state=AssessmentState.FINAL), distinct=True),
            declared=Count("declarations", filter=Q(declarations__sketch__state__in=DECLARABLE_STATES), distinct=True),
        )
        .order_by("-call__deadline", "pk")
    )
    seats = list(jurors)
    open_sketches = dict(
        Call.objects.filter(pk__in=[juror.call_id for juror in seats])
        .values_list("pk")
        .annotate(count=Count("sketches", filter=Q(sketches__state__in=DECLARABLE_STATES)))
    )
    return [
        Seat(
            juror=juror,
            call=juror.call,
            assigned=juror.assigned,
            final=juror.final,
            undeclared=max(0, open_sketches.get(juror.call_id, 0) - juror.declared),
        )
        for juror in seats
    ]


def get_seat(user, slug: str) -> Juror:
    """The person's own seat in the call's jury. Raises Http404 for everybody else, and for one who was taken off."""
    if not user.is_authenticated:
        raise Http404
    seats = Juror.objects.serving().filter(user=user, call__slug=slug)
    return get_object_or_404(seats.select_related("call__programme__organisation", "user"))


def open_invitations_of(user) -> list[Juror]:
    """Invitations that wait for the person's answer."""
    if not user.is_authenticated:
        return []
    waiting = Juror.objects.filter(user=user, state=JurorState.INVITED, call__recommended_at=None)
    return list(waiting.filter(call__cancelled_at=None).select_related("call").order_by("pk"))


def jurors_without_answer(call: Call) -> int:
    return call.jurors.filter(state=JurorState.INVITED).count()


def late_jurors(call: Call) -> QuerySet[Juror]:
    """Jurors with work they have not sent, for reminders and warnings; `left` is how much."""
    return (
        call.jurors.serving()
        .select_related("user")
        .annotate(
            left=Count(
                "assessments",
                filter=Q(assessments__state__in=(AssessmentState.ASSIGNED, AssessmentState.STARTED))
                & Q(assessments__sketch__state=SketchState.ADMITTED),
            )
        )
        .filter(left__gt=0)
        .order_by("pk")
    )


def regions_of(call: Call) -> list[str]:
    """The regions that the jurors who serve come from."""
    regions = call.jurors.serving().exclude(region="").values_list("region", flat=True)
    return sorted({region.strip() for region in regions if region.strip()})


def is_open_for(juror: Juror, now: dt.datetime) -> bool:
    """Whether the juror may write grades at the instant. For showing only; the services ask the database's clock."""
    until = juror.assess_until
    return juror.call.phase_at(now) == Phase.ASSESSMENT and (until is None or now < until)
