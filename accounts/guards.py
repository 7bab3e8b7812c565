"""The guard in front of every service."""

import rules
from django.utils.translation import gettext_lazy as _

from accounts.errors import NotAllowed


def require(permission: str, user, obj=None) -> None:
    """Raise NotAllowed unless the rules grant `permission` on `obj`.

    Asks django-rules directly: `user.has_perm` would let a superuser past a veto such as impartiality.
    """
    if not rules.has_perm(permission, user, obj):
        raise NotAllowed(_("You have no access to this."))
