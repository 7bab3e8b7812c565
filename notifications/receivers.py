"""Turns what happened below, and what was released here, into tasks that run after commit."""

import functools

from django.db import transaction
from django.dispatch import receiver
from post_office.signals import email_queued

from accounts.signals import account_deleted, account_deletion_asked, join_answered, join_requested, member_invited
from notifications import account_letters, tasks
from notifications.signals import letters_released


@receiver(letters_released)
def send_soon(sender, email_ids, **kwargs) -> None:
    for email_id in email_ids:
        transaction.on_commit(functools.partial(tasks.deliver.delay, email_id))


@receiver(email_queued)
def send_mail_of_others(sender, emails, **kwargs) -> None:
    """Mails that Django or a library sends directly, sign-in codes for instance, leave through the same door."""
    send_soon(sender, [email.pk for email in emails])


@receiver(member_invited)
def write_invitation(sender, invitation, **kwargs) -> None:
    tasks.write_member_invitation.delay_on_commit(invitation.pk)


@receiver([join_requested, join_answered])
def write_join_letters(sender, join_request, **kwargs) -> None:
    tasks.write_join_letters.delay_on_commit(join_request.pk)


@receiver(account_deletion_asked)
def write_account_deletion(sender, deletion, **kwargs) -> None:
    tasks.write_account_deletion.delay_on_commit(deletion.pk)


@receiver(account_deleted)
def forget_address(sender, user, email, **kwargs) -> None:
    """In the same transaction: afterwards nobody knows the address any more."""
    account_letters.forget_address(email=email, pseudonym=user.email)
