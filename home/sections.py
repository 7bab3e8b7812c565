"""What the house's front adds to a public call page: the way to the result."""

from __future__ import annotations

from competition.models import Call
from competition.public_sections import Section, register


def result(*, call: Call, user, now) -> dict | None:
    """Context of home/result_link.html, or None before the result is published. No query."""
    return {"slug": call.slug} if call.result_published_at else None


def register_sections() -> None:
    register(Section(key="result", place="result", template="home/result_link.html", provider=result))
