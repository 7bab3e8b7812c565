"""Calls: made, changed, published, cancelled."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.errors import InvalidInput
from accounts.guards import require
from accounts.models import User
from competition import amendment_rules, audit, signals
from competition.clock import database_now
from competition.enums import Phase
from competition.errors import IllegalTransition, NotReady
from competition.models import Call, CallListPage, CallPage, Programme, ReceiptTree, Topic
from competition.selectors import readiness
from competition.services.amendable import CALL_FIELDS
from competition.services.copying import copied_fields
from competition.services.programme_pages import ensure_programme_pages
from competition.services.questions import copy_form, create_default_questions, ensure_topics
from competition.services.revisions import merged, same

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
TEXTS = ("title", "summary", "body", "who_may_apply", "how_judged")
TEXT_FIELDS = {name for text in TEXTS for name in (text, *(f"{text}_{language}" for language in LANGUAGES))}
EDITABLE = TEXT_FIELDS | {
    "slug", "languages", "default_language", "timezone", "currency", "budget", "max_per_project",
    "eligible_kinds", "min_organisations", "opens_at", "questions_until", "deadline", "assessment_due_at",
    "pitch_at", "result_at", "complaint_days", "jurors_per_sketch", "shortlist_size", "eligible_countries", "topics",
    "hours_to_write", "min_open_days", "text_lock_days", "withdraw_until", "draft_reminder_days",
    "juror_reminder_shares", "unconfirmed_co_applicants", "endorsement", "keep_drafts_months", "keep_sketches_months",
}  # fmt: skip
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
    """Set the columns; topics, which are rows of their own, are set once the call is saved."""
    if unknown := fields.keys() - EDITABLE:
        raise TypeError(f"not fields of a call that can be set: {sorted(unknown)}")
    for name, value in fields.items():
        if name != "topics":
            setattr(call, name, value)


@transaction.atomic
def create_call(
    *, by: User, programme: Programme, template: str = "default", source: Call | None = None, **fields: Any
) -> Call:
    """Make a call with its questions, and let scoring add criteria and scale in the same transaction.

    fields: columns of Call; texts also per language (`title_nb`). source: an older call whose texts, settings, form,
    criteria and topics the new one begins with, where `fields` say nothing else. Its dates that nobody gives are
    counted from the deadline. Raises NotAllowed, InvalidInput.
    """
    require("competition.create_call", by, programme)
    if source is not None:
        require("competition.view_workspace", by, source)
    if missing := {name for name in ("opens_at", "deadline") if fields.get(name) is None}:
        raise InvalidInput(
            dict.fromkeys(sorted(missing), _("A new call needs the hours at which it opens and closes."))
        )
    call = Call(programme=programme, copied_from=source)
    if source is not None:
        call.access = source.access
        zone = fields.get("timezone", source.timezone)
        fields = copied_fields(source, deadline=fields["deadline"], zone=zone, opens_at=fields["opens_at"]) | fields
    _assign(call, fields)
    _check(call)
    call.save()
    ReceiptTree.objects.create(call=call)
    ensure_topics()
    if source is None:
        create_default_questions(call=call, template=template)
    else:
        copy_form(source=source, target=call)
        call.topics.set(source.topics.all())
    signals.call_created.send(sender=Call, call=call, template=template, source=source)
    origin = {"template": template} if source is None else {"copy_of": source.slug}
    audit.record(call=call, action="competition.create_call", by=by, **origin)
    return call


def _refuse_moving_what_is_fixed(before: Call, fields: dict[str, Any], now: dt.datetime) -> None:
    """Raise InvalidInput for each of the changed fields that somebody relies on by now."""
    errors: dict[str, Any] = {}
    if before.published_at is not None:
        errors |= dict.fromkeys(
            fields.keys() & amendment_rules.FIXED_WHEN_PUBLISHED, _("This cannot change after the call was published.")
        )
    if before.phase_at(now) not in (Phase.DRAFT, Phase.ANNOUNCED):
        errors |= dict.fromkeys(
            fields.keys() & CALL_FIELDS.keys(), _("The call has opened: this changes by an amendment.")
        )
        errors |= dict.fromkeys(
            fields.keys() & amendment_rules.FIXED_WHEN_OPEN, _("This cannot change after the call has opened.")
        )
    elif "deadline" in fields and before.published_at is not None and fields["deadline"] <= now:
        errors["deadline"] = _("The new deadline must lie ahead.")
    if errors:
        raise InvalidInput(errors)


def _present(call: Call, names: Iterable[str]) -> dict[str, Any]:
    topics = list(call.topics.values_list("code", flat=True)) if "topics" in names else []
    return {name: topics if name == "topics" else getattr(call, name) for name in names}


@transaction.atomic
def update_call(
    *,
    by: User,
    call: Call,
    expected_revision: int | None = None,
    seen: Mapping[str, str] | None = None,
    **fields: Any,
) -> Call:
    """Change a call that has not opened yet; of an open one, what applicants do not rely on.

    fields: columns of Call; `topics` as codes. expected_revision and `seen`: see services.revisions. Raises NotAllowed,
    StaleEdit, InvalidInput where applicants already rely on what would change.
    """
    require("competition.manage_call", by, call)
    locked = Call.objects.select_for_update().get(pk=call.pk)
    present = _present(locked, fields)
    fields = merged(present=present, wanted=fields, seen=seen, expected=expected_revision, count=locked.revision)
    changed = {name: value for name, value in fields.items() if not same(present[name], value)}
    now = database_now()
    _refuse_moving_what_is_fixed(locked, changed, now)
    _assign(locked, changed)
    _check(locked)
    if changed:
        locked.revision += 1
        locked.changed_at = now
        locked.dates_revision += bool(changed.keys() & CALENDAR_DATES)
        columns = changed.keys() - {"topics"}
        locked.save(update_fields=sorted({*columns, "revision", "changed_at", "dates_revision"}))
        if "topics" in changed:
            locked.topics.set(Topic.objects.filter(code__in=changed["topics"]))
        audit.record(
            call=locked,
            action="competition.update_call",
            by=by,
            changed={name: [str(present[name]), str(changed[name])] for name in sorted(changed.keys() - TEXT_FIELDS)},
            texts=sorted(changed.keys() & TEXT_FIELDS),
        )
    call.refresh_from_db()
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
    ensure_programme_pages(programme=call.programme)
    signals.call_published.send(sender=Call, call=call)
    audit.record(call=call, action="competition.publish_call", by=by)
    return call
