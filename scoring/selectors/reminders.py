"""Jurors who may have to be reminded. The service looks again under the lock before it writes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Min, Q

from competition.enums import Phase
from competition.reminding import latest_share
from scoring.enums import AssessmentState
from scoring.models import Assessment, Juror

UNFINISHED = (AssessmentState.ASSIGNED, AssessmentState.STARTED)


@dataclass(frozen=True)
class Unfinished:
    """share: per cent of the juror's period that have passed. left: assessments to be finished, of `all`."""

    juror: Juror
    share: int
    left: int
    all: int


def jurors_to_remind(now: dt.datetime) -> list[Unfinished]:
    """Serving jurors with unfinished assessments at a share of their period, reminded already or not; one query."""
    standing = ~Q(assessments__state=AssessmentState.VOID)
    jurors = (
        Juror.objects.serving()
        .filter(call__assessment_due_at__isnull=False, call__formal_check_completed_at__lte=now, user__is_active=True)
        .filter(Q(call__assessment_due_at__gt=now) | Q(extended_until__gt=now))
        .filter(call__cancelled_at=None, call__archived_at=None, call__assessment_completed_at=None)
        .annotate(
            left=Count("assessments", filter=Q(assessments__state__in=UNFINISHED)),
            all=Count("assessments", filter=standing),
            since=Min("assessments__assigned_at", filter=standing),
        )
        .filter(left__gt=0)
        .select_related("user", "call__programme")
        .order_by("pk")
    )
    found = [(juror, _share(juror, vars(juror)["since"], now)) for juror in jurors]
    return [
        Unfinished(juror, share, vars(juror)["left"], vars(juror)["all"]) for juror, share in found if share is not None
    ]


def _share(juror: Juror, since: dt.datetime, now: dt.datetime) -> int | None:
    """The period begins when the formal check was complete and the juror had the first sketch."""
    call = juror.call
    until = juror.assess_until
    if call.phase_at(now) != Phase.ASSESSMENT or not call.formal_check_completed_at or until is None:
        return None
    begins = max(call.formal_check_completed_at, since)
    return latest_share(call.juror_reminder_shares, begins, until, now=now)


def unfinished_of(juror: Juror) -> tuple[int, int]:
    """(assessments to be finished, all of them)."""
    standing = Assessment.objects.standing().filter(juror=juror)
    return standing.filter(state__in=UNFINISHED).count(), standing.count()
