"""People, organisations and who acts for whom."""

from accounts.models.organisations import Invitation, JoinRequest, Membership, Organisation, OrganisationQuerySet
from accounts.models.people import AccountDeletion, User, UserManager
from accounts.models.register import RegisterEntry

__all__ = [
    "AccountDeletion",
    "Invitation",
    "JoinRequest",
    "Membership",
    "Organisation",
    "OrganisationQuerySet",
    "RegisterEntry",
    "User",
    "UserManager",
]
