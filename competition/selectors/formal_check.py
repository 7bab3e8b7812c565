"""Reads for the formal check: the queue, the list of conditions of one sketch, and what waits for a second person."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery

from accounts.models import Organisation, User
from competition.enums import FormalCondition, FormalVerdict, SketchState
from competition.models import Call, DismissalProposal, FormalCheck, FormalFinding, Sketch
from competition.selectors.formal_hints import Handed, Hint, hint
from competition.selectors.sketches import received_sketches
from competition.selectors.workspace import shown_answers

MINE, FREE, SECOND = "mine", "free", "second"
FILTERS = (MINE, FREE, SECOND)


@dataclass(frozen=True)
class ConditionRow:
    """One line of the list: the condition, what has been found, and what the machine says."""

    condition: FormalCondition
    finding: FormalFinding | None
    hint: Hint | None
    is_outdated: bool

    @property
    def label(self) -> str:
        return str(self.condition.label)


def organisations_behind(sketch: Sketch) -> list[Organisation]:
    """The lead applicant and then the others of the version that counts, as they are now. One query."""
    handed_in = sketch.current_version.organisations if sketch.current_version else []
    keys = [one["id"] for one in handed_in if one["id"] != sketch.organisation_id]
    return [sketch.organisation, *Organisation.objects.filter(pk__in=keys).order_by("pk")]


def condition_rows(sketch: Sketch, language: str) -> list[ConditionRow]:
    """Every condition in order, for the version that counts. Two queries."""
    version = sketch.current_version
    if version is None:
        return []
    findings = {row.condition: row for row in findings_of(sketch)}
    handed = Handed(sketch, version, shown_answers(sketch, language), organisations_behind(sketch))
    return [
        ConditionRow(
            condition=condition,
            finding=(found := findings.get(condition)),
            hint=hint(condition, handed),
            is_outdated=found is not None and found.version != version.number,
        )
        for condition in FormalCondition
    ]


def findings_of(sketch: Sketch) -> QuerySet[FormalFinding]:
    return FormalFinding.objects.filter(formal_check__sketch=sketch).select_related("found_by")


def check_of(sketch: Sketch) -> FormalCheck | None:
    return FormalCheck.objects.filter(sketch=sketch).select_related("officer").first()


def open_proposal(sketch: Sketch) -> DismissalProposal | None:
    """The proposal to dismiss that waits for a second person."""
    return sketch.dismissal_proposals.filter(settled_at=None).select_related("proposed_by").first()


def last_refusal(sketch: Sketch) -> DismissalProposal | None:
    """The last proposal, where the second person did not agree."""
    last = sketch.dismissal_proposals.exclude(settled_at=None).select_related("settled_by", "proposed_by").first()
    return last if last is not None and not last.confirmed else None


def unmet(call: Call) -> QuerySet[Sketch]:
    """Sketches of which a condition is found not to be met, in the version that counts."""
    standing = FormalFinding.objects.filter(
        formal_check__sketch=OuterRef("pk"),
        verdict=FormalVerdict.NOT_MET,
        version=OuterRef("current_version__number"),
    )
    return call.sketches.filter(Exists(standing))


def waiting_for_second(call: Call) -> QuerySet[Sketch]:
    """Sketches with a proposal to dismiss that nobody has settled yet."""
    return call.sketches.filter(dismissal_proposals__settled_at=None, dismissal_proposals__isnull=False)


@dataclass(frozen=True)
class QueueRow:
    """One line of the case officers' queue."""

    reference: str
    title: str
    organisation: str
    state: SketchState
    submitted_at: dt.datetime
    officer: str
    looked_at: int
    not_met: int
    unclear: int
    proposed_by: int | None

    @property
    def waits(self) -> bool:
        return self.proposed_by is not None


CONDITIONS = len(FormalCondition)


def queue(call: Call, user: User, *, chosen: str = "", search: str = "") -> QuerySet:
    """The sketches that the formal check is about, as values for `queue_row`: undecided ones first, then by arrival."""
    current = Q(formal_check__findings__version=F("current_version__number"))
    proposal = DismissalProposal.objects.filter(sketch=OuterRef("pk"), settled_at=None)
    rows = received_sketches(call, user=user).exclude(state=SketchState.WITHDRAWN)
    if chosen == MINE:
        rows = rows.filter(formal_check__officer=user, state=SketchState.SUBMITTED)
    elif chosen == FREE:
        rows = rows.filter(formal_check__officer=None, state=SketchState.SUBMITTED)
    elif chosen == SECOND:
        rows = rows.filter(Exists(proposal.exclude(proposed_by=user)))
    if search := search.replace("\x00", "").strip():
        rows = rows.filter(
            Q(current_version__title__icontains=search)
            | Q(organisation__name__icontains=search)
            | Q(reference__iexact=search)
        )
    counted = {
        "looked_at": Count("formal_check__findings", filter=current),
        "not_met": Count("formal_check__findings", filter=current & Q(formal_check__findings__verdict="not_met")),
        "unclear": Count("formal_check__findings", filter=current & Q(formal_check__findings__verdict="unclear")),
    }
    return (
        rows.annotate(
            **counted,
            proposed_by=Subquery(proposal.values("proposed_by")[:1]),
            settled=ExpressionWrapper(~Q(state=SketchState.SUBMITTED), output_field=BooleanField()),
        )
        .values(
            "reference",
            "state",
            *counted,
            "proposed_by",
            version_title=F("current_version__title"),
            name=F("organisation__name"),
            at=F("current_version__submitted_at"),
            officer_name=F("formal_check__officer__name"),
            officer_email=F("formal_check__officer__email"),
        )
        .order_by("settled", "current_version__submitted_at", "pk")
    )


def queue_row(values: dict) -> QueueRow:
    return QueueRow(
        reference=values["reference"],
        title=values["version_title"],
        organisation=values["name"],
        state=SketchState(values["state"]),
        submitted_at=values["at"],
        officer=values["officer_name"] or values["officer_email"] or "",
        looked_at=values["looked_at"],
        not_met=values["not_met"],
        unclear=values["unclear"],
        proposed_by=values["proposed_by"],
    )


@dataclass(frozen=True)
class QueueCounts:
    undecided: int
    mine: int
    free: int
    second: int


def queue_counts(call: Call, user: User) -> QueueCounts:
    """How much waits, for everybody and for this person. One query."""
    others = DismissalProposal.objects.filter(sketch=OuterRef("pk"), settled_at=None).exclude(proposed_by=user)
    waiting = received_sketches(call, user=user).filter(state=SketchState.SUBMITTED)
    found = waiting.aggregate(
        undecided=Count("pk"),
        mine=Count("pk", filter=Q(formal_check__officer=user)),
        free=Count("pk", filter=Q(formal_check__officer=None)),
        second=Count("pk", filter=Exists(others)),
    )
    return QueueCounts(**found)


def next_undecided(call: Call, user: User, after: Sketch) -> str:
    """Reference of the sketch to look at next: mine or nobody's, in order of arrival, going round; "" without one."""
    own = Q(formal_check__officer=user) | Q(formal_check__officer=None)
    proposed = DismissalProposal.objects.filter(sketch=OuterRef("pk"), settled_at=None)
    waiting = (
        received_sketches(call, user=user)
        .filter(own, ~Exists(proposed), state=SketchState.SUBMITTED)
        .exclude(pk=after.pk)
        .order_by("current_version__submitted_at", "pk")
    )
    at = after.current_version.submitted_at if after.current_version else None
    later = waiting.filter(current_version__submitted_at__gte=at).first() if at else None
    found = later or waiting.first()
    return found.reference if found else ""
