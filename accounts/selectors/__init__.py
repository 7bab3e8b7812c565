"""Reads about people and organisations."""

from accounts.selectors.organisations import (
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
    "find_organisations",
    "get_organisation_for",
    "get_register_entry",
    "invitation_by_token",
    "members_of",
    "memberships_of",
    "open_invitations_of",
    "organisations_of",
    "proving_domains",
    "writable_organisations_of",
]
