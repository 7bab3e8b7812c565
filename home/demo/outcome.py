"""The end of a demo competition: ranking, recommendation, decision, letters, publication."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from competition.enums import ProgrammeRole
from home.demo.calls import staff_of
from home.demo.world import data
from notifications.models import Letter
from scoring.enums import Outcome
from scoring.models import AggregationRun, RankingRow
from scoring.services.aggregation import start_aggregation
from scoring.services.decision import OutcomeInput, complete_assessment, decide, recommend
from scoring.services.letters import publish_result, send_letters

if TYPE_CHECKING:
    from home.demo.story import Story

DEPARTURE = "Skissene sto likt. Juryen stemte i møtet og satte den ene foran."


def rank(story: Story) -> AggregationRun:
    """Complete the assessment and compute the ranking."""
    secretary = _staff(story, ProgrammeRole.JURY_SECRETARY)
    with story.when(day=22):
        complete_assessment(by=secretary, call=story.call)
        run = start_aggregation(by=secretary, call=story.call)
        story.runner.finish(run)
    run.refresh_from_db()
    rows = list(run.rows.select_related("sketch").order_by("rank", "sketch__reference"))
    spreads = [row.spread for row in rows if row.spread is not None]
    line = [row for row in rows if row.tie_group]
    story.report.step(
        "ranked",
        f"{len(rows)} sketches ranked, means {rows[0].mean:.2f} to {rows[-1].mean:.2f}, widest spread within a sketch "
        f"{max(spreads):.2f}; {len(line)} cannot be told apart at the line",
        sketches=len(rows),
        tie_group=len(line),
        ranking=[_figures(row) for row in rows],
    )
    return run


def _figures(row: RankingRow) -> dict:
    return {
        "reference": row.sketch.reference,
        "title": row.sketch.title,
        "rank": row.rank,
        "mean": row.mean,
        "calibrated": row.calibrated,
        "interval90": [row.interval90_low, row.interval90_high],
        "spread": row.spread,
        "flags": row.flags,
    }


def _staff(story: Story, role: ProgrammeRole):
    return staff_of(story.world, "no-2017", role)


def _outcomes(story: Story, run: AggregationRun) -> list[OutcomeInput]:
    """Five on the shortlist, four awarded; of the two that tie at the line the jury's vote takes one."""
    from home.demo.story import AWARDED, SHORTLISTED, TIED

    reasons = data()["reasons"]["nb"]
    awarded = {story.sketches[key].pk for key in AWARDED}
    shortlisted = {story.sketches[key].pk for key in SHORTLISTED}
    tied = {story.sketches[key].pk for key in TIED}
    items = []
    for row in run.rows.select_related("sketch"):
        award = row.sketch_id in awarded
        kind = "award" if award else "shortlisted" if row.sketch_id in shortlisted else "reject"
        items.append(
            OutcomeInput(
                sketch=row.sketch,
                outcome=Outcome.AWARD if award else Outcome.REJECT,
                shortlisted=row.sketch_id in shortlisted,
                amount=Decimal(story.call.max_per_project) if award else None,
                reasons=reasons[kind],
                departure_reasons=DEPARTURE if award and row.sketch_id in tied else "",
            )
        )
    return items


def recommend_and_decide(story: Story) -> None:
    """The jury recommends, somebody else decides."""
    secretary, decider = _staff(story, ProgrammeRole.JURY_SECRETARY), _staff(story, ProgrammeRole.DECISION_MAKER)
    reasons = data()["reasons"]["nb"]["jury"]
    run = story.call.aggregation_runs.latest("pk")
    items = _outcomes(story, run)
    with story.when(day=28):
        recommend(by=secretary, call=story.call, run=run, reasons=reasons, items=items)
    with story.when(day=29):
        decision = decide(by=decider, call=story.call, reasons="Vedtaket følger innstillingen.", items=items)
    outcomes = list(decision.items.values_list("outcome", "shortlisted", "amount"))
    awards = [amount for outcome, _shortlisted, amount in outcomes if outcome == Outcome.AWARD]
    story.report.step(
        "decided",
        f"{sum(on for _o, on, _a in outcomes)} shortlisted, {len(awards)} awarded, "
        f"{format(sum(awards), ',.0f').replace(',', ' ')} {story.call.currency} in all",
        shortlisted=sum(on for _o, on, _a in outcomes),
        awarded=len(awards),
        amount=str(sum(awards)),
    )


def tell_everybody(story: Story) -> None:
    """All letters leave together; then the result is public."""
    owner = _staff(story, ProgrammeRole.OWNER)
    with story.when(day=29, hour=12):
        sent = send_letters(by=owner, call=story.call)
    with story.when(day=30, hour=12):
        publish_result(by=owner, call=story.call)
    story.call.refresh_from_db()
    letters = Letter.objects.about(story.call)
    story.report.step(
        "published_result",
        f"{sent} letters with reasons released together, {letters.count()} letters in all; the result is public",
        letters=sent,
        letters_in_all=letters.count(),
    )
