"""Makers for tests about exceptions for one agency."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from accounts.models import Organisation
from competition.models import AccessException, Call
from competition.services.exceptions import grant_exception
from tests import factories

REASON = "The sign-in service was down for the whole last day."


def hours(number: float) -> dt.datetime:
    return timezone.now() + dt.timedelta(hours=number)


def grant(call: Call, organisation: Organisation, **fields: Any) -> AccessException:
    """By the programme's owner; until in five hours unless fields say otherwise."""
    if not {"opens_at", "closes_at"} & fields.keys():
        fields["closes_at"] = hours(5)
    fields = {"reasons": {"en": REASON}} | fields
    return grant_exception(by=factories.owner_of(call.programme), call=call, organisation=organisation, **fields)


def closed_call_with_draft(*, submitted: int = 3):
    """A call that has just closed, sealed, with that many sketches handed in and a draft of one agency more."""
    call = factories.make_call()
    for number in range(submitted):
        factories.make_submitted_sketch(call=call, title=f"Sketch {number + 1}")
    draft = factories.make_sketch(call=call)
    factories.close(call)
    draft.call = call
    return call, draft
