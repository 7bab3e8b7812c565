"""Deletes what must not be kept any longer. Run daily; safe to run twice, and at once."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from competition import audit
from competition.clock import database_now
from competition.enums import SketchState
from competition.models import Sketch
from competition.private_files import discard_attached
from competition.selectors import retention as due


@dataclass(frozen=True)
class Deleted:
    drafts: int
    late_attempts: int
    sessions: int


def delete_what_is_due() -> Deleted:
    """One transaction for each draft, so that one which cannot go does not hold the others."""
    now = database_now()
    drafts = sum(delete_draft(sketch=sketch) for sketch in due.due_drafts(now))
    late_attempts = due.old_late_attempts(now).delete()[0]
    sessions = due.dead_sessions(now).delete()[0]
    return Deleted(drafts=drafts, late_attempts=late_attempts, sessions=sessions)


@transaction.atomic
def delete_draft(*, sketch: Sketch) -> bool:
    """Delete a draft with its answers and files; whether it was still there and still due.

    The reference stays in the call's log, so that "where is our draft?" has an answer.
    """
    now = database_now()
    Sketch.objects.select_for_update().filter(pk=sketch.pk).first()
    locked = Sketch.objects.with_window().select_related("call").filter(pk=sketch.pk).first()
    if locked is None or locked.state != SketchState.DRAFT or locked.current_version_id is not None:
        return False
    if not due.is_due(locked, now):
        return False
    names = [str(attachment.file.name) for attachment in locked.attachments.all()]
    locked.attachments.all().delete()
    reference, call = locked.reference, locked.call
    locked.delete()
    audit.record(call=call, action="competition.delete_draft", by=None, sketch=reference)
    transaction.on_commit(lambda: discard_attached(*names))
    return True
