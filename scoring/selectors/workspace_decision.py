"""Reads for the decision's page of the owner's workspace."""

from __future__ import annotations

from competition.models import Call, Sketch
from scoring.models import AggregationRun, Decision, DecisionItem, Recommendation, RecommendationItem


def recommendation_of(call: Call) -> Recommendation | None:
    return Recommendation.objects.select_related("made_by", "run").filter(call=call).first()


def decision_of(call: Call) -> Decision | None:
    return Decision.objects.select_related("decided_by").filter(call=call).first()


def recommended_items(recommendation: Recommendation) -> list[RecommendationItem]:
    """Awards first, then by reference. One query."""
    return list(
        recommendation.items.select_related("sketch__organisation", "sketch__call").order_by(
            "outcome", "sketch__reference"
        )
    )


def decided_items(decision: Decision) -> list[DecisionItem]:
    return list(decision.items.select_related("sketch__organisation").order_by("outcome", "sketch__reference"))


def sketches_in_order(call: Call, run: AggregationRun) -> list[tuple[Sketch, int | None, float | None, bool]]:
    """Competing sketches with rank, mean and whether they are tied at the line, the best first. Two queries."""
    ranked = {row.sketch_id: row for row in run.rows.all()}
    sketches = Sketch.objects.competing().filter(call=call).select_related("organisation", "call")
    found = [(sketch, ranked.get(sketch.pk)) for sketch in sketches]
    found.sort(key=lambda pair: (pair[1] is None or pair[1].rank is None, pair[1].rank if pair[1] else 0, pair[0].pk))
    return [
        (sketch, row.rank, row.mean, row.tie_group) if row else (sketch, None, None, False) for sketch, row in found
    ]
