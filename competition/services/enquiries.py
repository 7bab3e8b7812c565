"""Asking about a call. Only the owner's side and the asker see the question before its answer is published."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.characters import clean_text, units
from accounts.errors import InvalidInput
from accounts.guards import require
from accounts.models import Organisation, User
from accounts.selectors import organisations_of
from competition import audit
from competition.clock import database_now
from competition.errors import QuestionsClosed
from competition.models import Call, Enquiry
from competition.selectors.enquiries import open_of, questions_close_at, takes_questions_at

OPEN_AT_MOST = 20
TEXT_AT_MOST = 2000


def lock_call(call: Call) -> Call:
    """The call as it stands, locked before any of its questions or meetings: whoever changes one changes the call's
    count, and two who lock in different order would wait for each other for ever."""
    return Call.objects.select_for_update(no_key=True).get(pk=call.pk)


def checked_text(field: str, text: str, limit: int) -> str:
    """The cleaned text. Raises InvalidInput for the field where there is nothing, too much, or what cannot be read."""
    try:
        text = clean_text(text.replace("\x00", "")).strip()
    except ValidationError as error:
        raise InvalidInput({field: error.messages[0]}) from error
    if not text:
        raise InvalidInput({field: _("Write something here.")})
    return within(field, text, limit)


def within(field: str, text: str, limit: int) -> str:
    if (length := units(text)) > limit:
        values = {"length": length, "limit": limit}
        raise InvalidInput({field: _("The text has %(length)s characters; at most %(limit)s fit.") % values})
    return text


@transaction.atomic
def ask(
    *,
    by: User,
    call: Call,
    text: str,
    language: str,
    organisation: Organisation | None = None,
    idempotency_key: uuid.UUID | None = None,
) -> Enquiry:
    """Send a question to the owner of the call, once however often the button is pressed.

    Raises NotAllowed, QuestionsClosed, InvalidInput. The log does not say who asked: observers read it.
    """
    require("competition.ask", by, call)
    text = checked_text("text", text, TEXT_AT_MOST)
    if organisation is not None and not organisations_of(by).filter(pk=organisation.pk).exists():
        raise InvalidInput({"organisation": _("Choose one of your own organisations.")})
    locked = lock_call(call)
    if (earlier := _sent_before(by, locked, text, idempotency_key)) is not None:
        return earlier
    now = database_now()
    if not takes_questions_at(locked, now):
        raise QuestionsClosed(questions_close_at(locked))
    _refuse_too_many(by, locked)
    is_free = not Enquiry.objects.filter(idempotency_key=idempotency_key).exists()
    enquiry = Enquiry.objects.create(
        call=locked,
        text=text,
        language=language if language in dict(settings.LANGUAGES) else locked.default_language,
        asked_by=by,
        organisation=organisation,
        asked_at=now,
        idempotency_key=idempotency_key if is_free else None,
    )
    audit.record(call=locked, action="competition.ask", by=None)
    return enquiry


def _sent_before(by: User, call: Call, text: str, key: uuid.UUID | None) -> Enquiry | None:
    """The question of the same press of the button, or the same text, which still waits."""
    mine = Enquiry.objects.filter(call=call, asked_by=by)
    if key is not None and (found := mine.filter(idempotency_key=key).first()):
        return found
    return Enquiry.objects.waiting().filter(call=call, asked_by=by, text=text).first()


def _refuse_too_many(by: User, call: Call) -> None:
    if open_of(by, call) >= OPEN_AT_MOST:
        text = ngettext(
            "%(count)s question of yours about this call waits for an answer. Ask again when it is answered.",
            "%(count)s questions of yours about this call wait for answers. Ask again when some of them are answered.",
            OPEN_AT_MOST,
        )
        raise InvalidInput({"text": text % {"count": OPEN_AT_MOST}})
