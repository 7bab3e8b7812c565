"""Who is told about an amendment: everybody who has begun on the text that it changes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q

from accounts.enums import WRITING_ROLES
from accounts.models import Membership
from competition.enums import SketchState
from competition.models import Call, CoApplicant, Sketch

# Who still has something to do in an open call, and in a closed one.
CONCERNED_WHILE_OPEN = (SketchState.DRAFT, SketchState.SUBMITTED, SketchState.WITHDRAWN)
CONCERNED_AFTERWARDS = (SketchState.SUBMITTED, SketchState.ADMITTED)


@dataclass(frozen=True)
class Reader:
    """One address, and the language it is written to in."""

    address: str
    language: str


def readers_of(call: Call, *, at: dt.datetime, was_open: bool) -> list[Reader]:
    """Everybody with a draft or a submission at the instant, each address once: those who write for the lead applicant,
    and the mailboxes of lead applicants and co-applicants. Withdrawn sketches may come back, and count while the call
    is open. Three queries.
    """
    states = CONCERNED_WHILE_OPEN if was_open else CONCERNED_AFTERWARDS
    sketches = list(
        Sketch.objects.filter(call=call, state__in=states, created_at__lte=at)
        .select_related("organisation")
        .order_by("pk")
    )
    language_of = {sketch.organisation_id: sketch.language for sketch in reversed(sketches)}
    found: dict[str, str] = {}
    writers = Membership.objects.filter(
        Q(user__is_active=True, role__in=WRITING_ROLES, created_at__lte=at), organisation__in=language_of
    )
    for member in writers.select_related("user", "organisation").order_by("pk"):
        found.setdefault(member.user.email, member.organisation.letter_language or member.user.language)
    partners = (
        CoApplicant.objects.confirmed()
        .filter(sketch__in=sketches)
        .select_related("organisation", "sketch")
        .order_by("pk")
    )
    mailboxes = [(sketch.organisation, sketch.language) for sketch in sketches]
    mailboxes += [(one.organisation, one.sketch.language) for one in partners if one.organisation is not None]
    for organisation, language in mailboxes:
        if organisation.mailbox:
            found.setdefault(organisation.mailbox.lower(), organisation.letter_language or language)
    return [Reader(address, language) for address, language in found.items()]
