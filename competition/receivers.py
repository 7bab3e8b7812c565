"""Turns what happened into tasks that run after the commit."""

import functools

from django.db import transaction
from django.dispatch import receiver
from django.utils import timezone

from accounts.signals import account_deleted, account_deletion_checked
from competition import tasks
from competition.models import Call
from competition.selectors.deletion import obstacles
from competition.services.deletion import forget_person
from competition.signals import (
    amendment_published,
    answers_published,
    attachment_added,
    attachment_scanned,
    call_cancelled,
    co_applicant_answered,
    co_applicant_invited,
    endorsement_answered,
    endorsement_asked,
    enquiry_set_aside,
    exception_changed,
    meeting_changed,
    programme_roles_changed,
    registration_changed,
    sketch_late,
    sketch_submitted,
)

# In the last minute before a deadline the processors belong to those who hand in: letters wait until it is over.
LAST_MINUTE = 60.0  # seconds


def _after_commit(task, *arguments: object, countdown: float = 0) -> None:
    # robust: the sketch is in, whatever becomes of the queue; write_missing_receipts makes up for it.
    queue = functools.partial(task.apply_async, arguments, countdown=countdown) if countdown else None
    transaction.on_commit(queue or functools.partial(task.delay, *arguments), robust=True)


def _rush(call: Call) -> float:
    """Seconds until the deadline where it is that near, else 0."""
    left = (call.deadline - timezone.now()).total_seconds()
    return left if 0 < left <= LAST_MINUTE else 0


@receiver(sketch_submitted)
def write_receipt(sender, version, **kwargs) -> None:
    _after_commit(tasks.write_receipt, version.pk, countdown=_rush(version.sketch.call))


@receiver(attachment_added)
def scan_or_draw(sender, attachment, **kwargs) -> None:
    if attachment.is_quarantined:
        _after_commit(tasks.scan_attachment, attachment.pk)
    else:
        _after_commit(tasks.make_preview, attachment.pk, countdown=_rush(attachment.sketch.call))


@receiver(attachment_scanned)
def draw_or_tell(sender, attachment, **kwargs) -> None:
    _after_commit(tasks.write_infected if attachment.is_quarantined else tasks.make_preview, attachment.pk)


@receiver(sketch_late)
def write_late_attempt(sender, attempt, **kwargs) -> None:
    _after_commit(tasks.write_late_attempt, attempt.pk)


@receiver(amendment_published)
def write_amendment_letters(sender, amendment, **kwargs) -> None:
    _after_commit(tasks.write_amendment_letters, amendment.pk)


@receiver(exception_changed)
def write_exception(sender, exception, **kwargs) -> None:
    _after_commit(tasks.write_exception, exception.pk)


@receiver(co_applicant_invited)
def write_co_applicant_invitation(sender, co_applicant, **kwargs) -> None:
    _after_commit(tasks.write_co_applicant_invitation, co_applicant.pk)


@receiver(co_applicant_answered)
def write_co_applicant_answer(sender, co_applicant, **kwargs) -> None:
    _after_commit(tasks.write_co_applicant_answer, co_applicant.pk)


@receiver(endorsement_asked)
def write_endorsement_request(sender, endorsement, **kwargs) -> None:
    _after_commit(tasks.write_endorsement_request, endorsement.pk)


@receiver(endorsement_answered)
def write_endorsement_answer(sender, endorsement, **kwargs) -> None:
    _after_commit(tasks.write_endorsement_answer, endorsement.pk)


@receiver(answers_published)
def write_answer_letters(sender, call, at, **kwargs) -> None:
    _after_commit(tasks.write_answer_letters, call.pk, at.isoformat())


@receiver(enquiry_set_aside)
def write_set_aside(sender, enquiry, **kwargs) -> None:
    _after_commit(tasks.write_set_aside, enquiry.pk)


@receiver(registration_changed)
def write_place(sender, registration, **kwargs) -> None:
    _after_commit(tasks.write_meeting_place, registration.pk)


@receiver(meeting_changed)
def write_meeting_change(sender, meeting, **kwargs) -> None:
    _after_commit(tasks.write_meeting_change, meeting.pk)


@receiver(programme_roles_changed)
def write_programme_roles(sender, entry, **kwargs) -> None:
    _after_commit(tasks.write_programme_roles, entry.pk)


@receiver(call_cancelled)
def write_cancellation_letters(sender, call, **kwargs) -> None:
    _after_commit(tasks.write_cancellation_letters, call.pk)


@receiver(account_deletion_checked)
def say_what_stands_against_deleting(sender, user, organisations, **kwargs) -> list:
    return obstacles(user, organisations)


@receiver(account_deleted)
def forget_who_deleted_the_account(sender, user, **kwargs) -> None:
    """In the same transaction: a person without an account has no roles."""
    forget_person(user=user)
