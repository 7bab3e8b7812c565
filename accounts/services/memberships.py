"""Who acts for an organisation in which role: admitting, changing, removing, leaving."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from accounts.enums import ROLE_ORDER, JoinOutcome, MemberRole
from accounts.errors import InvalidInput, NotAllowed, Refused
from accounts.guards import require
from accounts.models import JoinRequest, Membership, Organisation, User


def lock(organisation: Organisation) -> None:
    """Let nobody else change who acts for the organisation until this transaction ends."""
    Organisation.objects.select_for_update().get(pk=organisation.pk)


def admit(*, user: User, organisation: Organisation, role: str) -> Membership:
    """Make the person a member; one who is a member already keeps the role that lets do more. A pending wish ends."""
    lock(organisation)
    membership, created = Membership.objects.get_or_create(
        user=user, organisation=organisation, defaults={"role": role}
    )
    if not created and ROLE_ORDER.index(MemberRole(role)) < ROLE_ORDER.index(MemberRole(membership.role)):
        membership.role = role
        membership.save(update_fields=["role"])
    JoinRequest.objects.filter(user=user, organisation=organisation, outcome=JoinOutcome.PENDING).update(
        outcome=JoinOutcome.WITHDRAWN, answered_at=timezone.now()
    )
    return membership


@transaction.atomic
def change_role(*, by: User, membership: Membership, role: str, expected: str | None = None) -> Membership:
    """Give a member another role. `expected`: the role the administrator saw; another one since then is said."""
    current = _current(membership)
    require("accounts.administer_organisation", by, current.organisation)
    if expected is not None and current.role not in (expected, role):
        raise Refused(
            _("A colleague has changed this role to “%(role)s” in the meantime.") % {"role": current.get_role_display()}
        )
    if current.role == role:
        return current
    if role not in MemberRole:
        raise InvalidInput({"role": _("Choose one of the roles.")})
    if current.role == MemberRole.ADMIN:
        _require_another_administrator(current)
    before, current.role = current.role, role
    current.save(update_fields=["role"])
    log(
        instance=current.organisation,
        action="accounts.change_role",
        user=by,
        data={"member": current.user_id, "from": before, "to": role},
    )
    return current


@transaction.atomic
def remove_member(*, by: User, membership: Membership) -> None:
    """Take somebody's access away, from the next request on. What they wrote stays."""
    current = _current(membership)
    require("accounts.administer_organisation", by, current.organisation)
    if current.role == MemberRole.ADMIN:
        _require_another_administrator(current)
    current.delete()
    log(
        instance=membership.organisation,
        action="accounts.remove_member",
        user=by,
        data={"member": membership.user_id, "role": membership.role},
    )


@transaction.atomic
def leave_organisation(*, by: User, organisation: Organisation) -> None:
    """End one's own membership. The last administrator hands over first."""
    lock(organisation)
    current = Membership.objects.filter(user=by, organisation=organisation).first()
    if current is None:
        raise NotAllowed(_("You have no access to this."))
    if current.role == MemberRole.ADMIN:
        _require_another_administrator(current)
    current.delete()
    log(instance=organisation, action="accounts.leave_organisation", user=by)


def _current(membership: Membership) -> Membership:
    """The membership as it is now, with the organisation's members locked."""
    lock(membership.organisation)
    found = Membership.objects.select_related("organisation", "user").filter(pk=membership.pk).first()
    if found is None:
        raise Refused(_("This person is no longer a member."))
    return found


def _require_another_administrator(membership: Membership) -> None:
    others = membership.organisation.memberships.filter(role=MemberRole.ADMIN, user__is_active=True)
    if not others.exclude(pk=membership.pk).exists():
        raise Refused(
            _(
                "An organisation always has an administrator, and this is the only one. Make a colleague administrator "
                "first, on this page: change the role of a member, or invite somebody as administrator."
            )
        )
