"""Letters about endorsements: the request, one reminder of it, and what was answered."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import translation

from competition.clock import database_now
from competition.enums import EndorsementState
from competition.models import Endorsement
from competition.selectors.endorsements import answered, open_requests, token_of
from competition.selectors.reminders import writers_of
from competition.services.enquiry_letters import address_mark
from notifications.enums import LetterKind
from notifications.links import link
from notifications.models import Letter
from notifications.services import write_letter

REMIND_BEFORE = dt.timedelta(days=3)
YOUNG, OLD = dt.timedelta(minutes=2), dt.timedelta(days=7)


def _write(kind: LetterKind, record: Endorsement, readers: list[tuple[str, str]]) -> int:
    """How many letters are new. Each request is another occasion."""
    written, sketch = 0, record.sketch
    for address, language in readers:
        occasion = f"{kind}:{record.pk}:{record.nonce}:{address_mark(address)}"
        if Letter.objects.filter(occasion=occasion).exists():
            continue
        written += 1
        with translation.override(language):
            context = {
                "record": record,
                "sketch": sketch,
                "call": sketch.call,
                "lead": sketch.organisation,
                "url": link(language, "competition:endorse", token_of(record)),
                "sketch_url": link(language, "competition:endorsement", sketch.reference),
            }
            write_letter(
                occasion=occasion, kind=kind, recipient=address, language=language, context=context, about=sketch.call
            )
    return written


def _endorser(record: Endorsement) -> list[tuple[str, str]]:
    return [(record.mailbox.lower(), record.sketch.organisation.letter_language or record.sketch.language)]


@transaction.atomic
def write_request(*, endorsement: Endorsement) -> int:
    """Ask the mailbox of the endorser. Safe to call twice; nothing where it is answered or void meanwhile."""
    if not endorsement.is_usable_at(database_now()):
        return 0
    return _write(LetterKind.ENDORSEMENT_REQUEST, endorsement, _endorser(endorsement))


@transaction.atomic
def write_answer(*, endorsement: Endorsement) -> int:
    """Tell those who write the sketch. Safe to call twice."""
    if endorsement.state not in (EndorsementState.GIVEN, EndorsementState.REFUSED):
        return 0
    readers = [(one.address, one.language) for one in writers_of(endorsement.sketch, database_now())]
    return _write(LetterKind.ENDORSEMENT_ANSWER, endorsement, readers)


@transaction.atomic
def _remind(endorsement: Endorsement) -> int:
    state = Endorsement.objects.select_for_update().values_list("state", flat=True).get(pk=endorsement.pk)
    if state != EndorsementState.ASKED:
        return 0
    return _write(LetterKind.ENDORSEMENT_REMINDER, endorsement, _endorser(endorsement))


def remind_due() -> int:
    """Remind of requests that run out within three days; each once. Returns how many letters are new."""
    now = database_now()
    due = open_requests(now).filter(expires_at__lte=now + REMIND_BEFORE)
    return sum(_remind(one) for one in due if one.asked_at < one.expires_at - REMIND_BEFORE)


def write_missing() -> int:
    """Make up for letters that were missed, because a queue or a worker was lost."""
    now = database_now()
    asked = open_requests(now).filter(asked_at__range=(now - OLD, now - YOUNG))
    return sum(write_request(endorsement=one) for one in asked) + sum(
        write_answer(endorsement=one) for one in answered(now - OLD, now - YOUNG)
    )
