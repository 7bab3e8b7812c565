"""A ranking that follows the grades: computed anew when something changed and a short while has been quiet.

Nothing is told by the message that wakes this. What counts is read anew: messages may be lost, doubled or late.
"""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.db.models import Max

from competition import clock
from competition.models import Call
from scoring.enums import RunState
from scoring.models import AggregationRun, Assessment, Recommendation
from scoring.selectors import aggregation_input
from scoring.selectors.ranking import calls_to_rank
from scoring.services import runs
from scoring.services.aggregation import COMPUTING_PHASES, input_hash, queue_run, run_parameters

QUIET = dt.timedelta(seconds=20)


def refresh_all() -> int:
    """Look at every call whose grades may still change. Returns how many rankings were queued."""
    return sum(refresh_ranking(call=call) for call in calls_to_rank(clock.database_now()))


def refresh_ranking(*, call: Call) -> bool:
    """Queue a ranking unless the newest one is of the very same grades, one is under way, or jurors are at it."""
    now = clock.database_now()
    if call.phase_at(now) not in COMPUTING_PHASES or call.aggregation_runs.filter(state__in=runs.UNDER_WAY).exists():
        return False
    changed = Assessment.objects.filter(juror__call=call).aggregate(Max("updated_at"), Max("finalised_at"))
    latest = max((instant for instant in changed.values() if instant), default=None)
    if latest is None or now - latest < QUIET:
        return False
    data = aggregation_input.load(call)
    newest = call.aggregation_runs.first()
    sha256 = input_hash(data, run_parameters(call))
    if not data.rows or (newest is not None and sha256 in (newest.input_sha256, newest.metrics.get("tried_sha256"))):
        return False
    return _queue(call, sha256)


@transaction.atomic
def _queue(call: Call, sha256: str) -> bool:
    try:
        with transaction.atomic():
            # Remembered from the beginning: grades that cannot be ranked are not tried again every minute.
            queue_run(by=None, call=call, metrics={"tried_sha256": sha256})
    except IntegrityError:
        return False  # somebody was faster
    _drop_superseded(call)
    return True


def _drop_superseded(call: Call) -> None:
    """Rankings that nobody asked for and nobody cites make room; the newest finished one is shown meanwhile."""
    shown = call.aggregation_runs.filter(state=RunState.DONE).values_list("pk", flat=True).first()
    cited = Recommendation.objects.filter(call=call).values("run")
    AggregationRun.objects.filter(
        call=call, created_by=None, frozen_at=None, state__in=(RunState.DONE, RunState.FAILED)
    ).exclude(pk__in=[shown] if shown else []).exclude(pk__in=cited).delete()
