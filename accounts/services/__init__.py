"""Writes about people and organisations: one function per verb."""

from accounts.services.invitations import accept_invitation, invite_member
from accounts.services.organisations import register_organisation
from accounts.services.people import find_or_create_user, set_language

__all__ = [
    "accept_invitation",
    "find_or_create_user",
    "invite_member",
    "register_organisation",
    "set_language",
]
