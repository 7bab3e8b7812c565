"""Writes letters, releases them to the mail queue, and sends what is queued."""

from __future__ import annotations

import smtplib
from collections.abc import Sequence

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.db import models, transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone, translation
from post_office.models import PRIORITY, STATUS, Attachment, Email, Log
from post_office.settings import get_max_retries, get_retry_timedelta

from accounts import tokens
from accounts.models import Invitation, Organisation, User
from notifications.enums import LetterKind
from notifications.links import link, site_host
from notifications.models import Letter
from notifications.selectors import invitation_occasion
from notifications.signals import letters_released

SUBJECT_LENGTH = 300
# A server or a network that may be better in a while. Anything else is a fault of ours or of the address.
TRANSIENT = (
    smtplib.SMTPServerDisconnected,
    smtplib.SMTPConnectError,
    ConnectionError,
    TimeoutError,
)


def letter_language(*, organisation: Organisation | None = None, user: User | None = None) -> str:
    """Language of a letter: the organisation's own written standard first, then what the reader chose."""
    if organisation is not None and organisation.letter_language:
        return organisation.letter_language
    return user.language if user is not None else settings.LANGUAGE_CODE


def render_letter(*, kind: LetterKind | str, language: str, context: dict) -> tuple[str, str, str]:
    """(subject, text, HTML) of templates/mail/<kind>.txt: the first line is the subject, the rest the body."""
    with translation.override(language):
        rendered = render_to_string(f"mail/{kind}.txt", {**context, "language": language})
        subject, _separator, text = rendered.strip().partition("\n")
        text = text.strip() + "\n"
        subject = " ".join(subject.split())[:SUBJECT_LENGTH]
        html = render_to_string("mail/base.html", {"subject": subject, "text": text, "language": language})
    return subject, text, html


@transaction.atomic
def write_letter(
    *,
    occasion: str,
    kind: LetterKind | str,
    recipient: str,
    language: str,
    context: dict,
    about: models.Model | None = None,
    release: bool = True,
    attachments: Sequence[Attachment] = (),
) -> Letter:
    """Write the letter of an occasion, once. A second call for the same occasion returns the first letter unchanged.

    attachments: files of `store_attachment`, only for a letter that is released at once: a draft has no mail yet.
    """
    if attachments and not release:
        raise ValueError("a draft cannot have attachments")
    existing = Letter.objects.filter(occasion=occasion).first()
    if existing is not None:
        return existing
    subject, text, html = render_letter(kind=kind, language=language, context=context)
    letter, created = Letter.objects.get_or_create(
        occasion=occasion,
        defaults={
            "kind": kind,
            "recipient": recipient,
            "language": language,
            "subject": subject,
            "text": text,
            "html": html,
            "about_type": ContentType.objects.get_for_model(about) if about is not None else None,
            "about_id": about.pk if about is not None else None,
        },
    )
    if created and release:
        release_letters(letters=Letter.objects.filter(pk=letter.pk))
        letter.refresh_from_db()
        if attachments and letter.email is not None:
            letter.email.attachments.add(*attachments)
    return letter


@transaction.atomic
def store_attachment(*, name: str, content: bytes, content_type: str) -> Attachment:
    """Keep a file for the mails of one or more letters, in the storage that no web server serves."""
    attachment = Attachment(name=name, mimetype=content_type)
    attachment.file.save(name, ContentFile(content), save=True)
    return attachment


