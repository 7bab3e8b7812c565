"""What the secretary and the observers of a jury read of its work: who sits in it, and what it recommends."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404
from django.shortcuts import get_object_or_404

from competition.models import Sketch
from scoring.enums import GRADING_ROLES, JurorRole
from scoring.models import Juror, RecommendationItem
from scoring.selectors import people

ATTENDING_ROLES = (JurorRole.SECRETARY, JurorRole.OBSERVER)


@dataclass(frozen=True)
class Proceedings:
    """jury: everybody seated, jurors first. items: None until the jury has recommended.

    reasons: of the recommendation as a whole; "" too where the reader has left the room for a sketch, of which they
    may speak.
    """

    seat: Juror
    jury: list[Juror]
    items: list[RecommendationItem] | None
    reasons: str


def get_attending_seat(user, slug: str) -> Juror:
    """The person's seat as secretary or observer of the call's jury. Raises Http404 for everybody else."""
    if not user.is_authenticated or not user.is_active:
        raise Http404
    seats = Juror.objects.seated().filter(user=user, call__slug=slug, role__in=ATTENDING_ROLES)
    return get_object_or_404(seats.select_related("call__programme__organisation", "user"))


def attending_seats(user) -> list[Juror]:
    """Seats as secretary or observer in juries of calls that go on, or are decided; one query."""
    seats = Juror.objects.seated().of_user(user).filter(role__in=ATTENDING_ROLES, call__cancelled_at=None)
    return list(seats.filter(call__archived_at=None).select_related("call").order_by("-call__deadline", "pk"))


def proceedings(seat: Juror) -> Proceedings:
    """Four queries at any length. Nothing of a sketch for which the reader has left the room."""
    jury = sorted(
        seat.call.jurors.seated().select_related("user", "organisation"),
        key=lambda one: (one.role not in GRADING_ROLES, one.role != JurorRole.CHAIR, str(one.user).casefold()),
    )
    recommendation = getattr(seat.call, "recommendation", None) if seat.call.recommended_at else None
    if recommendation is None:
        return Proceedings(seat, jury, None, "")
    items = list(
        recommendation.items.select_related("sketch__organisation", "sketch__current_version")
        .defer(*(f"sketch__current_version__{name}" for name in ("canonical", "answers", "questions")))
        .order_by("outcome", "sketch__reference")
    )
    seen = people.without_left_rooms(Sketch.objects.filter(pk__in=[item.sketch_id for item in items]), seat.user)
    allowed = set(seen.values_list("pk", flat=True))
    reasons = recommendation.reasons if len(allowed) == len(items) else ""
    return Proceedings(seat, jury, [item for item in items if item.sketch_id in allowed], reasons)
