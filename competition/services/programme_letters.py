"""Letters to the people of a programme."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse
from django.utils import translation
from wagtail.models import ModelLogEntry

from accounts.models import User
from competition.enums import ProgrammeRole
from competition.models import Programme
from competition.services.programme_pages import name_in
from notifications.enums import LetterKind
from notifications.links import absolute
from notifications.models import Letter
from notifications.services import write_letter


@transaction.atomic
def write_roles(*, entry: ModelLogEntry) -> list[Letter]:
    """Tell somebody which roles they have from now on; entry: of the log, made by the change. Safe to call twice."""
    programme = Programme.objects.filter(pk=entry.object_id).first()
    user = User.objects.filter(pk=entry.data["user"], is_active=True).first()
    if programme is None or user is None:
        return []
    with translation.override(user.language):
        context = {
            "name": name_in(programme, user.language),
            "roles": [str(ProgrammeRole(role).label) for role in entry.data["roles"]],
            "contact": programme.contact_mailbox,
            "url": absolute(reverse("workspace:list")),
        }
        letter = write_letter(
            occasion=f"programme_roles:{entry.pk}",
            kind=LetterKind.PROGRAMME_ROLES,
            recipient=user.email,
            language=user.language,
            context=context,
        )
    return [letter]
