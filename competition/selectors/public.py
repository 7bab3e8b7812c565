"""Calls as the public sees them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganisationKind
from competition.enums import PUBLIC_PHASE, Phase, QuestionKind
from competition.models import Call, CallPage, Question, ReceiptTree, Sketch
from competition.public_sections import Shown, sections_of

OPEN, COMING, CLOSED = "open", "coming", "closed"


@dataclass(frozen=True)
class CallGroups:
    """Published calls by what the public may do with them, the most pressing first."""

    open: list[Call]
    coming: list[Call]
    closed: list[Call]

    def __iter__(self):
        yield from ((OPEN, self.open), (COMING, self.coming), (CLOSED, self.closed))


@dataclass(frozen=True)
class CallFacts:
    """What a call's public page shows beside the texts of the call itself."""

    call: Call
    now: dt.datetime
    phase: Phase
    label: str | Promise
    phases: list[dict[str, Any]]
    questions: list[Question]
    eligible: list[str | Promise]
    start_url: str
    my_sketches: list[Sketch]
    tree: ReceiptTree | None
    sections: dict[str, list[Shown]] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        return self.phase == Phase.OPEN

    @property
    def is_coming(self) -> bool:
        return self.phase == Phase.ANNOUNCED


def public_label(call: Call, now: dt.datetime) -> str | Promise:
    return PUBLIC_PHASE.get(call.phase_at(now), "")


def calls_by_public_state(now: dt.datetime) -> CallGroups:
    """Every published call in one of three groups, in one query."""
    groups: dict[str, list[Call]] = {OPEN: [], COMING: [], CLOSED: []}
    for call in Call.objects.for_listing().filter(published_at__lte=now, archived_at=None):
        phase = call.phase_at(now)
        groups[OPEN if phase == Phase.OPEN else COMING if phase == Phase.ANNOUNCED else CLOSED].append(call)
    groups[OPEN].sort(key=lambda call: (call.deadline, call.pk))
    groups[COMING].sort(key=lambda call: (call.opens_at, call.pk))
    return CallGroups(**groups)


def published_calls(now: dt.datetime) -> QuerySet[Call]:
    """Every call that has a page, archived ones too, the newest first."""
    return Call.objects.filter(published_at__lte=now).order_by("-published_at", "pk")


def calls_for_feed(now: dt.datetime) -> list[Call]:
    """The latest published calls, cancelled ones too, whose readers should hear of it; one query."""
    return list(
        Call.objects.for_listing().filter(published_at__lte=now, archived_at=None).order_by("-published_at", "pk")[:50]
    )


def call_facts(call: Call, user, now: dt.datetime) -> CallFacts:
    """Everything the page of a call needs. Queries: questions, the tree once it is closed, own sketches, sections."""
    phase = call.phase_at(now)
    mine: list[Sketch] = []
    if user is not None and user.is_authenticated:
        mine = list(Sketch.objects.written_by(user).filter(call=call).select_related("current_version").order_by("pk"))
    tree = None
    if now >= call.deadline:
        tree = ReceiptTree.objects.filter(call=call).exclude(sealed_at=None).first()
    return CallFacts(
        call=call,
        now=now,
        phase=phase,
        label=PUBLIC_PHASE.get(phase, ""),
        phases=phases(call, now),
        questions=[question for question in call.questions.all() if question.kind != QuestionKind.CONFIRM],
        eligible=[OrganisationKind(kind).label for kind in call.eligible_kinds],
        start_url=reverse("competition:start", args=[call.slug]),
        my_sketches=mine,
        tree=tree,
        sections=sections_of(call, user, now),
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


def live_page(slug: str, language: str) -> CallPage | None:
    """The live page of a published call in the language, with everything its template follows; one query."""
    return (
        CallPage.objects.live()
        .filter(call__slug=slug, call__published_at__isnull=False, locale__language_code=language)
        .select_related("call__programme__organisation", "locale")
        .first()
    )
