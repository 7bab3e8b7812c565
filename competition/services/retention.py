"""Deletes what must not be kept any longer. Run daily; safe to run twice, and at once."""

from __future__ import annotations

from django.db import transaction

from competition import audit
from competition.clock import database_now
from competition.enums import SketchState
from competition.models import Sketch
from competition.private_files import discard, discard_attached
from competition.selectors import retention as due
from competition.services.records import delete_contents
from notifications.old_mail import delete_mails, due_mails


def delete_what_is_due() -> due.Plan:
    """Do what the plan says, and return what was done of it.

    One transaction for each draft and each call, so that one which cannot go does not hold the others.
    """
    found = due.plan(now := database_now())
    mails = delete_mails(due_mails(now))  # before the contents, which take mails of their own along
    contents = [delete_contents(call=one.call) for one in found.contents]
    # As named, and not looked for anew: what the run itself leaves behind goes on commit, or is found by the next one.
    discard(*found.files)
    return due.Plan(
        drafts=[sketch for sketch in found.drafts if delete_draft(sketch=sketch)],
        late_attempts=due.old_late_attempts(now).delete()[0],
        sessions=due.dead_sessions(now).delete()[0],
        contents=[one for one in contents if one is not None],
        mails=mails,
        files=found.files,
        waiting=found.waiting,
    )


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
