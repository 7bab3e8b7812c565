"""What in this room stands against deleting somebody's account."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.selectors.deletion import Obstacle
from scoring.models import Juror


def obstacles(user) -> list[Obstacle]:
    """Seats in juries whose work is not finished. What was graded stays, under a pseudonym."""
    seats = Juror.objects.serving().filter(user=user, call__assessment_completed_at=None, call__cancelled_at=None)
    return [
        Obstacle(
            _("You sit in the jury of “%(call)s”, which has not finished its assessment.") % {"call": seat.call.title},
            _("Write to %(contact)s and ask to be released.") % {"contact": seat.call.programme.contact_mailbox},
            reverse("scoring:queue", args=[seat.call.slug]),
        )
        for seat in seats.select_related("call__programme").order_by("pk")
    ]
