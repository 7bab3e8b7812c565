"""The numbers of a call's overview, in one query whatever the call's size."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, Func, IntegerField, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject

from competition.enums import RegistrationState, SketchState
from competition.models import AccessException, Amendment, Call, Enquiry, LateAttempt, MeetingRegistration, Sketch

Window = tuple[dt.datetime | None, dt.datetime | None]


@dataclass(frozen=True)
class Numbers:
    """late: tries to hand in after the deadline. changes: gathered, and not yet published.

    states: {state: sketches}, every state a key. windows: (opens, closes) of the exceptions that stand.
    """

    late: int
    enquiries: int
    registrations: int
    changes: int
    states: dict[str, int]
    windows: list[Window]


def overview_numbers(call: Call) -> Numbers:
    """Everything that is counted, and the windows of the exceptions; one query."""
    places = MeetingRegistration.objects.filter(meeting__call=call, meeting__cancelled_at=None)
    gathered = Amendment.objects.gathering().filter(call=call)
    changes = gathered.annotate(
        gathered=Func(F("changes"), function="jsonb_array_length", output_field=IntegerField())
    ).values("gathered")[:1]
    states = (
        Sketch.objects.filter(call=call)
        .order_by()
        .values("state")
        .annotate(row=JSONObject(state=F("state"), counted=Count("pk")))
        .values("row")
    )
    windows = (
        AccessException.objects.standing()
        .filter(call=call)
        .annotate(row=JSONObject(opens="opens_at", closes="closes_at"))
        .values("row")
    )
    found = (
        Call.objects.filter(pk=call.pk)
        .order_by()
        .values_list(
            _count(LateAttempt.objects.filter(sketch__call=call)),
            _count(Enquiry.objects.waiting().filter(call=call)),
            _count(places.filter(state=RegistrationState.REGISTERED)),
            Coalesce(Subquery(changes), 0),
            ArraySubquery(states),
            ArraySubquery(windows),
        )
        .get()
    )
    late, questions, registered, gathered, by_state, times = found
    known = {row["state"]: row["counted"] for row in by_state}
    return Numbers(
        late,
        questions,
        registered,
        gathered,
        states={state: known.get(state, 0) for state in SketchState.values},
        windows=[(_instant(row["opens"]), _instant(row["closes"])) for row in times],
    )


def _instant(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None


def _count(rows: QuerySet) -> Coalesce:
    counted = rows.order_by().annotate(all_of_them=Value(1)).values("all_of_them")
    return Coalesce(Subquery(counted.annotate(counted=Count("pk")).values("counted")), 0)
