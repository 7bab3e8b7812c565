"""Boring makers of gathered and published amendments."""

from __future__ import annotations

from typing import Any

from competition.enums import AmendmentKind
from competition.models import Amendment, Call
from competition.services.amendment_publication import publish_amendment
from competition.services.amendments import gather
from tests import factories

REASON = "Several have asked."


def gather_changes(call: Call, target: str = "call", code: str = "", **fields: Any) -> Amendment:
    return gather(by=factories.owner_of(call.programme), call=call, values={(target, code): fields})


def publish(call: Call, **arguments: Any) -> Amendment:
    """Publish what is gathered, as a clarification with a reason unless arguments say otherwise."""
    arguments = {"kind": AmendmentKind.CLARIFICATION, "reasons": {call.default_language: REASON}} | arguments
    return publish_amendment(by=factories.owner_of(call.programme), call=call, **arguments)


def amend(call: Call, **fields: Any) -> Amendment:
    """Change texts of an open call the way an owner does."""
    gather_changes(call, **fields)
    return publish(call)


def extend(call: Call, deadline) -> Amendment:
    return publish(call, kind=AmendmentKind.EXTENSION, new_deadline=deadline)
