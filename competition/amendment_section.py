"""What amendments add to a public call page."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language

from competition.models import Call
from competition.public_sections import Section, register
from competition.selectors.amendments import shown_amendments


def amendments(*, call: Call, user, now) -> dict[str, Any] | None:
    """Context of competition/includes/amendments.html, or None where nothing has changed since the opening."""
    if now < call.opens_at:
        return None
    shown = shown_amendments(call, get_language() or call.default_language)
    return {"call": call, "amendments": shown} if shown else None


def register_section() -> None:
    register(
        Section(key="amendments", place="changes", template="competition/includes/amendments.html", provider=amendments)
    )
