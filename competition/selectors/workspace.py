"""Reads for the owner's workspace: rows of its lists, and what the overview shows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, QuerySet, Value
from django.db.models.functions import TruncDate
from django.shortcuts import get_object_or_404
from wagtail.models import ModelLogEntry

from accounts.models import User
from competition.display import Answered, answered
from competition.enums import Phase, ProgrammeRole, SketchState
from competition.models import Call, Programme, ProgrammeMember, Sketch, SketchVersion
from competition.selectors.calls import calls_of_workspace
from competition.selectors.programmes import (
    has_one_of,
    is_known_to_have_a_role,
    programmes_of,
    remember_roles,
    roles_anywhere,
)
from competition.selectors.sketches import received_sketches

MANAGING_ROLES = (ProgrammeRole.OWNER, ProgrammeRole.CALL_MANAGER)


def managed_programmes(user: User) -> QuerySet[Programme]:
    """Programmes in which the user may create calls."""
    return programmes_of(user, roles=MANAGING_ROLES)


def calls_to_copy(user: User) -> QuerySet[Call]:
    """Calls that a new one may begin as a copy of: those of programmes that the user manages."""
    return Call.objects.filter(programme__in=managed_programmes(user)).order_by("-deadline", "pk")


def has_workspace(user: User) -> bool:
    """Whether the user works on the owner's side of any programme."""
    return is_known_to_have_a_role(user) or bool(roles_anywhere(user))


def manages_something(user: User) -> bool:
    """Whether the user may read the settings of any programme."""
    return has_one_of(user, MANAGING_ROLES)


def workspace_call(user: User, pk: int) -> Call:
    """The call, for somebody on its owner's side, with that person's roles learnt on the way. Raises Http404."""
    memberships = ProgrammeMember.objects.filter(user_id=user.pk, programme=OuterRef("programme"))
    calls = calls_of_workspace(user).annotate(own_roles=ArraySubquery(memberships.values("role")))
    call = get_object_or_404(calls, pk=pk)
    remember_roles(user, call.programme_id, vars(call)["own_roles"])
    return call


def counts_by_state(call: Call) -> dict[str, int]:
    """How many sketches of the call stand in each state; every state is a key."""
    counted = dict(call.sketches.values_list("state").annotate(number=Count("pk")).order_by())
    return {state: counted.get(state, 0) for state in SketchState.values}


@dataclass(frozen=True)
class DayCount:
    """What a day brought: drafts begun, and sketches handed in for the first time; `_total`: up to the day's end."""

    day: dt.date
    begun: int
    first: int
    begun_total: int
    total: int


def days_of_work(call: Call) -> list[DayCount]:
    """One row for each day, in the call's zone, on which a sketch was begun or first handed in. One query."""
    begun = _by_day(call.sketches.order_by(), "created_at", call, 0)
    first = _by_day(SketchVersion.objects.filter(sketch__call=call, number=1).order_by(), "submitted_at", call, 1)
    days: dict[dt.date, list[int]] = {}
    for day, is_first, number in begun.union(first, all=True):
        days.setdefault(day, [0, 0])[is_first] = number
    rows, begun_total, total = [], 0, 0
    for day, (begun_then, first_then) in sorted(days.items()):
        begun_total += begun_then
        total += first_then
        rows.append(DayCount(day, begun_then, first_then, begun_total, total))
    return rows


def _by_day(rows: QuerySet, column: str, call: Call, kind: int) -> QuerySet:
    """(day, kind, number of rows) for each day."""
    days = rows.annotate(day=TruncDate(column, tzinfo=call.zone), kind=Value(kind))
    return days.values_list("day", "kind").annotate(counted=Count("pk"))


@dataclass(frozen=True)
class PhaseStep:
    """One step of the phase bar. state: "done", "current" or "coming"; `when` is the instant that begins it."""

    label: str
    state: str
    when: dt.datetime | None
    ends: dt.datetime | None = None


def phase_steps(call: Call, now: dt.datetime) -> list[PhaseStep]:
    """The phases of the call in order, with the instants and milestones that begin them."""
    begins = (
        (Phase.DRAFT, call.created_at),
        (Phase.ANNOUNCED, call.published_at),
        (Phase.OPEN, call.opens_at),
        (Phase.FORMAL_CHECK, call.deadline),
        (Phase.ASSESSMENT, call.formal_check_completed_at),
        (Phase.JURY_MEETING, call.assessment_completed_at),
        (Phase.DECISION, call.recommended_at),
        (Phase.LETTERS, call.decided_at),
        (Phase.COMPLETED, call.result_published_at),
    )
    order = [phase for phase, _when in begins]
    current = call.phase_at(now)
    place = order.index(current) if current in order else len(order)
    states = ["done" if index < place else "current" if index == place else "coming" for index in range(len(order))]
    return [PhaseStep(str(phase.label), state, when) for (phase, when), state in zip(begins, states, strict=True)]


def chosen_sketches(call: Call, user: User, references: list[str]) -> list[Sketch]:
    """Of the sketches named, those that the user may see, in the order they came."""
    seen = received_sketches(call, user=user).filter(reference__in=references)
    heavy = [f"current_version__{name}" for name in ("canonical", "answers", "questions")]
    return list(
        seen.select_related("organisation", "current_version")
        .defer(*heavy)
        .order_by("current_version__submitted_at", "pk")
    )


def received_sketch(call: Call, user: User, reference: str) -> Sketch | None:
    """A sketch that has been handed in, with what its page needs; None for drafts, strangers and vetoed ones."""
    return (
        received_sketches(call, user=user)
        .select_related("organisation", "current_version", "current_version__leaf", "current_version__submitted_by")
        .filter(reference=reference)
        .annotate(version_count=Count("versions"))
        .first()
    )


def log_entries(call: Call) -> QuerySet[ModelLogEntry]:
    """What was done with the call, newest first."""
    return ModelLogEntry.objects.for_instance(call).select_related("user")


def undecided_sketches(call: Call) -> QuerySet[Sketch]:
    """Sketches that the formal check has still to admit or dismiss."""
    return (
        call.sketches.filter(state=SketchState.SUBMITTED)
        .select_related("organisation", "current_version")
        .defer("current_version__canonical", "current_version__answers", "current_version__questions")
        .order_by("pk")
    )


def shown_answers(sketch: Sketch, language: str) -> list[Answered]:
    """What the version that counts says, question by question, as the questions were asked then."""
    version = sketch.current_version
    if version is None:
        return []
    return answered(version.questions, version.answers, language, files=version.files)
