"""What a person has to do about organisations."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.enums import MemberRole
from accounts.selectors.joining import open_requests
from accounts.tasks_list import OpenTask

SHOWN_AT_MOST = 20


def open_tasks(user) -> list[OpenTask]:
    """Requests to join that wait for the person, the one that expires first on top."""
    waiting = (
        open_requests()
        .filter(organisation__memberships__user=user, organisation__memberships__role=MemberRole.ADMIN)
        .select_related("organisation", "user")
        .order_by("expires_at", "pk")[:SHOWN_AT_MOST]
    )
    return [
        OpenTask(
            title=_("%(person)s wants to join") % {"person": request.user.email},
            detail=request.organisation.name,
            url=reverse("accounts:join_request", args=[request.organisation_id, request.pk]),
            due=request.expires_at,
        )
        for request in waiting
    ]
