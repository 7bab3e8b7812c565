"""Writes about people and organisations: one function per verb."""

from __future__ import annotations

import datetime as dt
import uuid

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log
from wagtail.users.models import UserProfile

from accounts import selectors
from accounts.enums import Country, LanguageForm, MemberRole
from accounts.errors import InvalidInput, Refused
from accounts.guards import require
from accounts.models import Invitation, Membership, Organisation, User
from accounts.signals import member_invited
from accounts.validators import validate_organisation_number

INVITATION_DAYS = 14


@transaction.atomic
def find_or_create_user(*, email: str, language: str) -> User:
    """The person behind the address. A new one has no password: the first sign-in is by a code sent to the address."""
    user, created = User.objects.get_or_create(
        email=User.objects.normalize_email(email).lower(),
        defaults={"language": language, "password": "!"},
    )
    if created:  # allauth confirms a known address by the code of the first sign-in; an unknown one by a second code
        EmailAddress.objects.create(user=user, email=user.email, primary=True)
    return user


@transaction.atomic
def register_organisation(
    *,
    by: User,
    name: str,
    country: str,
    kind: str,
    number: str = "",
    language_form: str = LanguageForm.NEUTRAL,
    mailbox: str = "",
) -> Organisation:
    """Register an organisation; whoever does it becomes its administrator.

    Raises InvalidInput with the field at fault: a number that is none, is a person's, or is registered already.
    """
    compact = ""
    if number:
        try:
            compact = validate_organisation_number(country, number)
        except ValidationError as error:
            raise InvalidInput({"number": error.messages[0]}) from error
    if country != Country.NO:
        language_form = LanguageForm.NEUTRAL
    try:
        with transaction.atomic():
            organisation = Organisation.objects.create(
                name=name,
                country=country,
                kind=kind,
                number=compact,
                language_form=language_form,
                mailbox=mailbox,
            )
    except IntegrityError as error:
        raise InvalidInput(
            {
                "number": _(
                    "An organisation with this number is registered already. Ask one of its members to invite you."
                )
            }
        ) from error
    Membership.objects.create(user=by, organisation=organisation, role=MemberRole.ADMIN)
    log(instance=organisation, action="accounts.register_organisation", user=by)
    return organisation


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
    membership, _created = Membership.objects.update_or_create(
        user=by,
        organisation=invitation.organisation,
        defaults={"role": invitation.role},
    )
    invitation.accepted_at = timezone.now()
    invitation.accepted_by = by
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    log(instance=invitation.organisation, action="accounts.accept_invitation", user=by)
    return membership


@transaction.atomic
def set_language(*, by: User, language: str) -> User:
    """Remember the language a person reads: for letters, and for the owner's workspace, whose addresses have none."""
    by.language = language
    by.save(update_fields=["language"])
    UserProfile.objects.update_or_create(user=by, defaults={"preferred_language": language})
    return by
