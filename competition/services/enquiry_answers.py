"""What the owner's side does with questions: answers, publishes, merges and declines them.

Every service locks the call first, so that two owners, and whoever asks meanwhile, stand in line.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.characters import normalise_text
from accounts.errors import InvalidInput
from accounts.guards import require
from accounts.models import User
from competition import audit, signals
from competition.clock import database_now
from competition.enums import EnquiryState
from competition.errors import IllegalTransition
from competition.models import Call, Enquiry
from competition.selectors.enquiries import TEXTS, answers_change_at, last_number
from competition.services.enquiries import checked_text, lock_call, within
from competition.services.revisions import merged, same

ANSWER = "competition.answer_enquiries"
LIMITS = {"question": 2000, "answer": 5000}
REASON_AT_MOST = 2000


def _begin(by: User, enquiry: Enquiry) -> tuple[Call, Enquiry, dt.datetime]:
    """(call, question, now), both locked. Raises NotAllowed, IllegalTransition after the deadline."""
    require(ANSWER, by, enquiry.call)
    call = lock_call(enquiry.call)
    now = database_now()
    _refuse_when_over(call, now)
    return call, _lock(enquiry), now


def _lock(enquiry: Enquiry) -> Enquiry:
    return Enquiry.objects.select_for_update(of=("self",)).get(pk=enquiry.pk)


def _refuse_when_over(call: Call, now: dt.datetime) -> None:
    if not answers_change_at(call, now):
        raise IllegalTransition(_("After the deadline questions and answers stay as they are."))


def _refuse_set_aside(enquiry: Enquiry) -> None:
    if enquiry.state in (EnquiryState.MERGED, EnquiryState.DECLINED):
        raise IllegalTransition(_("The question is merged or declined. Take it up again first."))


def _refuse_incomplete(enquiry: Enquiry, call: Call) -> None:
    """Everybody must find question and answer at least in the call's main language."""
    missing = [f"{name}_{call.default_language}" for name in TEXTS]
    errors = {name: _("Write this in the call's main language.") for name in missing if not getattr(enquiry, name)}
    if errors:
        raise InvalidInput(errors)


@transaction.atomic
def save_answer(
    *,
    by: User,
    enquiry: Enquiry,
    texts: Mapping[str, str],
    expected_revision: int | None = None,
    seen: Mapping[str, str] | None = None,
) -> Enquiry:
    """Save the public wording and the answer. Of a published question this changes the answer, and all are told again.

    texts: {"question_nb": …, "answer_nb": …}. Raises NotAllowed, StaleEdit, InvalidInput, IllegalTransition.
    """
    call, row, now = _begin(by, enquiry)
    _refuse_set_aside(row)
    wanted = {name: within(name, normalise_text(text), LIMITS[name.partition("_")[0]]) for name, text in texts.items()}
    present = {name: getattr(row, name) or "" for name in wanted}
    wanted = merged(present=present, wanted=wanted, seen=seen, expected=expected_revision, count=row.revision)
    changed = {name: text for name, text in wanted.items() if not same(present[name], text)}
    if not changed:
        return row
    for name, text in changed.items():
        setattr(row, name, text)
    row.answered_by, row.revision = by, row.revision + 1
    if row.published_at is not None:
        _refuse_incomplete(row, call)
        row.changed_at = now
    row.save(update_fields=[*changed, "answered_by", "revision", "changed_at"])
    if row.published_at is not None:
        signals.answers_published.send(sender=Enquiry, call=call, at=now)
    action = "competition.save_answer" if row.published_at is None else "competition.change_answer"
    audit.record(call=call, action=action, by=by, number=row.number)
    return row


