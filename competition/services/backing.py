"""What a version keeps of those behind the sketch, beside its organisations."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from competition.canonical import instant
from competition.models import CoApplicant, Sketch
from competition.selectors.endorsements import draft_endorsed


def backing_of(sketch: Sketch, unconfirmed: list[CoApplicant]) -> dict[str, Any]:
    """What is known of those behind the sketch; nothing where there is nothing to tell."""
    names = [
        {"name": co.shown_name, "number": co.shown_number, "invited_at": instant(co.invited_at)} for co in unconfirmed
    ]
    known: dict[str, Any] = {"not_confirmed": names} if names else {}
    endorsed = draft_endorsed(sketch, timezone.now())  # the clock only tells waiting from expired
    if endorsed.record is not None:
        known["endorsement"] = {
            "status": str(endorsed.status),
            "role": endorsed.record.role_title,
            "at": instant(endorsed.record.answered_at) if endorsed.record.answered_at else "",
            "covers": endorsed.record.content_sha256,
        }
    return known
