"""Writes about people and organisations: one function per verb."""

from accounts.services.deletion import ask_account_deletion, delete_account
from accounts.services.invitations import accept_invitation, invite_member, withdraw_invitation
from accounts.services.joining import (
    approve_request,
    join_by_domain,
    refuse_request,
    request_to_join,
    set_mail_domains,
    withdraw_request,
)
from accounts.services.memberships import change_role, leave_organisation, remove_member
from accounts.services.organisations import register_organisation, set_mailbox
from accounts.services.people import find_or_create_user, set_language

__all__ = [
    "accept_invitation",
    "approve_request",
    "ask_account_deletion",
    "change_role",
    "delete_account",
    "find_or_create_user",
    "invite_member",
    "join_by_domain",
    "leave_organisation",
    "refuse_request",
    "register_organisation",
    "remove_member",
    "request_to_join",
    "set_language",
    "set_mail_domains",
    "set_mailbox",
    "withdraw_invitation",
    "withdraw_request",
]
