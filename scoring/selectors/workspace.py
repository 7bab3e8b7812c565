"""Reads for the jury's pages of the owner's workspace, as frozen dataclasses; a fixed number of queries each."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from competition.models import Call, Sketch
from competition.selectors.vetoes import without_vetoed
from scoring.enums import GRADING_ROLES, AssessmentState, JurorState, RunState, Verdict
from scoring.models import (
    AggregationRun,
    Assessment,
    AssignmentPair,
    AssignmentRun,
    ImpartialityDeclaration,
    Juror,
    JurorTopic,
)
from scoring.selectors.impartiality import sketches_to_declare

POOR_FIT = 0.25
# The solver's codes (scoring.assignment.solution.Unfilled), said to the jury secretary.
UNFILLED_REASONS: dict[str, str | Promise] = {
    "conflicts": _("Too few jurors may judge it."),
    "groups": _("The jurors who are left work for an employer that already judges it."),
    "loads": _("The jurors who may judge it have as many sketches as they agreed to."),
}


@dataclass(frozen=True)
class JurorRow:
    """One seat. `assigned` and `final` count standing assessments, `undeclared` sketches not answered for.

    `disqualified` and `unsettled` count the juror's declarations in the call, also after its sketches are decided.
    """

    juror: Juror
    topics: list[str]
    assigned: int
    final: int
    undeclared: int
    disqualified: int
    unsettled: int

    @property
    def more_topics(self) -> int:
        """How many topics there are beside the first three."""
        return max(0, len(self.topics) - 3)


GONE = (JurorState.REMOVED, JurorState.DECLINED, JurorState.LEFT)


def juror_rows(call: Call) -> list[JurorRow]:
    """All seats of the jury, those taken off last. Five queries at any length."""
    jurors = list(call.jurors.select_related("user", "organisation").order_by("pk"))
    topics: dict[int, list[str]] = defaultdict(list)
    known = JurorTopic.objects.filter(juror__call=call, strength__gt=0).select_related("topic").order_by("topic__code")
    for strength in known:
        topics[strength.juror_id].append(strength.topic.label)
    work = {row["juror"]: row for row in _work(call)}
    declared = {row["juror"]: row for row in _declared(call)}
    total = sketches_to_declare(call).count()
    rows = [
        JurorRow(
            juror=juror,
            topics=topics[juror.pk],
            assigned=work.get(juror.pk, {}).get("assigned", 0),
            final=work.get(juror.pk, {}).get("final", 0),
            undeclared=0
            if juror.role not in GRADING_ROLES
            else max(0, total - declared.get(juror.pk, {}).get("answered", 0)),
            disqualified=declared.get(juror.pk, {}).get("disqualified", 0),
            unsettled=declared.get(juror.pk, {}).get("unsettled", 0),
        )
        for juror in jurors
    ]
    return sorted(rows, key=lambda row: row.juror.state in GONE)


def _work(call: Call):
    standing = Assessment.objects.standing().filter(juror__call=call).order_by().values("juror")
    return standing.annotate(assigned=Count("pk"), final=Count("pk", filter=Q(state=AssessmentState.FINAL)))


def _declared(call: Call):
    declared = ImpartialityDeclaration.objects.filter(juror__call=call).order_by()
    return declared.values("juror").annotate(
        answered=Count("pk", filter=Q(sketch__in=sketches_to_declare(call))),
        disqualified=Count("pk", filter=Q(verdict=Verdict.DISQUALIFIED)),
        unsettled=Count("pk", filter=Q(verdict=Verdict.UNSETTLED)),
    )


def get_juror(call: Call, pk: int) -> Juror | None:
    return call.jurors.select_related("user", "organisation", "call").filter(pk=pk).first()


def strengths_of(juror: Juror) -> dict[int, float]:
    """{primary key of the topic: how well the juror knows it}."""
    return {topic: float(strength) for topic, strength in juror.topic_strengths.values_list("topic", "strength")}


def get_assignment_run(call: Call, pk: int) -> AssignmentRun | None:
    return call.assignment_runs.select_related("created_by", "published_by", "call").filter(pk=pk).first()


@dataclass(frozen=True)
class Pairing:
    """One chosen pair: the fit from 0 to 1, and how well the juror knows each topic of the sketch."""

    reference: str
    title: str
    juror: str
    fit: float
    terms: dict[str, float]
    kept: bool


@dataclass(frozen=True)
class Load:
    """How much one juror carries, and the bounds agreed."""

    name: str
    load: int
    least: int
    most: int


@dataclass(frozen=True)
class Cell:
    """One juror on one sketch: nothing, a conflict, or a pair with its fit and its band from 0 (poor) to 3."""

    fit: float | None = None
    band: int | None = None
    conflict: bool = False


EMPTY, CONFLICT = Cell(), Cell(conflict=True)


@dataclass(frozen=True)
class Unfilled:
    """Places that nobody could be given, why, and what would help."""

    reference: str
    title: str
    places: int
    reason: str | Promise
    relief: list[str]


@dataclass(frozen=True)
class AssignmentOverview:
    """Everything the page of one finished run shows."""

    pairs: list[Pairing]
    loads: list[Load]
    places: list[int]  # of each sketch that competes
    unfilled: list[Unfilled] = field(default_factory=list)
    wanted: int = 0
    keys: frozenset[tuple[int, int]] = frozenset()  # (sketch, juror) of every pair, for checks; not to be shown
    seen: frozenset[int] = frozenset()  # sketches that the person may see

    @property
    def covered(self) -> int:
        """Sketches with as many jurors as asked for."""
        return sum(places >= self.wanted for places in self.places)

    @property
    def lowest(self) -> Pairing | None:
        return min(self.pairs, key=lambda pair: pair.fit, default=None)


def assignment_overview(run: AssignmentRun, user: Any) -> AssignmentOverview:
    """The result of a run with names, without sketches kept from the person. Three queries at any size."""
    pairs = list(AssignmentPair.objects.filter(run=run).values_list("sketch", "juror", "affinity", "terms"))
    seen = without_vetoed(Sketch.objects.competing().filter(call_id=run.call_id), user).order_by("reference")
    named = seen.values_list("pk", "reference", "current_version__title")
    sketches = {pk: (reference, title) for pk, reference, title in named}
    seats = Juror.objects.filter(Q(call_id=run.call_id, state=JurorState.ACCEPTED) | Q(pk__in={p[1] for p in pairs}))
    jurors = {juror.pk: juror for juror in seats.select_related("user")}
    names = {pk: str(juror.user) for pk, juror in sorted(jurors.items(), key=lambda item: str(item[1].user).lower())}
    fit_of = {(sketch, juror): fit for sketch, juror, fit, _text in pairs}
    carried: dict[int, int] = defaultdict(int)
    for _pk, juror, *_rest in pairs:
        carried[juror] += 1
    judged = Counter(sketch for sketch, *_rest in pairs)
    return AssignmentOverview(
        pairs=_pairings(pairs, sketches, names),
        loads=[Load(names[pk], carried[pk], jurors[pk].load_min, jurors[pk].load_max) for pk in names],
        places=[judged[pk] for pk in sketches],
        unfilled=[
            _unfilled(item, sketches, names) for item in run.metrics.get("unfilled", []) if item["sketch"] in sketches
        ],
        wanted=run.parameters.get("jurors_per_sketch", 0),
        keys=frozenset(fit_of),
        seen=frozenset(sketches),
    )


def _pairings(pairs, sketches: dict[int, tuple[str, str]], names: dict[int, str]) -> list[Pairing]:
    found = [
        Pairing(
            reference=sketches[sketch][0],
            title=sketches[sketch][1],
            juror=names[juror],
            fit=fit,
            terms=terms.get("topics", {}),
            kept=terms.get("kept", False),
        )
        for sketch, juror, fit, terms in pairs
        if sketch in sketches and juror in names
    ]
    return sorted(found, key=lambda pair: (pair.fit, pair.reference, pair.juror))


def fit_cell(fit: float) -> Cell:
    """A pair with its fit and band."""
    return Cell(fit=fit, band=_band(fit))


def _band(fit: float) -> int:
    """0 for a poor fit, then thirds of what is left."""
    return 0 if fit < POOR_FIT else min(3, 1 + int((fit - POOR_FIT) / (1 - POOR_FIT) * 3))


def _unfilled(item: dict, sketches: dict[int, tuple[str, str]], names: dict[int, str]) -> Unfilled:
    reference, title = sketches.get(item["sketch"], (item.get("reference", ""), ""))
    relief = [names[juror] for juror in item.get("relief", []) if juror in names]
    return Unfilled(reference, title, item["places"], UNFILLED_REASONS.get(item["reason"], item["reason"]), relief)


def juror_counts(call: Call) -> dict[str, int]:
    """{state: number of seats}."""
    return dict(call.jurors.values_list("state").annotate(number=Count("pk")).order_by())


@dataclass(frozen=True)
class RankingState:
    """The newest run in whatever state, the newest finished one, and how much work is final of what is handed out."""

    newest: AggregationRun | None
    done: AggregationRun | None
    final: int
    handed_out: int


def ranking_state(call: Call) -> RankingState:
    """One query where the newest run is finished, at most three otherwise."""
    standing = Assessment.objects.standing().filter(juror__call=OuterRef("call")).order_by().values("juror__call")
    handed_out = standing.annotate(number=Count("pk")).values("number")
    final = standing.filter(state=AssessmentState.FINAL).annotate(number=Count("pk")).values("number")
    runs = call.aggregation_runs.annotate(handed_out=Subquery(handed_out), final=Subquery(final)).order_by("-pk")
    newest = runs.first()
    if newest is None:
        counts = assessment_counts(call)
        return RankingState(None, None, counts.get(AssessmentState.FINAL, 0), sum(counts.values()))
    done = newest if newest.state == RunState.DONE else runs.filter(state=RunState.DONE).first()
    return RankingState(newest, done, newest.final or 0, newest.handed_out or 0)


def assessment_counts(call: Call) -> dict[str, int]:
    """{state: number of standing assessments}."""
    standing = Assessment.objects.standing().filter(juror__call=call)
    return dict(standing.values_list("state").annotate(number=Count("pk")).order_by())


def find_organisation(text: str) -> Organisation | None:
    """The one organisation of exactly this name (whatever its case) or number; None when there is none, or several."""
    digits = "".join(text.replace("-", "").split())
    found = list(Organisation.objects.filter(Q(name__iexact=text) | (Q(number=digits) & ~Q(number="")))[:2])
    return found[0] if len(found) == 1 else None
