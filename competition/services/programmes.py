"""Who works on the owner's side of a programme."""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from accounts.errors import NotAllowed
from accounts.models import User
from competition.enums import ProgrammeRole
from competition.models import Programme, ProgrammeMember

STAFF_GROUP = "Programme staff"


def _staff_group() -> Group:
    """The group that lets somebody into the workspace at all; what they may do there, their roles say."""
    group, created = Group.objects.get_or_create(name=STAFF_GROUP)
    if created:
        group.permissions.add(Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin"))
    return group


@transaction.atomic
def grant_programme_role(
    *, by: User | None, programme: Programme, user: User, role: ProgrammeRole | str
) -> ProgrammeMember:
    """Give a person a role, once; a second time changes nothing. `by` is None for set-up commands only.

    Raises NotAllowed unless `by` owns the programme.
    """
    if by is not None and not programme.memberships.filter(user=by, role=ProgrammeRole.OWNER).exists():
        raise NotAllowed(_("Only a programme owner gives roles in the programme."))
    member, _created = ProgrammeMember.objects.get_or_create(programme=programme, user=user, role=ProgrammeRole(role))
    user.groups.add(_staff_group())
    log(instance=programme, action="competition.grant_role", user=by, data={"role": str(role), "user": user.pk})
    return member
