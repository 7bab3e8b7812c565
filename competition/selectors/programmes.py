"""Who works on the owner's side."""

from __future__ import annotations

from django.db.models import QuerySet

from competition.models import Programme, ProgrammeMember

_CACHE = "_roles_in_programmes"


def roles_in(user, programme_id: int) -> frozenset[str]:
    """The person's roles in the programme; remembered on the user object, which lives as long as a request."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    known = user.__dict__.setdefault(_CACHE, {})
    if programme_id not in known:
        known[programme_id] = frozenset(
            ProgrammeMember.objects.filter(user=user, programme_id=programme_id).values_list("role", flat=True)
        )
    return known[programme_id]


def programmes_of(user, *, roles: tuple[str, ...] | None = None) -> QuerySet[Programme]:
    """Programmes in which the person has a role (one of `roles`, where given)."""
    memberships = ProgrammeMember.objects.filter(user_id=user.pk)
    if roles is not None:
        memberships = memberships.filter(role__in=roles)
    return Programme.objects.filter(pk__in=memberships.values("programme_id"))
