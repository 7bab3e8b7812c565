"""Calls as the public sees them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from competition.enums import PUBLIC_PHASE, Phase
from competition.models import Call

OPEN, COMING, CLOSED = "open", "coming", "closed"


@dataclass(frozen=True)
class CallGroups:
    """Published calls by what the public may do with them, the most pressing first."""

    open: list[Call]
    coming: list[Call]
    closed: list[Call]

    def __iter__(self):
        yield from ((OPEN, self.open), (COMING, self.coming), (CLOSED, self.closed))


def public_label(call: Call, now: dt.datetime) -> str | Promise:
    return PUBLIC_PHASE.get(call.phase_at(now), "")


def calls_by_public_state(now: dt.datetime, *, programme_id: int | None = None) -> CallGroups:
    """Every published call (of one programme, where given) in one of three groups, in one query."""
    calls = Call.objects.for_listing().filter(published_at__lte=now, archived_at=None)
    if programme_id is not None:
        calls = calls.filter(programme_id=programme_id)
    return grouped(calls, now)


def grouped(calls: Iterable[Call], now: dt.datetime) -> CallGroups:
    groups: dict[str, list[Call]] = {OPEN: [], COMING: [], CLOSED: []}
    for call in calls:
        phase = call.phase_at(now)
        groups[OPEN if phase == Phase.OPEN else COMING if phase == Phase.ANNOUNCED else CLOSED].append(call)
    groups[OPEN].sort(key=lambda call: (call.deadline, call.pk))
    groups[COMING].sort(key=lambda call: (call.opens_at, call.pk))
    return CallGroups(**groups)


@dataclass(frozen=True)
class Teaser:
    """A call as pages of text point to it. state: what the public may do with it; label: what it is told of it."""

    call: Call
    state: str
    label: str | Promise


def teaser(call_id: int, now: dt.datetime) -> Teaser | None:
    """Cancelled and archived calls too, which say so; None for a call that the public has not met. One query."""
    call = Call.objects.for_listing().filter(pk=call_id, published_at__lte=now).first()
    if call is None:
        return None
    state = next(code for code, calls in grouped([call], now) if calls)
    return Teaser(call, state, public_label(call, now))


def published_calls(now: dt.datetime) -> QuerySet[Call]:
    """Every call that has a page, archived ones too, the newest first."""
    return Call.objects.filter(published_at__lte=now).order_by("-published_at", "pk")


def calls_for_feed(now: dt.datetime) -> list[Call]:
    """The latest published calls, cancelled ones too, whose readers should hear of it; one query."""
    return list(
        Call.objects.for_listing().filter(published_at__lte=now, archived_at=None).order_by("-published_at", "pk")[:50]
    )


# Up to and including which internal phase a public step is still to come or under way.
_REACHED = {
    Phase.ANNOUNCED: 0,
    Phase.OPEN: 1,
    Phase.FORMAL_CHECK: 2,
    Phase.ASSESSMENT: 2,
    Phase.JURY_MEETING: 2,
    Phase.DECISION: 2,
    Phase.LETTERS: 2,
    Phase.COMPLETED: 3,
    Phase.ARCHIVED: 3,
}


def phases(call: Call, now: dt.datetime) -> list[dict[str, Any]]:
    """The phase bar of the public: announced, open until the deadline, assessed, decided."""
    reached = _REACHED.get(call.phase_at(now), -1)
    steps = (
        (_("Announced"), call.published_at, ""),
        (_("Open"), call.opens_at, ""),
        (_("Assessment"), call.deadline, _("after the deadline")),
        (_("Result"), call.result_published_at or call.result_at, ""),
    )
    last = len(steps) - 1
    return [
        {
            "label": label,
            "when": when,
            "note": note,
            "state": "done"
            if place < reached or (place == reached == last)
            else "current"
            if place == reached
            else "coming",
        }
        for place, (label, when, note) in enumerate(steps)
    ]
