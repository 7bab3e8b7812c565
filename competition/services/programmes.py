"""Who works on the owner's side of a programme."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from accounts.errors import InvalidInput, NotAllowed
from accounts.models import Organisation, User
from competition import role_conflicts
from competition.enums import ProgrammeRole
from competition.models import Programme, ProgrammeMember
from competition.selectors.names import free_name
from competition.services.programme_editors import ensure_editors
from competition.services.programme_pages import ensure_programme_pages

STAFF_GROUP = "Programme staff"


def free_slug(text: str) -> str:
    """A short name for the addresses of a programme, made of the text."""
    return free_name(text, Programme.objects.all(), otherwise="programme")


@transaction.atomic
def create_programme(*, organisation: Organisation, contact_mailbox: str, **fields: Any) -> Programme:
    """Make a programme; for set-up commands only, so that nobody is asked whether they may.

    fields: columns of Programme, texts also per language (`name_nb`). Without a slug it is made of the name.
    """
    names = (fields.get("name", ""), *(fields.get(f"name_{code}", "") for code, _name in settings.LANGUAGES))
    fields.setdefault("slug", free_slug(next((name for name in names if name), "")))
    programme = Programme.objects.create(organisation=organisation, contact_mailbox=contact_mailbox, **fields)
    ensure_programme_pages(programme=programme)
    return programme


def staff_group() -> Group:
    """The group that lets somebody into the workspace at all; what they may do there, their roles say."""
    group, created = Group.objects.get_or_create(name=STAFF_GROUP)
    if created:
        group.permissions.add(Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin"))
    return group


def leave_staff_group(*, user: User) -> None:
    """Shut the workspace to somebody who has no role in any programme any more."""
    if not ProgrammeMember.objects.filter(user=user).exists():
        user.groups.remove(staff_group())


@transaction.atomic
def grant_programme_role(
    *, by: User | None, programme: Programme, user: User, role: ProgrammeRole | str
) -> ProgrammeMember:
    """Give a person a role, once; a second time changes nothing. `by` is None for set-up commands only.

    Raises NotAllowed unless `by` owns the programme, and InvalidInput where the role does not go together with what
    the person is elsewhere.
    """
    if by is not None and not programme.memberships.filter(user=by, role=ProgrammeRole.OWNER).exists():
        raise NotAllowed(_("Only a programme owner gives roles in the programme."))
    if reason := role_conflicts.conflict_of(programme=programme, user=user, role=role):
        raise InvalidInput({"role": reason})
    member, _created = ProgrammeMember.objects.get_or_create(programme=programme, user=user, role=ProgrammeRole(role))
    user.groups.add(staff_group())
    ensure_editors(programme=programme)
    log(instance=programme, action="competition.grant_role", user=by, data={"role": str(role), "user": user.pk})
    return member
