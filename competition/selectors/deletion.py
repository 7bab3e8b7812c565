"""What in this room stands against deleting somebody's account."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Organisation
from accounts.selectors.deletion import Obstacle
from competition.enums import ProgrammeRole, SketchState
from competition.models import Programme, ProgrammeMember, Sketch

# Handed in, and not at its end: somebody must be there to answer for it.
LIVING = (SketchState.SUBMITTED, SketchState.ADMITTED, SketchState.AWARDED)


def obstacles(user, organisations: Iterable[Organisation]) -> list[Obstacle]:
    """organisations: those that would be left without an administrator."""
    living = Sketch.objects.filter(organisation__in=organisations, state__in=LIVING).select_related("organisation")
    found = [
        Obstacle(
            _("You are the only administrator of %(name)s, which takes part with the sketch “%(title)s”.")
            % {"name": sketch.organisation.name, "title": sketch.title},
            _("Invite a colleague as administrator, or withdraw the sketch while that is possible."),
            reverse("accounts:organisation_detail", args=[sketch.organisation_id]),
        )
        for sketch in living.order_by("pk")
    ]
    found += [
        Obstacle(
            _("You are the only owner of the programme %(name)s.") % {"name": programme.name},
            _("Make somebody else its owner first."),
            reverse("workspace:programme", args=[programme.pk]),
        )
        for programme in _owned_alone(user)
    ]
    return found


def _owned_alone(user) -> list[Programme]:
    owned = Programme.objects.filter(memberships__user=user, memberships__role=ProgrammeRole.OWNER)
    others = ProgrammeMember.objects.filter(role=ProgrammeRole.OWNER, user__is_active=True).exclude(user=user)
    return list(owned.exclude(pk__in=others.values("programme")).distinct())
