"""Reads about people and organisations."""

from accounts.selectors.deletion import obstacles_to_deleting
from accounts.selectors.joining import (
    get_join_request_for,
    get_joinable,
    last_refusal,
    open_requests,
    own_requests,
    requests_of,
    role_by_domain,
    waiting_request,
)
from accounts.selectors.organisations import (
    administrators_of,
    get_invitation_for,
    get_member_for,
    get_organisation_for,
    invitation_by_token,
    members_of,
    memberships_of,
    open_invitations_of,
    organisations_of,
    writable_organisations_of,
)
from accounts.selectors.register import find_organisations, get_register_entry, proving_domains

__all__ = [
    "administrators_of",
    "find_organisations",
    "get_invitation_for",
    "get_join_request_for",
    "get_joinable",
    "get_member_for",
    "get_organisation_for",
    "get_register_entry",
    "invitation_by_token",
    "last_refusal",
    "members_of",
    "memberships_of",
    "obstacles_to_deleting",
    "open_invitations_of",
    "open_requests",
    "organisations_of",
    "own_requests",
    "proving_domains",
    "requests_of",
    "role_by_domain",
    "waiting_request",
    "writable_organisations_of",
]
