"""Reads about published juries and what agencies say against jurors.

What an agency sees here rests on the jury and on its own objections alone: never on declarations or assignments.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from competition.enums import Phase
from competition.models import Call, Sketch
from scoring.enums import JurorRole, JurorState, ObjectionState
from scoring.models import Juror, JuryPublication, Objection
from scoring.selectors import impartiality, people

# From the deadline, when it is settled who takes part, until grades no longer change.
OBJECTION_PHASES = (Phase.FORMAL_CHECK, Phase.ASSESSMENT)


@dataclass(frozen=True)
class ShownJuror:
    """What everybody reads of a juror. An address is never shown in place of a name."""

    pk: int
    name: str
    part: str
    employer: str


@dataclass(frozen=True)
class JurorRow:
    """One juror for an agency, with its latest objection."""

    juror: ShownJuror
    objection: Objection | None

    @property
    def is_open(self) -> bool:
        return self.objection is not None and self.objection.state == ObjectionState.OPEN


def publication_of(call: Call) -> JuryPublication:
    """The call's row, or an unsaved one that publishes nothing."""
    return JuryPublication.objects.filter(call=call).first() or JuryPublication(call=call)


# What the criteria's query learns on the way (see scoring.selectors.public).
JURY_IS_PUBLISHED = "_jury_is_published"


def published_jury(call: Call) -> list[ShownJuror]:
    """Those who have accepted, the chair first; nobody in a jury that is not published. One query."""
    jurors = Juror.objects.serving().filter(call=call, call__jury_publication__is_published=True)
    rows = [_shown(juror) for juror in jurors.select_related("user", "organisation").order_by("pk")]
    return sorted(rows, key=lambda row: not row.part)


def _shown(juror: Juror) -> ShownJuror:
    return ShownJuror(
        pk=juror.pk,
        name=juror.user.name,
        part=juror.get_role_display() if juror.role == JurorRole.CHAIR else "",
        employer=juror.organisation.name if juror.organisation else "",
    )


def shown_name(juror: Juror) -> str:
    """The name that the juror is published by; empty where the person has chosen none."""
    return juror.user.name


def takes_objections(publication: JuryPublication, phase: Phase, now: dt.datetime) -> bool:
    """Whether agencies may object now. The day ends on the call's own clock."""
    if not publication.is_published or phase not in OBJECTION_PHASES:
        return False
    last = publication.objections_until
    return last is None or now.astimezone(publication.call.zone).date() <= last


def rows_for(sketch: Sketch) -> tuple[list[JurorRow], list[Objection]]:
    """The published jurors with the sketch's latest objection to each; and objections to people not shown there."""
    latest: dict[int, Objection] = {}
    for objection in objections_of(sketch):
        latest[objection.juror_id] = objection
    rows = [JurorRow(juror, latest.pop(juror.pk, None)) for juror in published_jury(sketch.call)]
    return rows, list(latest.values())


def objections_of(sketch: Sketch) -> QuerySet[Objection]:
    return Objection.objects.filter(sketch=sketch).select_related("reason", "juror__user").order_by("pk")


def open_objections(call: Call) -> QuerySet[Objection]:
    """What waits for a finding."""
    return Objection.objects.filter(
        sketch__call=call,
        sketch__state__in=impartiality.DECLARABLE_STATES,
        state=ObjectionState.OPEN,
        juror__state=JurorState.ACCEPTED,
    ).select_related("juror__user", "juror__call", "sketch__organisation", "sketch__call", "reason")


def get_open_objection(call: Call, pk: int) -> Objection:
    """Raises Http404. Who may settle it is the service's question."""
    return get_object_or_404(open_objections(call), pk=pk)


def pointless(call: Call) -> QuerySet[Objection]:
    """Open ones that nobody needs a finding on: the call is off, or the sketch takes no part."""
    rows = Objection.objects.filter(sketch__call=call, state=ObjectionState.OPEN)
    if call.cancelled_at is not None:
        return rows
    return rows.exclude(sketch__state__in=impartiality.DECLARABLE_STATES)


def open_objections_for(user, call: Call) -> list[Objection]:
    """Those that the chair may settle: none against the chair, and none where the chair has left the room."""
    if not people.has_seat(user, call, roles=(JurorRole.CHAIR,)):
        return []
    rows = list(open_objections(call).exclude(juror__user=user))
    left = impartiality.left_rooms(user, call) if rows else set()
    return [row for row in rows if row.sketch_id not in left]


def cases_waiting(call: Call) -> int:
    """How many findings are due: jurors' own cases, and objections. One query."""
    own, objections = (
        rows.order_by().values_list("pk") for rows in (impartiality.unsettled(call), open_objections(call))
    )
    return own.union(objections, all=True).count()


def without_letter(since: dt.datetime, until: dt.datetime) -> QuerySet[Objection]:
    """Findings of that time; the letter itself knows whether it was written."""
    settled = (ObjectionState.UPHELD, ObjectionState.NOT_UPHELD)
    rows = Objection.objects.filter(state__in=settled, closed_at__gt=since, closed_at__lt=until)
    return rows.select_related(*LETTER_RELATED).order_by("pk")


LETTER_RELATED = ("juror__user", "made_by", "reason", "sketch__organisation", "sketch__call__programme")