@transaction.atomic
def publish_enquiries(*, by: User, call: Call, chosen: Mapping[int, int]) -> list[Enquiry]:
    """Publish answered questions together; everybody is told of all of them in one letter.

    chosen: {key: revision that was looked at}. Those published already are left alone, so that a second press does
    nothing. The numbers follow the published wording, not the order in which the questions came. Raises NotAllowed,
    IllegalTransition after the deadline or where one has changed, InvalidInput where one lacks an answer.
    """
    require(ANSWER, by, call)
    locked = lock_call(call)
    now = database_now()
    _refuse_when_over(locked, now)
    rows = list(
        Enquiry.objects.select_for_update().filter(call=locked, pk__in=chosen, published_at=None).order_by("pk")
    )
    for row in rows:
        _refuse_set_aside(row)
        if row.revision != chosen[row.pk]:
            raise IllegalTransition(_("One of the answers has been changed since you opened the page. Look again."))
        _refuse_incomplete(row, locked)
    rows.sort(key=lambda row: (getattr(row, f"question_{locked.default_language}"), row.pk))
    for number, row in enumerate(rows, start=last_number(locked) + 1):
        row.number, row.published_at, row.revision = number, now, row.revision + 1
    Enquiry.objects.bulk_update(rows, ["number", "published_at", "revision"])
    if rows:
        signals.answers_published.send(sender=Enquiry, call=locked, at=now)
        numbers = [row.number for row in rows]
        audit.record(call=locked, action="competition.publish_answers", by=by, numbers=numbers)
    return rows


@transaction.atomic
def merge_enquiry(*, by: User, enquiry: Enquiry, into: Enquiry) -> Enquiry:
    """Answer the question together with another; whoever asked it is told, now and when the other is published.

    What has been merged into this one follows it. Raises NotAllowed, IllegalTransition, InvalidInput.
    """
    call, row, _now = _begin(by, enquiry)
    target = Enquiry.objects.select_for_update(of=("self",)).filter(call=call, pk=into.pk).first()
    if target is not None and target.merged_into_id is not None:
        target = Enquiry.objects.get(pk=target.merged_into_id)
    if target is None or target.pk == row.pk or target.declined_at is not None:
        raise InvalidInput({"into": _("Choose another question, which is published or waits for its answer.")})
    if row.published_at is not None:
        raise IllegalTransition(_("The question is published, and others refer to its number."))
    _refuse_set_aside(row)
    row.duplicates.update(merged_into=target)
    row.merged_into, row.revision = target, row.revision + 1
    row.save(update_fields=["merged_into", "revision"])
    signals.enquiry_set_aside.send(sender=Enquiry, enquiry=row)
    audit.record(call=call, action="competition.merge_enquiry", by=by)
    return row


@transaction.atomic
def decline_enquiry(*, by: User, enquiry: Enquiry, reason: str) -> Enquiry:
    """Do not publish the question, for a reason that only the asker reads. Possible after the deadline too.

    Raises NotAllowed, InvalidInput, IllegalTransition where it is published, merged or declined.
    """
    require(ANSWER, by, enquiry.call)
    reason = checked_text("reason", reason, REASON_AT_MOST)
    call = lock_call(enquiry.call)
    row = _lock(enquiry)
    _refuse_set_aside(row)
    if row.published_at is not None:
        raise IllegalTransition(_("The question is published, and others refer to its number."))
    if count := row.duplicates.count():
        text = ngettext(
            "%(count)s question is merged with this one. Take it up again first.",
            "%(count)s questions are merged with this one. Take them up again first.",
            count,
        )
        raise IllegalTransition(text % {"count": count})
    row.declined_at, row.declined_reason, row.revision = database_now(), reason, row.revision + 1
    row.save(update_fields=["declined_at", "declined_reason", "revision"])
    signals.enquiry_set_aside.send(sender=Enquiry, enquiry=row)
    audit.record(call=call, action="competition.decline_enquiry", by=by)
    return row


@transaction.atomic
def reopen_enquiry(*, by: User, enquiry: Enquiry) -> Enquiry:
    """Take up a merged or declined question again, on its own. Raises NotAllowed, IllegalTransition."""
    call, row, _now = _begin(by, enquiry)
    if row.state not in (EnquiryState.MERGED, EnquiryState.DECLINED):
        raise IllegalTransition
    row.merged_into, row.declined_at, row.declined_reason, row.revision = None, None, "", row.revision + 1
    row.save(update_fields=["merged_into", "declined_at", "declined_reason", "revision"])
    audit.record(call=call, action="competition.reopen_enquiry", by=by)
    return row
