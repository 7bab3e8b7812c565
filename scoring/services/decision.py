"""The jury recommends, the owner decides: two records, by two people, each with reasons for every sketch."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.errors import InvalidInput
from accounts.guards import require
from accounts.models import User
from competition import audit, clock
from competition.enums import Phase
from competition.models import Call, Sketch
from competition.services.milestones import set_milestone
from scoring.enums import Outcome, RunState
from scoring.errors import NotReady
from scoring.models import AggregationRun, Decision, DecisionItem, Recommendation, RecommendationItem
from scoring.selectors import aggregation_input
from scoring.selectors.objections import cases_waiting
from scoring.selectors.ranking import departures
from scoring.services.aggregation import input_hash

REASONS_LENGTH = 10000


@dataclass(frozen=True)
class OutcomeInput:
    """What is said of one sketch. `departure_reasons`: why it does not follow the ranking, or how the jury voted."""

    sketch: Sketch
    outcome: str
    reasons: str
    shortlisted: bool = False
    amount: Decimal | None = None
    departure_reasons: str = ""


@transaction.atomic
def complete_assessment(*, by: User, call: Call, leave_unfinished: bool = False) -> Call:
    """End the jurors' work. From here on no grade changes.

    Raises NotReady while cases of impartiality are open, a sketch has no final assessment, or assessments are not
    sent; the last can be accepted with `leave_unfinished`.
    """
    require("scoring.complete_assessment", by, call)
    locked = Call.objects.select_for_update().get(pk=call.pk)
    if locked.phase_at(clock.database_now()) != Phase.ASSESSMENT:
        raise NotReady(_("The assessment is not under way."))
    _require_assessed(locked, leave_unfinished)
    set_milestone(call=call, name="assessment_completed_at", by=by)
    audit.record(call=call, action="scoring.complete_assessment", by=by, left_unfinished=leave_unfinished)
    return call


@transaction.atomic
def recommend(*, by: User, call: Call, run: AggregationRun, reasons: str, items: list[OutcomeInput]) -> Recommendation:
    """Make the jury's recommendation, once, on a ranking that is frozen by it.

    Every competing sketch needs an outcome and reasons. Whoever is recommended past a better rank, or level with one
    that is not, needs `departure_reasons` (the jury's vote). Raises InvalidInput keyed by reference, NotReady.
    """
    require("scoring.recommend", by, call)
    locked = Call.objects.select_for_update().get(pk=call.pk)
    run = AggregationRun.objects.select_for_update().get(pk=run.pk)
    _require_recommendable(locked, run)
    items = [replace(item, shortlisted=item.shortlisted or item.outcome == Outcome.AWARD) for item in items]
    _validate(locked, reasons, items)
    _require_departures_explained(run, items)
    run.frozen_at = clock.database_now()
    run.save(update_fields=["frozen_at"])
    recommendation = Recommendation.objects.create(
        call=call, run=run, reasons=reasons.strip(), made_by=by, made_at=run.frozen_at
    )
    RecommendationItem.objects.bulk_create(
        RecommendationItem(
            recommendation=recommendation, departure_reasons=item.departure_reasons.strip(), **_columns(item)
        )
        for item in items
    )
    set_milestone(call=call, name="recommended_at", by=by)
    audit.record(call=call, action="scoring.recommend", by=by, run=str(run.key))
    return recommendation


@transaction.atomic
def decide(*, by: User, call: Call, reasons: str = "", items: list[OutcomeInput] | None = None) -> Decision:
    """Decide on the whole call, once; never whoever recommended, never a juror. Without `items`: as recommended.

    A sketch that was withdrawn meanwhile drops out. `reasons` are required when anything departs from the
    recommendation. Sketches show their outcome when the letters leave, not before. Raises InvalidInput, NotReady.
    """
    require("scoring.decide", by, call)
    locked = Call.objects.select_for_update().get(pk=call.pk)
    if locked.phase_at(clock.database_now()) != Phase.DECISION:
        raise NotReady(_("There is no recommendation to decide on, or it has been decided already."))
    recommended = {item.sketch_id: item for item in locked.recommendation.items.select_related("sketch")}
    if items is None:
        competing = set(_competing(locked))
        items = [_as_input(item) for item in recommended.values() if item.sketch_id in competing]
    items = [replace(item, shortlisted=item.shortlisted or item.outcome == Outcome.AWARD) for item in items]
    changed = [item for item in items if _differs(item, recommended.get(item.sketch.pk))]
    if changed and not reasons.strip():
        raise InvalidInput({"reasons": _("Say why the decision departs from the recommendation.")})
    _validate(locked, reasons or "-", items)
    now = clock.database_now()
    decision = Decision.objects.create(
        call=call, recommendation=locked.recommendation, reasons=reasons.strip(), decided_by=by, decided_at=now
    )
    DecisionItem.objects.bulk_create(DecisionItem(decision=decision, **_columns(item)) for item in items)
    set_milestone(call=call, name="decided_at", by=by)
    audit.record(call=call, action="scoring.decide", by=by, departures=[item.sketch.reference for item in changed])
    return decision


def _require_assessed(call: Call, leave_unfinished: bool) -> None:
    if cases_waiting(call):
        raise NotReady(_("A case of impartiality waits for the jury chair."))
    unassessed = aggregation_input.unassessed_sketches(call)
    if unassessed:
        raise NotReady(
            _("Nobody has sent an assessment of: %(references)s.")
            % {"references": ", ".join(sketch.reference for sketch in unassessed[:20])}
        )
    unfinished = aggregation_input.unfinished_assessments(call)
    if unfinished and not leave_unfinished:
        raise NotReady(
            ngettext("%(count)s assessment has not been sent.", "%(count)s assessments have not been sent.", unfinished)
            % {"count": unfinished}
        )


def _require_recommendable(call: Call, run: AggregationRun) -> None:
    if call.phase_at(clock.database_now()) != Phase.JURY_MEETING:
        raise NotReady(_("A recommendation is made after the assessment is completed, and once."))
    if run.call_id != call.pk or run.state != RunState.DONE:
        raise NotReady(_("Choose a computed ranking of this call."))
    if run.input_sha256 != input_hash(aggregation_input.load(call), run.parameters):
        raise NotReady(_("Grades, sketches or criteria have changed since this ranking. Compute it again."))


def _competing(call: Call) -> dict[int, str]:
    return dict(Sketch.objects.competing().filter(call=call).values_list("pk", "reference"))


def _validate(call: Call, reasons: str, items: list[OutcomeInput]) -> None:
    """One item for every competing sketch, each with reasons, within what the call can give."""
    errors: dict[str, str | Promise] = {}
    if not reasons.strip():
        errors["reasons"] = _("Give the jury's reasons.")
    competing = _competing(call)
    keys = [item.sketch.pk for item in items]
    for key, reference in competing.items():
        if keys.count(key) != 1:
            errors[reference] = _("This sketch needs one outcome.")
    for item in items:
        problem = _item_problem(call, item, competing)
        if problem:
            errors[item.sketch.reference] = problem
    total = sum((item.amount or Decimal(0) for item in items if item.outcome == Outcome.AWARD), Decimal(0))
    if call.budget is not None and total > call.budget:
        errors["amount"] = _("Together the awards are %(total)s; the call has %(budget)s.") % {
            "total": total,
            "budget": call.budget,
        }
    if errors:
        raise InvalidInput(errors)


def _item_problem(call: Call, item: OutcomeInput, competing: dict[int, str]) -> str | Promise | None:
    if item.sketch.pk not in competing:
        return _("This sketch does not take part.")
    if item.outcome not in Outcome.values:
        return _("Choose an outcome.")
    if not item.reasons.strip():
        return _("Give the reasons. The applicant will read them.")
    if "\x00" in item.reasons or len(item.reasons) > REASONS_LENGTH:
        return _("The reasons are too long, or contain a character that cannot be stored.")
    if item.amount is not None and item.amount < 0:
        return _("An amount cannot be negative.")
    if item.amount is not None and item.outcome != Outcome.AWARD and item.amount > 0:
        return _("Only an award has an amount.")
    if item.amount is not None and call.max_per_project is not None and item.amount > call.max_per_project:
        return _("A project gets at most %(amount)s in this call.") % {"amount": call.max_per_project}
    return None


def _require_departures_explained(run: AggregationRun, items: list[OutcomeInput]) -> None:
    rank_of = dict(run.rows.values_list("sketch", "rank"))
    departing = departures({item.sketch.pk: item.outcome for item in items}, rank_of)
    errors: dict[str, str | Promise] = {
        item.sketch.reference: _(
            "This departs from the ranking, or decides a tie. Give the jury's reasons and its vote."
        )
        for item in items
        if item.sketch.pk in departing and not item.departure_reasons.strip()
    }
    if errors:
        raise InvalidInput(errors)


def _columns(item: OutcomeInput) -> dict:
    return {
        "sketch": item.sketch,
        "outcome": item.outcome,
        "shortlisted": item.shortlisted,
        "amount": item.amount if item.outcome == Outcome.AWARD else None,
        "reasons": item.reasons.strip(),
    }


def _as_input(item: RecommendationItem) -> OutcomeInput:
    return OutcomeInput(
        sketch=item.sketch,
        outcome=item.outcome,
        reasons=item.reasons,
        shortlisted=item.shortlisted,
        amount=item.amount,
    )


def _differs(item: OutcomeInput, recommended: RecommendationItem | None) -> bool:
    if recommended is None:
        return True
    given = item.amount if item.outcome == Outcome.AWARD else None
    return (item.outcome, item.shortlisted, given) != (
        recommended.outcome,
        recommended.shortlisted,
        recommended.amount,
    )
