"""Numbers of a call: what came in, and when."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Min, Q

from competition.enums import RECEIVED_STATES, SketchState
from competition.models import Call, LateAttempt


@dataclass(frozen=True)
class CallNumbers:
    """drafts: begun and never submitted. submitted: received and not withdrawn. per_day: first submissions."""

    drafts: int
    submitted: int
    withdrawn: int
    admitted: int
    dismissed: int
    late_attempts: int
    per_day: list[tuple[dt.date, int]]


def call_numbers(call: Call) -> CallNumbers:
    """Counts of the call, and first submissions per day of the call's own calendar."""
    state = SketchState
    counts = call.sketches.aggregate(
        drafts=Count("pk", filter=Q(state=state.DRAFT)),
        submitted=Count("pk", filter=Q(state__in=RECEIVED_STATES)),
        withdrawn=Count("pk", filter=Q(state=state.WITHDRAWN)),
        admitted=Count("pk", filter=Q(state__in=(state.ADMITTED, state.AWARDED, state.REJECTED))),
        dismissed=Count("pk", filter=Q(state=state.DISMISSED)),
    )
    return CallNumbers(
        **counts,
        late_attempts=LateAttempt.objects.filter(sketch__call=call).count(),
        per_day=submissions_per_day(call),
    )


def submissions_per_day(call: Call) -> list[tuple[dt.date, int]]:
    """(day, sketches first submitted on it), in order; days without any are left out."""
    first = call.sketches.exclude(current_version=None).annotate(first=Min("versions__submitted_at"))
    days: dict[dt.date, int] = {}
    for at in first.values_list("first", flat=True):
        day = at.astimezone(call.zone).date()
        days[day] = days.get(day, 0) + 1
    return sorted(days.items())
