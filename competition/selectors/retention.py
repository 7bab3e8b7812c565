"""What has been kept long enough. A dry run says what stands here; the run itself does just that."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from competition.enums import SketchState
from competition.models import (
    Answer,
    AnswerHistory,
    Attachment,
    Call,
    CallRecords,
    LateAttempt,
    Sketch,
    SketchVersion,
)
from competition.retention import SECURITY_LOG_MONTHS, drafts_go_at, months_later, sketches_go_at
from competition.selectors.call_records import handed_in
from competition.selectors.stored_files import orphans
from notifications.enums import LetterKind
from notifications.models import Letter
from notifications.old_mail import due_mails


@dataclass(frozen=True)
class Contents:
    """What was submitted to one call: references of the sketches, and how much of each kind goes."""

    call: Call
    sketches: list[str]
    versions: int
    answers: int
    earlier: int
    files: int
    letters: int

    def told(self) -> dict[str, Any]:
        return {**vars(self), "call": self.call.slug}


@dataclass(frozen=True)
class Plan:
    """What a run would delete (`drafts` to `files`), and the calls whose records nobody has said to be kept.

    mails: sent ones. files: names in the private storage that no row points to.
    """

    drafts: list[Sketch]
    late_attempts: int
    sessions: int
    contents: list[Contents]
    mails: int
    files: list[str]
    waiting: list[tuple[Call, dt.datetime]]


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


def receipt_letters(call: Call) -> QuerySet[Letter]:
    """They carry everything that was submitted, as text and as PDF."""
    return Letter.objects.about(call).filter(kind=LetterKind.RECEIPT)


def contents_of(call: Call) -> Contents:
    """What would go of the call now."""
    sketches = handed_in(call)
    return Contents(
        call=call,
        sketches=list(sketches.order_by("reference").values_list("reference", flat=True)),
        versions=SketchVersion.objects.filter(sketch__call=call).exclude(canonical="").count(),
        answers=Answer.objects.filter(sketch__in=sketches).count(),
        earlier=AnswerHistory.objects.filter(sketch__in=sketches).count(),
        files=Attachment.objects.filter(sketch__in=sketches).count(),
        letters=receipt_letters(call).count(),
    )


def plan(now: dt.datetime) -> Plan:
    due = due_calls(now)
    known = CallRecords.objects.filter(call__in=[call for call, _since in due], kept_at__isnull=False)
    deleted = dict(known.values_list("call_id", "deleted_at"))
    return Plan(
        drafts=due_drafts(now),
        late_attempts=old_late_attempts(now).count(),
        sessions=dead_sessions(now).count(),
        contents=[contents_of(call) for call, _since in due if call.pk in deleted and deleted[call.pk] is None],
        mails=due_mails(now).count(),
        files=orphans(now),
        waiting=[(call, since) for call, since in due if call.pk not in deleted],
    )
