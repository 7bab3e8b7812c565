"""The endorsement: asked of a mailbox, answered by whoever has its one-time link.

The sketch's row is locked first, so that nobody endorses a text that changes at the same instant.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.errors import InvalidInput, Refused
from accounts.guards import require
from accounts.models import User
from competition import audit, signals
from competition.clock import database_now
from competition.enums import EndorsementState
from competition.errors import DeadlinePassed, NotOpen
from competition.models import Endorsement, Sketch
from competition.selectors.access import window_of
from competition.selectors.endorsements import by_token, draft_content, is_asked_for
from competition.services.sketches import lock_draft

REQUEST_DAYS = 30
VOID = _("This link no longer counts. Ask the applicant for a new one.")


@transaction.atomic
def ask_endorsement(*, by: User, sketch: Sketch, role_title: str, mailbox: str) -> Endorsement:
    """Ask the top management to endorse the sketch as it stands; an unanswered earlier request is void.

    Raises NotAllowed, NotOpen, DeadlinePassed, InvalidInput.
    """
    require("competition.ask_endorsement", by, sketch)
    locked, is_late = lock_draft(sketch)
    if is_late:
        raise DeadlinePassed(window_of(locked).closes_at, _("The deadline has passed."))
    if not is_asked_for(locked.call):
        raise NotOpen(_("This call does not ask for an endorsement."))
    if not (role_title := " ".join(role_title.split())[:120]):
        raise InvalidInput({"role_title": _("This must be filled in.")})
    now = database_now()
    locked.endorsements.filter(state=EndorsementState.ASKED).update(state=EndorsementState.REPLACED)
    record = Endorsement.objects.create(
        sketch=locked,
        role_title=role_title,
        mailbox=mailbox,
        asked_by=by,
        asked_at=now,
        expires_at=min(now + dt.timedelta(days=REQUEST_DAYS), window_of(locked).closes_at),
    )
    signals.endorsement_asked.send(sender=Endorsement, endorsement=record)
    _log("ask", record, by)
    return record


def _log(verb: str, record: Endorsement, by: User | None = None) -> None:
    audit.record(
        call=record.sketch.call, action=f"competition.{verb}_endorsement", by=by, sketch=record.sketch.reference
    )


@transaction.atomic
def give_endorsement(*, token: str, seen: str) -> Endorsement:
    """Say yes to the text whose hash is `seen`, which the page carried.

    Raises Refused where the link does not count, or the text has changed since the page was opened.
    """
    record, content = _open_request(token)
    if seen != content:
        raise Refused(
            _("The sketch was changed while you read it. Nothing is endorsed yet: read it again as it is now.")
        )
    return _answer(record, EndorsementState.GIVEN, content)


@transaction.atomic
def refuse_endorsement(*, token: str, reason: str) -> Endorsement:
    """Say no, with a reason that those who write the sketch read."""
    if not (reason := reason.strip()[:2000]):
        raise InvalidInput({"reason": _("Say shortly why you do not endorse the sketch.")})
    record, content = _open_request(token)
    record.reason = reason
    return _answer(record, EndorsementState.REFUSED, content)


def _open_request(token: str) -> tuple[Endorsement, str]:
    found = by_token(token)
    if found is None:
        raise Refused(VOID)
    locked, _late = lock_draft(found.sketch)
    record = Endorsement.objects.select_for_update().get(pk=found.pk)
    if not record.is_usable_at(database_now()):
        raise Refused(VOID)
    record.sketch = locked
    return record, draft_content(locked)


def _answer(record: Endorsement, state: EndorsementState, content: str) -> Endorsement:
    record.state, record.content_sha256, record.answered_at = state, content, database_now()
    record.draft_revision = record.sketch.draft_revision
    record.save()
    signals.endorsement_answered.send(sender=Endorsement, endorsement=record)
    _log("give" if state == EndorsementState.GIVEN else "refuse", record)
    return record
