"""Reads about who somebody is to a call: a role on the owner's side, a seat in the jury, the author of a step."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Exists, OuterRef, QuerySet

from accounts import memo
from competition.models import Call, ProgrammeMember, Sketch
from scoring.enums import GRADING_ROLES, JurorState, Verdict
from scoring.models import ImpartialityDeclaration, Juror, Recommendation

# Whoever has been asked to judge is kept out of what jurors may not see, also before they have answered.
SEATED_STATES = (JurorState.INVITED, JurorState.ACCEPTED)


def has_programme_role(user, call: Call | None, *roles: str) -> bool:
    """Whether the user has one of the roles in the call's programme."""
    if call is None or not user.is_authenticated:
        return False
    return ProgrammeMember.objects.filter(programme_id=call.programme_id, user=user, role__in=roles).exists()


def has_seat(user, call: Call | None, *, roles: Collection[str] = GRADING_ROLES) -> bool:
    """Whether the user is asked to judge, or judges, in the call's jury; or to have another of the `roles` there."""
    if call is None or not user.is_authenticated:
        return False
    seats = Juror.objects.filter(call=call, user=user, state__in=SEATED_STATES)
    held = memo.remembered(user, ("seat", call.pk), lambda: seats.values_list("role", flat=True).first())
    return held in roles


def is_disqualified(user, sketch: Sketch | None) -> bool:
    """Whether the user, in any seat ever held, is kept out of the sketch: disqualified, or not settled yet."""
    if sketch is None or not user.is_authenticated:
        return False
    return (
        ImpartialityDeclaration.objects.filter(sketch=sketch, juror__user=user)
        .exclude(verdict=Verdict.IMPARTIAL)
        .exists()
    )


def is_impartial(user, sketch: Sketch | None) -> bool:
    """Whether the user, in the one seat a call can give, has declared to be impartial and nothing stands against it."""
    if sketch is None or not user.is_authenticated:
        return False
    return ImpartialityDeclaration.objects.filter(sketch=sketch, juror__user=user, verdict=Verdict.IMPARTIAL).exists()


def without_left_rooms(sketches: QuerySet[Sketch], user) -> QuerySet[Sketch]:
    """The list form of `is_disqualified`."""
    if not user.is_authenticated:
        return sketches
    against = ImpartialityDeclaration.objects.filter(sketch=OuterRef("pk"), juror__user=user)
    return sketches.exclude(Exists(against.exclude(verdict=Verdict.IMPARTIAL)))


def has_recommended(user, call: Call | None) -> bool:
    """Whether the user made the call's recommendation."""
    if call is None or not user.is_authenticated:
        return False
    return Recommendation.objects.filter(call=call, made_by=user).exists()


def undecided_call_of_juror(user, programme) -> Call | None:
    """A call of the programme in whose jury the user has a seat, and about which nothing is decided yet."""
    seats = Juror.objects.filter(call=OuterRef("pk"), user=user, state__in=SEATED_STATES)
    calls = Call.objects.filter(programme=programme, decided_at=None, cancelled_at=None, archived_at=None)
    return calls.filter(Exists(seats)).order_by("pk").first()
