"""What the jury's own work tells in the owner's pages, sealed to whoever sits in that jury.

Somebody may hold a seat and a role beside it. Who has sent, reopened or computed something is then as closed as grades.
"""

from __future__ import annotations

from django.db.models import QuerySet
from wagtail.models import ModelLogEntry

from competition.models import Call, Sketch
from scoring.selectors import people
from scoring.selectors.impartiality import left_rooms

OF_THE_JURYS_WORK = (
    "scoring.start_assessment",
    "scoring.finalise",
    "scoring.reopen",
    "scoring.extend_juror",
    "scoring.start_aggregation",
    "scoring.finish_aggregation",
)


def is_sealed_to(user, call: Call) -> bool:
    """Whether the person judges in the call, and must not learn how far the others have come."""
    return people.has_seat(user, call)


def without_sealed_entries(entries: QuerySet[ModelLogEntry], call: Call, user) -> QuerySet[ModelLogEntry]:
    """A call's log without the jury's work, for its members; and without what the jury did about a left room."""
    if is_sealed_to(user, call):
        entries = entries.exclude(action__in=OF_THE_JURYS_WORK)
    left = left_rooms(user, call)
    if left:
        references = list(Sketch.objects.filter(pk__in=left).values_list("reference", flat=True))
        about = entries.filter(action__startswith="scoring.", data__sketch__in=references)
        entries = entries.exclude(pk__in=about.values("pk"))
    return entries
