"""Letters about who stands behind a sketch: the invitation, one reminder of it, and what was answered."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils import translation

from competition.clock import database_now
from competition.enums import CoApplicantState
from competition.models import CoApplicant
from competition.selectors.co_applicants import addresses_of, answers_without_letter, running, token_of
from competition.selectors.reminders import writers_of
from competition.services.enquiry_letters import address_mark
from notifications.enums import LetterKind
from notifications.links import link
from notifications.models import Letter
from notifications.services import write_letter

REMIND_BEFORE = dt.timedelta(days=3)
YOUNG, OLD = dt.timedelta(minutes=2), dt.timedelta(days=7)


def _occasion(what: str, co: CoApplicant) -> str:
    """Up to the address. A new link is another occasion."""
    return f"co-{what}:{co.pk}:{co.nonce}:"


def _write(kind: LetterKind, occasion: str, co: CoApplicant, readers: list[tuple[str, str]], **more: Any) -> int:
    """How many letters are new."""
    written = 0
    for address, language in readers:
        key = f"{occasion}{address_mark(address)}"
        written += not Letter.objects.filter(occasion=key).exists()
        with translation.override(language):
            context = {
                "co": co,
                "sketch": co.sketch,
                "call": co.sketch.call,
                "lead": co.sketch.organisation,
                "url": link(language, "competition:co_applicant_answer", token_of(co)),
                "sketch_url": link(language, "competition:co_applicants", co.sketch.reference),
                **more,
            }
            write_letter(
                occasion=key, kind=kind, recipient=address, language=language, context=context, about=co.sketch.call
            )
    return written


@transaction.atomic
def write_invitation(*, co_applicant: CoApplicant) -> int:
    """Ask the organisation's mailbox and administrators; returns how many letters are new. Safe to call twice."""
    if not co_applicant.is_usable_at(database_now()):
        return 0
    return _write(
        LetterKind.CO_APPLICANT_INVITATION, _occasion("invitation", co_applicant), co_applicant,
        addresses_of(co_applicant), again=False,
    )  # fmt: skip


@transaction.atomic
def write_answer(*, co_applicant: CoApplicant) -> int:
    """Tell the lead applicant what was answered, and both sides of a withdrawal. Safe to call twice."""
    state = co_applicant.state
    if state == CoApplicantState.INVITED:
        return 0
    readers = [(reader.address, reader.language) for reader in writers_of(co_applicant.sketch, database_now())]
    if state == CoApplicantState.WITHDRAWN:
        known = {address for address, _language in readers}
        readers += [one for one in addresses_of(co_applicant) if one[0] not in known]
    return _write(LetterKind.CO_APPLICANT_ANSWER, _occasion(state, co_applicant), co_applicant, readers)


@transaction.atomic
def _remind(co: CoApplicant) -> int:
    row = CoApplicant.objects.select_for_update().get(pk=co.pk)
    if row.nonce != co.nonce or not row.is_usable_at(database_now()):
        return 0
    return _write(
        LetterKind.CO_APPLICANT_REMINDER, _occasion("reminder", co), co, addresses_of(co), again=True
    )  # fmt: skip


def _without(invitations: QuerySet[CoApplicant], what: str) -> QuerySet[CoApplicant]:
    occasion = Concat(
        Value(f"co-{what}:"), Cast("pk", CharField()), Value(":"), Cast("nonce", CharField()), Value(":"),
        output_field=CharField(),
    )  # fmt: skip
    letters = Letter.objects.filter(occasion__startswith=OuterRef("occasion"))
    return invitations.annotate(occasion=occasion).filter(~Exists(letters))


def remind_due() -> int:
    """Remind of invitations that run out within three days; each once. Returns how many letters are new."""
    now = database_now()
    due = running(now).filter(expires_at__lte=now + REMIND_BEFORE)
    rows = [co for co in _without(due, "reminder") if co.invited_at < co.expires_at - REMIND_BEFORE]
    return sum(_remind(co) for co in rows)


def write_missing() -> int:
    """Make up for letters that were missed, because a queue or a worker was lost."""
    now = database_now()
    asked = _without(running(now).filter(invited_at__lt=now - YOUNG, invited_at__gt=now - OLD), "invitation")
    answered = answers_without_letter(now - OLD, now - YOUNG)
    return sum(write_invitation(co_applicant=co) for co in asked) + sum(
        write_answer(co_applicant=co) for co in answered
    )
