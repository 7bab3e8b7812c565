"""Reads about work that jurors have given back."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.models import User
from competition.enums import ProgrammeRole
from competition.models import Call
from scoring.models import GivenBack
from scoring.selectors.impartiality import left_rooms


def given_back_pairs(call: Call) -> set[tuple[int, int]]:
    """(sketch, juror) that no assignment may make again. Keys are primary keys. One query."""
    rows = GivenBack.objects.filter(juror__call=call, sketch__isnull=False)
    return {(sketch, juror) for sketch, juror in rows.values_list("sketch", "juror") if sketch is not None}


def given_back_in(call: Call, user: User) -> list[GivenBack]:
    """For the owner, the newest first; nothing of a sketch that the reader has left the room for. Two queries."""
    rows = list(GivenBack.objects.filter(juror__call=call).select_related("juror__user", "sketch"))
    left = left_rooms(user, call) if rows else set()
    return [row for row in rows if row.sketch_id not in left]


def secretaries_of(call: Call) -> QuerySet[User]:
    """Whom a juror's word goes to; nobody where the programme has no jury secretary."""
    return (
        User.objects.filter(
            programme_memberships__programme=call.programme_id,
            programme_memberships__role=ProgrammeRole.JURY_SECRETARY,
            is_active=True,
        )
        .distinct()
        .order_by("pk")
    )
