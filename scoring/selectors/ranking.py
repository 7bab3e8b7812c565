"""Reads about rankings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import F

from competition.models import Call
from scoring.enums import Outcome, RunState
from scoring.models import AggregationRun, RankingRow


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


def latest_run(call: Call) -> AggregationRun | None:
    """The newest computed ranking."""
    return call.aggregation_runs.filter(state=RunState.DONE).order_by("-pk").first()


def current_run(call: Call) -> AggregationRun | None:
    """The newest run in whatever state, to show how far it is."""
    return call.aggregation_runs.order_by("-pk").first()


def ranking_rows(run: AggregationRun) -> list[RankedSketch]:
    """The whole ranking with names, unranked sketches last. One query at any length."""
    rows = list(
        RankingRow.objects.filter(run=run)
        .annotate(
            reference=F("sketch__reference"), title=F("sketch__title"), organisation=F("sketch__organisation__name")
        )
        .order_by("rank", "-mean", "sketch__reference")
    )
    line = run.parameters.get("top")
    above = [row for row in rows if row.rank is not None and line and row.rank <= line]
    last = above[-1].pk if above and len(above) < len(rows) else None
    return [
        RankedSketch(
            row=row,
            reference=row.reference,
            title=row.title,
            organisation=row.organisation,
            is_last_above_line=row.pk == last,
        )
        for row in rows
    ]


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