@transaction.atomic
def release_letters(*, letters: models.QuerySet[Letter]) -> int:
    """Put draft letters into the mail queue, all or none. Returns how many; letters released before are left alone."""
    drafts = list(letters.filter(email=None, released_at=None).select_for_update().order_by("pk"))
    emails = Email.objects.bulk_create(
        Email(
            from_email=settings.DEFAULT_FROM_EMAIL,
            to=[letter.recipient],
            subject=letter.subject,
            message=letter.text,
            html_message=letter.html,
            status=STATUS.queued,
            priority=PRIORITY.medium,
            # Derived from the letter: should a worker die between sending and saying so, a receiving server can tell
            # that the second copy is the first one again.
            message_id=f"<letter-{letter.pk}@{site_host()}>",
            headers={
                "Content-Language": letter.language,
                "Auto-Submitted": "auto-generated",
            },
        )
        for letter in drafts
    )
    now = timezone.now()
    for letter, email in zip(drafts, emails, strict=True):
        letter.email = email
        letter.released_at = now
    Letter.objects.bulk_update(drafts, ["email", "released_at"])
    letters_released.send(sender=Letter, email_ids=[email.pk for email in emails])
    return len(drafts)


def due_emails() -> models.QuerySet[Email]:
    """Queued mails whose time has come, oldest first."""
    now = timezone.now()
    return Email.objects.filter(
        models.Q(scheduled_time=None) | models.Q(scheduled_time__lte=now),
        status__in=[STATUS.queued, STATUS.requeued],
    ).order_by("pk")


@transaction.atomic
def deliver_email(*, email_id: int) -> str:
    """Send one queued mail. Returns "sent", "requeued", "failed", or "skipped" (in other hands, or done).

    The row stays locked while it is sent: of two workers with the same mail, one sends and the other skips.
    """
    email = due_emails().select_for_update(skip_locked=True).filter(pk=email_id).first()
    if email is None:
        return "skipped"
    try:
        email.dispatch(commit=False)
    except TRANSIENT as error:
        return _put_back(email, error)
    except smtplib.SMTPResponseException as error:
        return _put_back(email, error) if 400 <= error.smtp_code < 500 else _finish(email, STATUS.failed, error)
    except (smtplib.SMTPException, OSError, ValueError) as error:
        return _finish(email, STATUS.failed, error)
    return _finish(email, STATUS.sent)


def _put_back(email: Email, error: Exception) -> str:
    retries = email.number_of_retries or 0
    if retries >= get_max_retries():
        return _finish(email, STATUS.failed, error)
    Email.objects.filter(pk=email.pk).update(
        status=STATUS.requeued,
        number_of_retries=retries + 1,
        scheduled_time=timezone.now() + get_retry_timedelta() * 2**retries,
    )
    _write_log(email, STATUS.failed, error)
    return "requeued"


def _finish(email: Email, status: int, error: Exception | None = None) -> str:
    Email.objects.filter(pk=email.pk).update(status=status, last_updated=timezone.now())
    _write_log(email, status, error)
    return "sent" if status == STATUS.sent else "failed"


def _write_log(email: Email, status: int, error: Exception | None) -> None:
    Log.objects.create(
        email=email,
        status=status,
        message=str(error or ""),
        exception_type=type(error).__name__ if error else "",
    )


@transaction.atomic
def retry_letter(*, letter: Letter) -> bool:
    """Queue a failed letter again. Returns whether there was anything to queue."""
    changed = Email.objects.filter(pk=letter.email_id, status=STATUS.failed).update(
        status=STATUS.queued,
        scheduled_time=None,
        number_of_retries=F("number_of_retries") * 0,
    )
    if changed:
        letters_released.send(sender=Letter, email_ids=[letter.email_id])
    return bool(changed)


def write_member_invitation(*, invitation: Invitation) -> Letter:
    """Write to somebody who was invited to act for an organisation. The link opens a page with a button."""
    token = tokens.make("invitation", pk=invitation.pk, nonce=invitation.nonce)
    return write_letter(
        occasion=invitation_occasion(invitation),
        kind=LetterKind.ORGANISATION_INVITATION,
        recipient=invitation.email,
        language=invitation.language,
        context={
            "organisation": invitation.organisation,
            "invited_by": invitation.invited_by,
            "expires_at": invitation.expires_at,
            "url": link(invitation.language, "accounts:invitation", token),
        },
        about=invitation.organisation,
    )
