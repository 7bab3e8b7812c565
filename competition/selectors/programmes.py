"""Who works on the owner's side, and who for an applicant."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from accounts.models import Membership
from competition.models import Programme, ProgrammeMember

_CACHE = "_roles_in_programmes"
_ANYWHERE = "_roles_anywhere"


def roles_in(user, programme_id: int) -> frozenset[str]:
    """The person's roles in the programme; remembered on the user object, which lives as long as a request."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    known = user.__dict__.setdefault(_CACHE, {})
    if programme_id not in known:
        known[programme_id] = frozenset(
            ProgrammeMember.objects.filter(user_id=user.pk, programme_id=programme_id).values_list("role", flat=True)
        )
    return known[programme_id]


_MEMBER_CACHE = "_roles_in_organisations"


def member_roles(user, organisation_id: int) -> frozenset[str]:
    """The person's roles in the organisation; remembered on the user object like those in programmes."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    known = user.__dict__.setdefault(_MEMBER_CACHE, {})
    if organisation_id not in known:
        known[organisation_id] = frozenset(
            Membership.objects.filter(user_id=user.pk, organisation_id=organisation_id).values_list("role", flat=True)
        )
    return known[organisation_id]


def remember_role(user, organisation_id: int, role: str | None) -> None:
    """Spare the next question about a role that a query has just brought along."""
    user.__dict__.setdefault(_MEMBER_CACHE, {})[organisation_id] = frozenset((role,) if role else ())


def remember_roles(user, programme_id: int, roles: Iterable[str]) -> None:
    """What a query made for another reason has found out, so that `roles_in` need not ask."""
    user.__dict__.setdefault(_CACHE, {})[programme_id] = frozenset(roles)


def roles_anywhere(user) -> frozenset[str]:
    """Every role the person has in any programme; asked once of each object."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    known = user.__dict__.get(_ANYWHERE)
    if known is None:
        roles = ProgrammeMember.objects.filter(user_id=user.pk).values_list("role", flat=True)
        known = user.__dict__[_ANYWHERE] = frozenset(roles)
    return known


def has_one_of(user, roles: Iterable[str]) -> bool:
    """Whether the person has one of the roles in any programme; no query where this request has met one already."""
    wanted = set(roles)
    met = user.__dict__.get(_CACHE, {}).values()
    return any(wanted & held for held in met) or bool(wanted & roles_anywhere(user))


def is_known_to_have_a_role(user) -> bool:
    """Whether this request has met a role of the person already; False says nothing."""
    return any(user.__dict__.get(_CACHE, {}).values())


def programmes_of(user, *, roles: tuple[str, ...] | None = None) -> QuerySet[Programme]:
    """Programmes in which the person has a role (one of `roles`, where given)."""
    memberships = ProgrammeMember.objects.filter(user_id=user.pk)
    if roles is not None:
        memberships = memberships.filter(role__in=roles)
    return Programme.objects.filter(pk__in=memberships.values("programme_id"))
