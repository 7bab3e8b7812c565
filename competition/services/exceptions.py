"""Exceptions: one organisation begins earlier, or hands in later, than everybody else. The reason is public.

Locks are taken in one order: the head of the receipt tree, then the call. So a sketch that is on its way in under an
exception arrives before anybody asks whether the exception has been used.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.errors import InvalidInput
from accounts.guards import require
from accounts.models import Organisation, User
from competition import audit, signals
from competition.answers import Message
from competition.clock import database_now
from competition.errors import IllegalTransition
from competition.models import AccessException, Call, ReceiptTree
from competition.selectors.access import why_not_eligible
from competition.selectors.exceptions import is_used

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
REASON_LENGTH = 2000


def _locked(call: Call) -> Call:
    ReceiptTree.objects.select_for_update().get(call=call)
    return Call.objects.select_for_update().get(pk=call.pk)


def _check_call(call: Call) -> None:
    if call.published_at is None:
        raise IllegalTransition(_("Publish the call first: until then nobody can write in it."))
    if call.cancelled_at is not None or call.formal_check_completed_at is not None:
        raise IllegalTransition(_("Exceptions can be granted until the formal check is completed."))


def _check_instants(call: Call, opens_at: dt.datetime | None, closes_at: dt.datetime | None, now: dt.datetime) -> None:
    errors = {}
    if opens_at is None and closes_at is None:
        errors["closes_at"] = _("Say from when it may begin, or until when it may hand in.")
    if opens_at is not None and opens_at >= call.opens_at:
        errors["opens_at"] = _("An exception for an early start must begin before the call opens.")
    elif opens_at is not None and call.opens_at <= now:
        errors["opens_at"] = _("The call has opened already.")
    if closes_at is not None and closes_at <= call.deadline:
        errors["closes_at"] = _("An exception for handing in late must end after the deadline.")
    elif closes_at is not None and closes_at <= now:
        errors["closes_at"] = _("This moment has passed already.")
    if errors:
        raise InvalidInput(errors)


def _reasons(call: Call, reasons: Mapping[str, str]) -> dict[str, str | None]:
    """{column: text} of the languages in which something was written. The call's main language must be among them."""
    texts = {language: (reasons.get(language) or "").strip() for language in LANGUAGES}
    errors: dict[str, Message] = {
        f"reason_{language}": _("Shorten the reason to %(limit)s characters.") % {"limit": REASON_LENGTH}
        for language, text in texts.items()
        if len(text) > REASON_LENGTH
    }
    if not texts[call.default_language]:
        errors[f"reason_{call.default_language}"] = _("Give the reason. It is shown on the call's page.")
    if errors:
        raise InvalidInput(errors)
    return {f"reason_{language}": text or None for language, text in texts.items()}


@transaction.atomic
def grant_exception(
    *,
    by: User,
    call: Call,
    organisation: Organisation,
    reasons: Mapping[str, str],
    opens_at: dt.datetime | None = None,
    closes_at: dt.datetime | None = None,
) -> AccessException:
    """Let one organisation write from `opens_at`, or hand in until `closes_at`. reasons: {language: text}.

    Whoever may apply in the call may be granted one, with or without a draft. Raises NotAllowed, InvalidInput,
    IllegalTransition.
    """
    require("competition.grant_exception", by, call)
    locked = _locked(call)
    _check_call(locked)
    now = database_now()
    _check_instants(locked, opens_at, closes_at, now)
    texts = _reasons(locked, reasons)
    if reason := why_not_eligible(locked, organisation):
        raise InvalidInput({"organisation": reason})
    if AccessException.objects.standing().filter(call=locked, organisation=organisation).exists():
        raise InvalidInput({"organisation": _("This organisation has an exception already. Revoke that one first.")})
    exception = AccessException.objects.create(
        call=locked,
        organisation=organisation,
        opens_at=opens_at,
        closes_at=closes_at,
        granted_by=by,
        granted_at=now,
        **texts,
    )
    signals.exception_changed.send(sender=AccessException, exception=exception)
    audit.record(
        call=locked,
        action="competition.grant_exception",
        by=by,
        organisation=organisation.name,
        opens_at=str(opens_at or ""),
        closes_at=str(closes_at or ""),
        reason=texts[f"reason_{locked.default_language}"],
    )
    return exception


@transaction.atomic
def revoke_exception(*, by: User, exception: AccessException) -> AccessException:
    """Take back an exception that nobody has handed in by. Once is enough: a second time changes nothing.

    Raises NotAllowed, IllegalTransition.
    """
    require("competition.grant_exception", by, exception.call)
    call = _locked(exception.call)
    locked = AccessException.objects.select_for_update().get(pk=exception.pk)
    if locked.revoked_at is not None:
        return locked
    locked.call = call
    if is_used(locked):
        raise IllegalTransition(_("The organisation has handed in by this exception, so it stays."))
    locked.revoked_at = exception.revoked_at = database_now()
    locked.save(update_fields=["revoked_at"])
    signals.exception_changed.send(sender=AccessException, exception=locked)
    audit.record(call=call, action="competition.revoke_exception", by=by, organisation=str(locked.organisation))
    return locked
