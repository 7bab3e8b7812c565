"""Sends mail, and writes the letters that the room below asks for. Every task may run twice or late."""

from celery import shared_task

from notifications import account_letters, selectors, services


@shared_task
def deliver(email_id: int) -> str:
    """Send one queued mail."""
    return services.deliver_email(email_id=email_id)


@shared_task
def deliver_due() -> int:
    """Send whatever is queued and due: retries, and mails whose own task was lost."""
    due = list(services.due_emails().values_list("pk", flat=True)[:500])
    for email_id in due:
        deliver.delay(email_id)
    return len(due)


@shared_task
def write_member_invitation(invitation_id: int) -> int:
    """Write to somebody who was invited to act for an organisation."""
    invitation = selectors.open_invitation(invitation_id)
    return services.write_member_invitation(invitation=invitation).pk if invitation else 0


@shared_task
def write_missing_invitations() -> int:
    """Write the invitations that nobody was told about, whatever happened to their own task."""
    invitations = list(selectors.invitations_without_letter())
    for invitation in invitations:
        services.write_member_invitation(invitation=invitation)
    return len(invitations)


@shared_task
def write_join_letters(request_id: int) -> int:
    """Tell administrators of a request to join, or whoever asked of the answer."""
    request = selectors.join_request(request_id)
    return account_letters.write_join_letters(request=request) if request else 0


@shared_task
def write_missing_join_letters() -> int:
    """Write what is missing about requests to join, whatever happened to their own task."""
    return sum(
        account_letters.write_join_letters(request=request) for request in selectors.join_requests_without_letter()
    )


@shared_task
def write_account_deletion(deletion_id: int) -> int:
    """Send a person the code that deletes the account. A letter that is lost is asked for again."""
    deletion = selectors.account_deletion(deletion_id)
    return account_letters.write_account_deletion(deletion=deletion).pk if deletion else 0
