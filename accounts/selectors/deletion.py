"""What stands against deleting an account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.enums import MemberRole
from accounts.models import Membership, Organisation
from accounts.signals import account_deletion_checked


@dataclass(frozen=True)
class Obstacle:
    """`text` says what is in the way, `way_out` what to do; `url` leads there, if it is a page."""

    text: str | Promise
    way_out: str | Promise
    url: str = ""


def left_alone_without(user) -> list[Organisation]:
    """Organisations whose only administrator the person is; `others`: whether they have other members."""
    others = Membership.objects.filter(organisation=OuterRef("pk"), user__is_active=True).exclude(user=user)
    return list(
        Organisation.objects.filter(memberships__user=user, memberships__role=MemberRole.ADMIN)
        .exclude(Exists(others.filter(role=MemberRole.ADMIN)))
        .annotate(others=Exists(others))
        .order_by("name", "pk")
    )


def obstacles_to_deleting(user) -> list[Obstacle]:
    """Everything to put in order first; empty when the account may go."""
    organisations = left_alone_without(user)
    found = [
        Obstacle(
            _("You are the only administrator of %(name)s, which has other members.") % {"name": organisation.name},
            _("Make one of them administrator first."),
            reverse("accounts:organisation_detail", args=[organisation.pk]),
        )
        for organisation in organisations
        if cast(Any, organisation).others
    ]
    answers = account_deletion_checked.send(sender=type(user), user=user, organisations=organisations)
    for _receiver, obstacles in answers:
        found.extend(cast(list[Obstacle], obstacles))
    return found
