"""What questions, answers and meetings add to a public call page."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language

from competition.models import Call
from competition.public_sections import Section, register
from competition.selectors.enquiries import published_enquiries, questions_close_at, takes_questions_at
from competition.selectors.meetings import meetings_ahead


def enquiries(*, call: Call, user, now) -> dict[str, Any] | None:
    """Context of competition/includes/enquiries.html; None where nothing was answered and nothing can be asked."""
    found = published_enquiries(call, get_language() or call.default_language)
    takes_questions = takes_questions_at(call, now)
    if not found and not takes_questions:
        return None
    closes_at = questions_close_at(call)
    return {"call": call, "enquiries": found, "takes_questions": takes_questions, "closes_at": closes_at}


def meetings(*, call: Call, user, now) -> dict[str, Any] | None:
    """Context of competition/includes/meetings.html, or None without a meeting ahead."""
    found = meetings_ahead(call, now) if now < call.deadline else []
    return {"call": call, "meetings": found} if found else None


def register_sections() -> None:
    template = "competition/includes/{}.html".format
    register(Section(key="enquiries", place="dialogue", template=template("enquiries"), provider=enquiries, order=2))
    register(Section(key="meetings", place="dialogue", template=template("meetings"), provider=meetings, order=1))
