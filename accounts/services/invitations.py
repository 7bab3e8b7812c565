"""Inviting a colleague, and accepting."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from accounts import selectors
from accounts.errors import InvalidInput, Refused
from accounts.guards import require
from accounts.models import Invitation, Membership, Organisation, User
from accounts.services.memberships import admit
from accounts.signals import member_invited

INVITATION_DAYS = 14


@transaction.atomic
def invite_member(*, by: User, organisation: Organisation, email: str, role: str, language: str) -> Invitation:
    """Invite an address to act for the organisation. Inviting it again renews the invitation and voids the old link."""
    require("accounts.administer_organisation", by, organisation)
    email = User.objects.normalize_email(email).lower()
    if organisation.memberships.filter(user__email=email).exists():
        raise InvalidInput({"email": _("This person is a member already.")})
    invitation, _created = Invitation.objects.update_or_create(
        organisation=organisation,
        email=email,
        accepted_at=None,
        defaults={
            "role": role,
            "language": language,
            "invited_by": by,
            "nonce": uuid.uuid4(),
            "expires_at": timezone.now() + dt.timedelta(days=INVITATION_DAYS),
        },
    )
    member_invited.send(sender=Invitation, invitation=invitation)
    log(
        instance=organisation,
        action="accounts.invite_member",
        user=by,
        data={"role": role},
    )
    return invitation


@transaction.atomic
def accept_invitation(*, by: User, token: str) -> Membership:
    """Make the signed-in person a member. The link counts once, and only for the address it was sent to."""
    found = selectors.invitation_by_token(token)
    if found is None:
        raise Refused(_("This invitation is not valid. Ask for a new one."))
    invitation = Invitation.objects.select_for_update().get(pk=found.pk)
    if not invitation.is_usable_at(timezone.now()):
        raise Refused(_("This invitation has been used or has expired. Ask for a new one."))
    if invitation.email != by.email:
        raise Refused(_("This invitation was sent to another e-mail address. Sign in with that one."))
    membership = admit(user=by, organisation=invitation.organisation, role=invitation.role)
    invitation.accepted_at = timezone.now()
    invitation.accepted_by = by
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    log(instance=invitation.organisation, action="accounts.accept_invitation", user=by)
    return membership


@transaction.atomic
def withdraw_invitation(*, by: User, invitation: Invitation) -> None:
    """Make an open invitation and its link void. One that was accepted meanwhile stays accepted: remove the member."""
    require("accounts.administer_organisation", by, invitation.organisation)
    gone, _of = Invitation.objects.filter(pk=invitation.pk, accepted_at=None).delete()
    if not gone:
        raise Refused(_("This invitation has been accepted or withdrawn already."))
    log(instance=invitation.organisation, action="accounts.withdraw_invitation", user=by)
