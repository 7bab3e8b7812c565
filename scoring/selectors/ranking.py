"""Reads about rankings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import Lead

from competition.models import Call, Sketch
from competition.selectors.vetoes import without_vetoed
from scoring.enums import Outcome, RunState
from scoring.models import AggregationRun, Assessment, RankingRow


@dataclass(frozen=True)
class RankedSketch:
    """One line of a ranking, ready to be shown."""

    row: RankingRow
    reference: str
    title: str
    organisation: str
    is_last_above_line: bool

    @property
    def rank(self) -> int | None:
        return self.row.rank


def calls_to_rank(now: dt.datetime) -> list[Call]:
    """Calls whose jurors have sent something, and where nothing has been recommended yet."""
    sent = Assessment.objects.final().filter(juror__call=OuterRef("pk"))
    calls = Call.objects.filter(
        Exists(sent), formal_check_completed_at__lte=now, recommended_at=None, cancelled_at=None, archived_at=None
    )
    return list(calls.select_related("programme").order_by("pk"))


def latest_run(call: Call) -> AggregationRun | None:
    """The newest computed ranking."""
    return call.aggregation_runs.filter(state=RunState.DONE).order_by("-pk").first()


def current_run(call: Call) -> AggregationRun | None:
    """The newest run in whatever state, to show how far it is."""
    return call.aggregation_runs.order_by("-pk").first()


@dataclass(frozen=True)
class Narrowed:
    """What a ranking is narrowed to: code of a topic, region, kind of organisation; "" for all."""

    topic: str = ""
    region: str = ""
    kind: str = ""

    def condition(self, prefix: str) -> Q:
        """On rows; `prefix` is the way to their sketch."""
        given = Q()
        if self.topic:
            named = Sketch.topics.through.objects.filter(topic__code=self.topic).values("sketch")
            given &= Q(**{f"{prefix}in": named})
        if self.region:
            given &= Q(**{f"{prefix}organisation__region": self.region})
        if self.kind:
            given &= Q(**{f"{prefix}organisation__kind": self.kind})
        return given

    def __bool__(self) -> bool:
        return bool(self.topic or self.region or self.kind)


def visible_rows(run: AggregationRun, user: Any) -> QuerySet[RankingRow]:
    """Without sketches that are kept from the person, whatever role shows the ranking."""
    sketches = without_vetoed(Sketch.objects.filter(call_id=run.call_id), user)
    return RankingRow.objects.filter(run=run, sketch__in=sketches).order_by()


def ranked(run: AggregationRun, user: Any, narrowed: Narrowed | None = None) -> QuerySet[RankingRow]:
    """The ranking in order, unranked sketches last, with names and with what comes next, so that it can be paged.

    Sketches kept from `user` are not there; the ranks of the others stay as they are.

    Annotations: reference, title, organisation; next_pk and next_rank of the following row, None after the last.
    """
    order = ("rank", "-mean", "sketch__reference")
    # NULLs last, as the ordering of the rows has them.
    following = [F("rank").asc(nulls_last=True), F("mean").desc(), F("sketch__reference").asc()]
    return (
        visible_rows(run, user)
        .filter((narrowed or Narrowed()).condition("sketch__"))
        .annotate(
            reference=F("sketch__reference"),
            title=F("sketch__title"),
            organisation=F("sketch__organisation__name"),
            next_pk=Window(Lead("pk"), order_by=following),
            next_rank=Window(Lead("rank"), order_by=following),
        )
        .order_by(*order)
    )


def ranking_rows(run: AggregationRun, rows: Iterable[Any]) -> list[RankedSketch]:
    """Those `rows` of what `ranked` gives, with the line between them."""
    line = run.parameters.get("top")
    return [
        RankedSketch(
            row=row,
            reference=row.reference,
            title=row.title,
            organisation=row.organisation,
            is_last_above_line=_is_last_above(row, line),
        )
        for row in rows
    ]


def _is_last_above(row, line: int | None) -> bool:
    """Whether the next row, if there is one, stands below the line or has no rank."""
    if not line or row.rank is None or row.rank > line or row.next_pk is None:
        return False
    return row.next_rank is None or row.next_rank > line


def departures(outcome_of: Mapping[int, str], rank_of: Mapping[int, int | None]) -> set[int]:
    """Sketches to be awarded although one with the same or a better rank is not; each needs the jury's reasons.

    A shared rank is a tie that only a recorded vote may decide. A sketch without a rank always needs reasons.
    """
    ranks = [rank_of.get(sketch) for sketch, outcome in outcome_of.items() if outcome != Outcome.AWARD]
    best_rejected = min((rank for rank in ranks if rank is not None), default=None)
    departing = set()
    for sketch, outcome in outcome_of.items():
        if outcome != Outcome.AWARD:
            continue
        rank = rank_of.get(sketch)
        if rank is None or (best_rejected is not None and rank >= best_rejected):
            departing.add(sketch)
    return departing
