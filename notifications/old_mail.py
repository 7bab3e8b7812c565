"""Mails that the queue has kept long enough. The letters themselves stay; what was sent of them is only a copy."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from post_office.models import STATUS, Attachment, Email


def due_mails(now: dt.datetime) -> QuerySet[Email]:
    """Sent, and that more than MAIL_KEPT_DAYS ago. What failed stays for somebody to see."""
    until = now - dt.timedelta(days=settings.MAIL_KEPT_DAYS)
    return Email.objects.filter(status=STATUS.sent, last_updated__lt=until)


@transaction.atomic
def delete_mails(mails: QuerySet[Email]) -> int:
    """Delete the mails, and the files that no other mail has. Returns how many mails went."""
    keys = list(mails.select_for_update().values_list("pk", flat=True))
    files = list(Attachment.objects.filter(emails__in=keys).distinct())
    Email.objects.filter(pk__in=keys).delete()
    for file in files:
        if not file.emails.exists():
            name, storage = str(file.file.name), file.file.storage
            file.delete()
            transaction.on_commit(lambda name=name, storage=storage: storage.delete(name), robust=True)  # type: ignore[misc]
    return len(keys)
