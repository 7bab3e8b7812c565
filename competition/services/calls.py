"""Calls: made, changed, published, cancelled."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.errors import InvalidInput
from accounts.guards import require
from accounts.models import User
from competition import audit, signals
from competition.clock import database_now
from competition.errors import IllegalTransition, NotReady
from competition.models import Call, CallListPage, CallPage, Programme, ReceiptTree
from competition.selectors import readiness
from competition.services.questions import create_default_questions, ensure_topics

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
TEXTS = ("title", "summary", "body", "who_may_apply", "how_judged")
TEXT_FIELDS = {name for text in TEXTS for name in (text, *(f"{text}_{language}" for language in LANGUAGES))}
EDITABLE = TEXT_FIELDS | {
    "slug", "languages", "default_language", "timezone", "currency", "budget", "max_per_project",
    "eligible_kinds", "min_organisations", "opens_at", "questions_until", "deadline", "assessment_due_at",
    "pitch_at", "result_at", "complaint_days", "jurors_per_sketch", "shortlist_size",
}  # fmt: skip
# Part of the call's identity once somebody may have seen it.
FIXED_WHEN_PUBLISHED = {"slug", "timezone", "currency"}
# What applicants rely on once they may have begun.
FIXED_WHEN_OPEN = {"opens_at", "eligible_kinds", "min_organisations"}
# What the call's calendar shows.
CALENDAR_DATES = {"opens_at", "questions_until", "deadline", "pitch_at", "result_at"}


def _check(call: Call) -> None:
    try:
        call.full_clean(exclude=["programme"])
    except ValidationError as error:
        raise InvalidInput(
            {("" if field == NON_FIELD_ERRORS else field): texts[0] for field, texts in error.message_dict.items()}
        ) from error


def _assign(call: Call, fields: dict[str, Any]) -> None:
    if unknown := fields.keys() - EDITABLE:
        raise TypeError(f"not fields of a call that can be set: {sorted(unknown)}")
    for name, value in fields.items():
        setattr(call, name, value)


@transaction.atomic
def create_call(*, by: User, programme: Programme, template: str = "default", **fields: Any) -> Call:
    """Make a call with its questions, and let scoring add criteria and scale in the same transaction.

    fields: columns of Call; texts also per language (`title_nb`). Raises NotAllowed, InvalidInput.
    """
    require("competition.create_call", by, programme)
    call = Call(programme=programme)
    _assign(call, fields)
    _check(call)
    call.save()
    ReceiptTree.objects.create(call=call)
    ensure_topics()
    create_default_questions(call=call, template=template)
    signals.call_created.send(sender=Call, call=call, template=template)
    audit.record(call=call, action="competition.create_call", by=by, template=template)
    return call


def _refuse_moving_what_is_fixed(call: Call, changed: set[str], before: Call, now: dt.datetime) -> None:
    errors = {}
    if before.published_at is not None:
        for name in changed & FIXED_WHEN_PUBLISHED:
            errors[name] = _("This cannot change after the call was published.")
        if before.opens_at <= now:
            for name in changed & FIXED_WHEN_OPEN:
                errors[name] = _("This cannot change after the call has opened.")
            if "deadline" in changed and call.deadline < before.deadline:
                errors["deadline"] = _("After the opening the deadline can only be moved to later.")
        if "deadline" in changed and before.deadline <= now:
            errors["deadline"] = _("The deadline has passed and cannot be moved.")
        elif "deadline" in changed and call.deadline <= now:
            errors["deadline"] = _("The new deadline must lie ahead.")
    if errors:
        raise InvalidInput(errors)


@transaction.atomic
def update_call(*, by: User, call: Call, **fields: Any) -> Call:
    """Change a call. Raises InvalidInput where applicants already rely on what would change."""
    require("competition.manage_call", by, call)
    before = Call.objects.select_for_update().get(pk=call.pk)
    changed = {name for name, value in fields.items() if getattr(before, name, None) != value}
    now = database_now()
    _assign(call, fields)
    _refuse_moving_what_is_fixed(call, changed, before, now)
    _check(call)
    call.changed_at = now if changed else before.changed_at
    call.dates_revision = before.dates_revision + bool(changed & CALENDAR_DATES)
    call.save(update_fields=sorted({*fields, "changed_at", "dates_revision"}))
    if changed:
        audit.record(
            call=call,
            action="competition.update_call",
            by=by,
            changed={name: [str(getattr(before, name)), str(fields[name])] for name in sorted(changed - TEXT_FIELDS)},
            texts=sorted(changed & TEXT_FIELDS),
        )
    return call


def _text_in(call: Call, field: str, language: str) -> str:
    return getattr(call, f"{field}_{language}") or getattr(call, f"{field}_{call.default_language}") or call.title


def _create_pages(call: Call) -> list[CallPage]:
    """One page per language of the call, below that language's list of calls; one that is there stays as it is."""
    present = {page.locale_id: page for page in call.pages.all()}
    key = next((page.translation_key for page in present.values()), uuid.uuid4())
    pages = []
    lists = CallListPage.objects.filter(locale__language_code__in=call.languages).select_related("locale")
    for parent in lists:
        if parent.locale_id in present:
            continue
        page = CallPage(
            title=_text_in(call, "title", parent.locale.language_code),
            slug=call.slug,
            call=call,
            locale=parent.locale,
            translation_key=key,
        )
        parent.add_child(instance=page)
        page.save_revision().publish()
        pages.append(page)
    return pages


@transaction.atomic
def publish_call(*, by: User, call: Call) -> Call:
    """Make the call public, with one page per language. Raises NotReady with everything that is missing."""
    require("competition.manage_call", by, call)
    locked = Call.objects.select_for_update().get(pk=call.pk)
    now = database_now()
    if locked.published_at is not None or locked.cancelled_at is not None:
        raise IllegalTransition(_("The call is published or cancelled already."))
    if problems := readiness.problems(locked, now=now):
        raise NotReady({problem.part: problem.text for problem in problems})
    call.published_at = now
    call.save(update_fields=["published_at"])
    _create_pages(call)
    signals.call_published.send(sender=Call, call=call)
    audit.record(call=call, action="competition.publish_call", by=by)
    return call


@transaction.atomic
def cancel_call(*, by: User, call: Call, reason: str) -> Call:
    """Cancel the call for good; the reason is public. Raises IllegalTransition after the decision."""
    require("competition.manage_call", by, call)
    locked = Call.objects.select_for_update().get(pk=call.pk)
    if locked.cancelled_at is not None or locked.decided_at is not None:
        raise IllegalTransition(_("The call is decided or cancelled already."))
    if not (reason := reason.strip()):
        raise InvalidInput({"reason": _("Give a reason. It is shown on the call's page.")})
    call.cancelled_at, call.cancelled_reason = database_now(), reason[:2000]
    call.dates_revision = locked.dates_revision + 1  # calendars strike the dates out
    call.save(update_fields=["cancelled_at", "cancelled_reason", "dates_revision"])
    audit.record(call=call, action="competition.cancel_call", by=by)
    return call
