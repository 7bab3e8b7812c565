"""What has been kept long enough."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from competition.enums import SketchState
from competition.models import Call, LateAttempt, Sketch
from competition.retention import SECURITY_LOG_MONTHS, drafts_go_at, months_later, sketches_go_at


@dataclass(frozen=True)
class Plan:
    """What a run would delete (`drafts` to `sessions`), and the calls whose submissions are due for the archive."""

    drafts: list[Sketch]
    late_attempts: int
    sessions: int
    calls: list[tuple[Call, dt.datetime]]

    @property
    def is_empty(self) -> bool:
        return not (self.drafts or self.late_attempts or self.sessions or self.calls)


def due_drafts(now: dt.datetime) -> list[Sketch]:
    """Never submitted, and the call closed long enough ago. One query."""
    drafts = (
        Sketch.objects.filter(state=SketchState.DRAFT, current_version=None)
        .with_window()
        .select_related("call", "organisation")
        .order_by("call_id", "pk")
    )
    return [sketch for sketch in drafts if is_due(sketch, now)]


def is_due(sketch: Sketch, now: dt.datetime) -> bool:
    """For a sketch read `with_window`."""
    return drafts_go_at(sketch.call, sketch.window_closes_at) <= now  # type: ignore[attr-defined]


def old_late_attempts(now: dt.datetime) -> QuerySet[LateAttempt]:
    return LateAttempt.objects.filter(attempted_at__lt=months_later(now, -SECURITY_LOG_MONTHS, dt.UTC))


def dead_sessions(now: dt.datetime) -> QuerySet[Session]:
    return Session.objects.filter(expire_date__lt=now)


def due_calls(now: dt.datetime) -> list[tuple[Call, dt.datetime]]:
    """(call, since when) where what was submitted has been kept long enough. One query."""
    ended = Call.objects.exclude(result_published_at=None, cancelled_at=None).order_by("pk")
    found = [(call, sketches_go_at(call)) for call in ended]
    return [(call, at) for call, at in found if at is not None and at <= now]


def plan(now: dt.datetime) -> Plan:
    return Plan(
        drafts=due_drafts(now),
        late_attempts=old_late_attempts(now).count(),
        sessions=dead_sessions(now).count(),
        calls=due_calls(now),
    )
