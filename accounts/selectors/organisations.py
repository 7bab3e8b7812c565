"""Reads about organisations, their members and invitations."""

from __future__ import annotations

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from accounts import tokens
from accounts.enums import MemberRole
from accounts.models import Invitation, Membership, Organisation, User


def organisations_of(user) -> QuerySet[Organisation]:
    """Organisations the user belongs to in any role."""
    return Organisation.objects.of_member(user)


def writable_organisations_of(user) -> QuerySet[Organisation]:
    """Organisations the user may write for."""
    return Organisation.objects.written_by(user)


def memberships_of(user) -> QuerySet[Membership]:
    return Membership.objects.filter(user=user).select_related("organisation").order_by("organisation__name", "pk")


def get_organisation_for(user, pk: int) -> Organisation:
    """The organisation, if the user belongs to it. Raises Http404: not yours looks like not there."""
    return get_object_or_404(organisations_of(user), pk=pk)


def members_of(organisation: Organisation) -> QuerySet[Membership]:
    return organisation.memberships.select_related("user").order_by("user__email")


def administrators_of(organisation: Organisation) -> list[User]:
    """Those who answer for the organisation here."""
    rows = organisation.memberships.filter(role=MemberRole.ADMIN, user__is_active=True).select_related("user")
    return [membership.user for membership in rows.order_by("pk")]


def get_member_for(user, organisation_pk: int, pk: int) -> Membership:
    """A member of an organisation the user belongs to. Raises Http404."""
    organisation = get_organisation_for(user, organisation_pk)
    return get_object_or_404(organisation.memberships.select_related("user", "organisation"), pk=pk)


def get_invitation_for(user, organisation_pk: int, pk: int) -> Invitation:
    """An open invitation to an organisation the user belongs to. Raises Http404."""
    return get_object_or_404(open_invitations_of(get_organisation_for(user, organisation_pk)), pk=pk)


def open_invitations_of(organisation: Organisation) -> QuerySet[Invitation]:
    return organisation.invitations.filter(accepted_at=None).order_by("-pk")


def invitation_by_token(token: str) -> Invitation | None:
    """The invitation a link stands for, or None where the link is not (or no longer) one of ours."""
    try:
        pk, nonce = tokens.read("invitation", token)
    except tokens.BadToken:
        return None
    return Invitation.objects.select_related("organisation").filter(pk=pk, nonce=nonce).first()
