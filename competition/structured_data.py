"""A call in the words of schema.org, for search engines."""

from __future__ import annotations

from typing import Any

from accounts.enums import OrganisationKind
from competition.models import Call
from notifications.links import absolute

SCHEMA = "https://schema.org"


def call_data(call: Call, path: str, language: str) -> dict[str, Any]:
    """The call as an Event that takes place on its page, with its money as a grant; values are plain JSON."""
    owner = {"@type": "GovernmentOrganization", "name": call.programme.organisation.name}
    address = absolute(path)
    data: dict[str, Any] = {
        "@context": SCHEMA,
        "@type": "Event",
        "@id": call.permanent_id.urn,
        "name": call.title,
        "description": call.summary,
        "url": address,
        "inLanguage": language,
        "startDate": call.opens_at.astimezone(call.zone).isoformat(),
        "endDate": call.deadline.astimezone(call.zone).isoformat(),
        "eventStatus": f"{SCHEMA}/{'EventCancelled' if call.cancelled_at else 'EventScheduled'}",
        "eventAttendanceMode": f"{SCHEMA}/OnlineEventAttendanceMode",
        "location": {"@type": "VirtualLocation", "url": address},
        "organizer": owner | {"email": call.programme.contact_mailbox},
        "audience": [
            {"@type": "Audience", "audienceType": str(OrganisationKind(kind).label)} for kind in call.eligible_kinds
        ],
        "isAccessibleForFree": True,
    }
    if call.budget is not None:
        amount = {"@type": "MonetaryAmount", "currency": call.currency, "value": str(call.budget)}
        data["funding"] = {"@type": "MonetaryGrant", "funder": owner, "amount": amount}
    return data
