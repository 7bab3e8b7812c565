"""The numbers of a call's overview, in two queries whatever the call's size."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, F, Func, IntegerField, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from competition.enums import RegistrationState
from competition.models import Amendment, Call, Enquiry, LateAttempt, MeetingRegistration


@dataclass(frozen=True)
class Waiting:
    """late: tries to hand in after the deadline. changes: gathered, and not yet published."""

    late: int
    enquiries: int
    registrations: int
    changes: int


def waiting_numbers(call: Call) -> Waiting:
    """What has come in beside sketches; one query."""
    places = MeetingRegistration.objects.filter(meeting__call=call, meeting__cancelled_at=None)
    gathered = Amendment.objects.gathering().filter(call=call)
    changes = gathered.annotate(
        gathered=Func(F("changes"), function="jsonb_array_length", output_field=IntegerField())
    ).values("gathered")[:1]
    found = (
        Call.objects.filter(pk=call.pk)
        .order_by()
        .values_list(
            _count(LateAttempt.objects.filter(sketch__call=call)),
            _count(Enquiry.objects.waiting().filter(call=call)),
            _count(places.filter(state=RegistrationState.REGISTERED)),
            Coalesce(Subquery(changes), 0),
        )
        .get()
    )
    return Waiting(*found)


def _count(rows: QuerySet) -> Coalesce:
    counted = rows.order_by().annotate(all_of_them=Value(1)).values("all_of_them")
    return Coalesce(Subquery(counted.annotate(counted=Count("pk")).values("counted")), 0)
