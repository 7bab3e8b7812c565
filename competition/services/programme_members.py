"""Who works on the owner's side of a programme, and as what."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from accounts.errors import InvalidInput
from accounts.guards import require
from accounts.models import User
from accounts.services import find_or_create_user
from competition import role_conflicts, signals
from competition.enums import ProgrammeRole
from competition.errors import StaleEdit
from competition.models import Programme, ProgrammeMember
from competition.services.programme_editors import ensure_editors
from competition.services.programmes import leave_staff_group, staff_group


@transaction.atomic
def invite_member(
    *, by: User, programme: Programme, email: str, roles: Collection[str], language: str
) -> list[ProgrammeMember]:
    """Give roles to whoever has the address; somebody new signs in first with a code by mail. Raises as set_roles."""
    require("competition.manage_programme", by, programme)
    if not roles:
        raise InvalidInput({"roles": _("Choose at least one role.")})
    user = find_or_create_user(email=email, language=language)
    if not user.is_active:
        raise InvalidInput({"email": _("The account of this address is closed.")})
    if programme.memberships.filter(user=user).exists():
        raise InvalidInput({"email": _("This person has roles in the programme already. Change them in the list.")})
    return set_roles(by=by, programme=programme, user=user, roles=roles)


@transaction.atomic
def set_roles(
    *,
    by: User,
    programme: Programme,
    user: User,
    roles: Collection[str],
    expected: Collection[str] | None = None,
) -> list[ProgrammeMember]:
    """Let the person have exactly these roles in the programme; none takes them off it. The person is told by letter.

    expected: the roles that the form showed. Raises NotAllowed, StaleEdit, and InvalidInput: the last owner stays, and
    some roles do not go together with what the person is elsewhere.
    """
    require("competition.manage_programme", by, programme)
    locked = Programme.objects.select_for_update().get(pk=programme.pk)
    present = set(locked.memberships.filter(user=user).values_list("role", flat=True))
    wanted = {str(ProgrammeRole(role)) for role in roles}
    if wanted == present:
        return list(locked.memberships.filter(user=user))
    if expected is not None and set(expected) != present:
        raise StaleEdit({"roles": sorted(present)}, revision=locked.revision)
    _check(locked, user, present, wanted)
    locked.memberships.filter(user=user).exclude(role__in=wanted).delete()
    ProgrammeMember.objects.bulk_create(
        ProgrammeMember(programme=locked, user=user, role=role) for role in sorted(wanted - present)
    )
    if wanted:
        user.groups.add(staff_group())
    else:
        leave_staff_group(user=user)
    ensure_editors(programme=locked)
    locked.revision += 1
    locked.save(update_fields=["revision"])
    entry = log(
        instance=locked,
        action="competition.set_roles",
        user=by,
        data={"user": user.pk, "before": sorted(present), "roles": sorted(wanted)},
    )
    signals.programme_roles_changed.send(sender=Programme, entry=entry)
    return list(locked.memberships.filter(user=user))


def _check(programme: Programme, user: User, present: set[str], wanted: set[str]) -> None:
    owners = programme.memberships.filter(role=ProgrammeRole.OWNER, user__is_active=True).exclude(user=user)
    if ProgrammeRole.OWNER in present - wanted and not owners.exists():
        raise InvalidInput({"roles": _("Somebody must own the programme. Make somebody else an owner first.")})
    for role in sorted(wanted - present):
        if reason := role_conflicts.conflict_of(programme=programme, user=user, role=role):
            raise InvalidInput({"roles": reason})
