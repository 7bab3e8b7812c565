"""A programme as its owners see it: settings, partners, and who works in it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.shortcuts import get_object_or_404
from django.utils.functional import Promise
from wagtail.models import ModelLogEntry

from accounts.models import User
from competition.clock import database_now
from competition.enums import ProgrammeRole
from competition.models import Call, Programme, ProgrammePartner
from competition.selectors.workspace import managed_programmes
from notifications.models import Letter

YOUNG, OLD = dt.timedelta(minutes=2), dt.timedelta(days=7)


def get_managed_programme(user: User, pk: int) -> Programme:
    """The programme, for its owners and call managers. Raises Http404: not yours looks like not there."""
    return get_object_or_404(managed_programmes(user).select_related("organisation"), pk=pk)


def slug_is_fixed(programme: Programme) -> bool:
    """Whether the short name stands in addresses that the public has met."""
    return Call.objects.published().filter(programme=programme).exists()


def partners_of(programme: Programme) -> QuerySet[ProgrammePartner]:
    return programme.partners.select_related("logo")


@dataclass(frozen=True)
class MemberRow:
    """One person of a programme with all their roles."""

    user: User
    roles: list[ProgrammeRole]

    @property
    def labels(self) -> list[str | Promise]:
        return [role.label for role in self.roles]


def member_rows(programme: Programme) -> list[MemberRow]:
    """Everybody with a role in the programme, by address; roles in the order in which they are named. One query."""
    order = list(ProgrammeRole)
    held: dict[User, list[ProgrammeRole]] = {}
    for member in programme.memberships.select_related("user").order_by("user__email", "pk"):
        held.setdefault(member.user, []).append(ProgrammeRole(member.role))
    return [MemberRow(user, sorted(roles, key=order.index)) for user, roles in held.items()]


def programme_log(programme: Programme) -> QuerySet[ModelLogEntry]:
    return ModelLogEntry.objects.for_instance(programme).select_related("user")


def roles_without_letter() -> list[int]:
    """Log entries of changed roles of which the person was not told, because a queue or a worker was lost."""
    now = database_now()
    occasion = Concat(Value("programme_roles:"), Cast("pk", CharField()), output_field=CharField())
    changes = ModelLogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Programme),
        action="competition.set_roles",
        timestamp__lt=now - YOUNG,
        timestamp__gt=now - OLD,
    ).annotate(occasion=occasion)
    letters = Letter.objects.filter(occasion=OuterRef("occasion"))
    return list(changes.filter(~Exists(letters)).order_by("pk").values_list("pk", flat=True))
