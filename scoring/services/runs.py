"""What both jobs have in common: taking a run up, telling how far it is, and finishing it exactly once.

A run is taken up by holding a PostgreSQL advisory lock for as long as the work lasts. The lock belongs to the worker's
database connection and dies with it: a message delivered twice finds the lock held and goes away, and a worker that was
killed leaves a run that anybody may take up at once. The result is written on that same connection, so a worker that
lost its lock cannot write one. (A connection pooler must keep a session on one connection: no transaction pooling.)
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import DateTimeField, F, Func, JSONField, Q, Value
from django.db.models.functions import Coalesce
from django.utils import translation
from django.utils.translation import gettext as _

from competition import clock
from scoring.enums import RunState
from scoring.errors import NoSolution
from scoring.models import AggregationRun, AssignmentRun
from scoring.models.assignment import Run
from scoring.signals import run_queued

logger = logging.getLogger(__name__)
AnyRun = TypeVar("AnyRun", AssignmentRun, AggregationRun)
LOCK_SPACE: dict[type[Run], int] = {AssignmentRun: 71_101, AggregationRun: 71_102}
SILENCE = dt.timedelta(seconds=60)
# The database's clock, read where the row is written.
NOW = Func(function="skisse_now", output_field=DateTimeField())
RELATED: dict[type[Run], tuple[str, ...]] = {AssignmentRun: ("base",)}
JOINED = "%(expressions)s"  # two JSON lists, joined by PostgreSQL's ||
UNDER_WAY = (RunState.QUEUED, RunState.RUNNING)


def execute(model: type[AnyRun], run_id: int, work: Callable[[AnyRun], None]) -> str:
    """Do the work of a run unless somebody else does it or it is over. Returns the state, or "held".

    `work` computes outside any transaction and ends with `finish`. A NoSolution is told to the person who started the
    run; any other error is logged, marks the run as failed and is raised. When the database goes away nothing is
    marked: the task is tried again.
    """
    with _lock(model, run_id) as held:
        if not held:
            return "held"
        run = _begin(model, run_id)
        if run is None:
            return model.objects.filter(pk=run_id).values_list("state", flat=True).first() or "gone"
        try:
            # Progress and reasons are texts for whoever started the run.
            with translation.override(run.created_by.language if run.created_by else settings.LANGUAGE_CODE):
                work(run)
        except NoSolution as refusal:
            _fail(run, str(refusal))
            return RunState.FAILED
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            logger.exception("run %s failed", run.key)
            _fail(run, _("Something went wrong on our side. It has been logged; start the run again."))
            raise
        return RunState.DONE


def tell(run: AnyRun, percent: int, message: str) -> None:
    """Say how far the run is; visible at once, as nothing here stands in a transaction. The log keeps it."""
    entry = {"at": clock.database_now().isoformat(), "percent": percent, "message": message[:300]}
    _show(run, percent, message, log=Func(F("log"), Value([entry], JSONField()), arg_joiner=" || ", template=JOINED))


def finish(run: AnyRun, *, store: Callable[[AnyRun], None], **fields) -> None:
    """Write the whole result and the state in one transaction: all of it, once."""
    with transaction.atomic():
        row = type(run).objects.select_for_update().get(pk=run.pk)
        if row.state != RunState.RUNNING:
            raise NoSolution(_("This run is over."))
        store(row)
        type(run).objects.filter(pk=run.pk).update(
            **fields, state=RunState.DONE, progress=100, message="", finished_at=NOW, heartbeat_at=NOW
        )


def _show(run: AnyRun, percent: int, message: str, **fields: Any) -> None:
    type(run).objects.filter(pk=run.pk).update(progress=percent, message=message[:300], heartbeat_at=NOW, **fields)


def teller(run: AnyRun, start: int, end: int, message: str) -> Callable[[float, str], None]:
    """A progress callback for a solver: fraction 0 to 1 becomes percent, told at most once a second."""
    told_at = time.monotonic()

    def report(fraction: float, _message: str) -> None:
        nonlocal told_at
        if time.monotonic() - told_at >= 1:
            told_at = time.monotonic()
            _show(run, start + round((end - start) * fraction), message)

    return report


def requeue_dead_runs() -> int:
    """Hand out again the runs that show no sign of life. A run that lives after all holds its lock, and wins."""
    return _requeue(AssignmentRun) + _requeue(AggregationRun)


@transaction.atomic
def _requeue(model: type[AnyRun]) -> int:
    silent_since = clock.database_now() - SILENCE
    dead = list(
        model.objects.select_for_update(skip_locked=True)
        .filter(state__in=UNDER_WAY)
        .filter(Q(heartbeat_at__lt=silent_since) | Q(heartbeat_at=None, created_at__lt=silent_since))
    )
    for run in dead:
        run.heartbeat_at = clock.database_now()  # so that the next round leaves it alone for a while
        run.save(update_fields=["heartbeat_at"])
        run_queued.send(sender=model, run=run)
    return len(dead)


def _begin(model: type[AnyRun], run_id: int) -> AnyRun | None:
    begun = model.objects.filter(pk=run_id, state__in=UNDER_WAY).update(
        state=RunState.RUNNING, progress=1, message="", started_at=Coalesce("started_at", NOW), heartbeat_at=NOW
    )
    return model.objects.select_related("call", "created_by", *RELATED.get(model, ())).get(pk=run_id) if begun else None


def _fail(run: AnyRun, reason: str) -> None:
    type(run).objects.filter(pk=run.pk).update(
        state=RunState.FAILED, failure=reason, message="", finished_at=NOW, heartbeat_at=NOW
    )


@contextmanager
def _lock(model: type[Run], run_id: int) -> Iterator[bool]:
    key = [LOCK_SPACE[model], run_id]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", key)
        held = cursor.fetchone()[0]
    try:
        yield held
    finally:
        # A connection that broke has given the lock back already.
        if held and connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", key)
