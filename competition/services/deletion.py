"""What goes in this room when somebody deletes their account; sketches, versions and logs point to a pseudonym."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from competition.clock import database_now
from competition.models import MeetingRegistration, ProgrammeMember
from competition.services.registrations import unregister


@transaction.atomic
def forget_person(*, user: User) -> None:
    """End their roles in programmes, and give their places in coming meetings to those who wait."""
    ProgrammeMember.objects.filter(user=user).delete()
    mine = MeetingRegistration.objects.filter(user=user)
    for registration in mine.filter(meeting__starts_at__gt=database_now()).select_related("meeting"):
        unregister(by=user, meeting=registration.meeting)
    mine.update(organisation=None)
