"""Who may do what with an organisation."""

import rules

from accounts.enums import MemberRole
from accounts.models import Membership, Organisation


def _role(user, organisation: Organisation | None) -> str | None:
    if organisation is None or not user.is_authenticated or not user.is_active:
        return None
    return Membership.objects.filter(user=user, organisation=organisation).values_list("role", flat=True).first()


@rules.predicate
def is_member(user, organisation) -> bool:
    return _role(user, organisation) is not None


@rules.predicate
def is_administrator(user, organisation) -> bool:
    return _role(user, organisation) == MemberRole.ADMIN


rules.add_perm("accounts.view_organisation", is_member)
rules.add_perm("accounts.administer_organisation", is_administrator)
