"""What stands against a plan before anything is computed: {name of the field: what is wrong with it}."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from competition.models import Call, Sketch
from scoring.enums import AssignmentPolicy, RuleAttribute
from scoring.selectors.assignment_plan import PARTS, Plan

JURORS_AT_MOST = 50
LOAD_AT_MOST = 1000
RULES_AT_MOST = 12
Fault = tuple[str, str]


@dataclass(frozen=True)
class Capacity:
    """How many sketches compete, and how many each juror who serves has agreed to at most."""

    sketches: int
    loads: tuple[int, ...]

    def under(self, most: int | None) -> int:
        return sum(load if most is None else min(load, most) for load in self.loads)


def capacity_of(call: Call) -> Capacity:
    """Two queries."""
    loads = tuple(call.jurors.serving().order_by("pk").values_list("load_max", flat=True))
    return Capacity(Sketch.objects.competing().filter(call=call).count(), loads)


def faults(plan: Plan, capacity: Capacity) -> dict[str, str]:
    """The first fault of each field. A rule's field is called `rule-<number from 0>`."""
    found: dict[str, str] = {}
    for check in (_jurors, _loads, _objective, _weights, _rules):
        for name, message in check(plan):
            found.setdefault(name, message)
    if not found and capacity.sketches and capacity.loads:
        found = dict(_fits(plan, capacity))
    return found


def _jurors(plan: Plan) -> Iterator[Fault]:
    if not 1 <= plan.jurors_per_sketch <= JURORS_AT_MOST:
        yield "jurors_per_sketch", _("A sketch needs at least one juror, and at most fifty.")


def _loads(plan: Plan) -> Iterator[Fault]:
    for name, load in (("load_least", plan.load_least), ("load_most", plan.load_most)):
        if load is not None and not 0 <= load <= LOAD_AT_MOST:
            yield name, _("A load is a number from 0 to %(most)d.") % {"most": LOAD_AT_MOST}
    if plan.load_most == 0:
        yield "load_most", _("With nothing to do at most, nobody could judge.")
    if plan.load_least is not None and plan.load_most is not None and plan.load_least > plan.load_most:
        yield "load_most", _("“At most” must not be less than “at least”.")


def _objective(plan: Plan) -> Iterator[Fault]:
    if plan.policy not in AssignmentPolicy.values:
        yield "policy", _("Choose one of the objectives.")
    if not 0 <= plan.max_loss <= 1:
        yield "max_loss", _("The greatest loss is from 0 to 100 per cent.")


def _weights(plan: Plan) -> Iterator[Fault]:
    for part in PARTS:
        if not 0 <= plan.weights.of(part) <= 100:
            yield f"weight_{part}", _("A weight is a number from 0 to 100.")
    if not any(plan.weights.of(part) for part in PARTS):
        yield "weight_topics", _("The weights add up to nothing. At least one must be more than 0.")
    for wish in ("eager", "willing", "reluctant"):
        if not 0 <= float(getattr(plan.weights, wish)) <= 1:
            yield f"wish_{wish}", _("The value of a wish is from 0 to 100 per cent.")


def _rules(plan: Plan) -> Iterator[Fault]:
    if len(plan.rules) > RULES_AT_MOST:
        yield f"rule-{RULES_AT_MOST}", _("There can be at most %(most)d rules.") % {"most": RULES_AT_MOST}
    seen = set()
    for number, rule in enumerate(plan.rules):
        name = f"rule-{number}"
        if rule.attribute not in RuleAttribute.values:
            yield name, _("Choose what the rule counts.")
        elif rule.attribute == RuleAttribute.LANGUAGE and not rule.value:
            yield name, _("Say which language: a juror may have several.")
        if rule.least == 0 and rule.most is None:
            yield name, _("A rule needs “at least” or “at most”.")
        elif rule.most is not None and rule.least > rule.most:
            yield name, _("“At least” must not be more than “at most”.")
        elif rule.least > plan.jurors_per_sketch:
            yield name, _("A sketch has only %(jurors)d jurors.") % {"jurors": plan.jurors_per_sketch}
        if rule.key in seen:
            yield name, _("This is said twice. Put both numbers into one rule.")
        seen.add(rule.key)


def _fits(plan: Plan, capacity: Capacity) -> Iterator[Fault]:
    """More work than everybody together has agreed to, or less than everybody is to have."""
    wanted, room = plan.jurors_per_sketch * capacity.sketches, capacity.under(plan.load_most)
    if wanted > room:
        text = ngettext(
            "%(wanted)d places are to be filled, and %(jurors)d juror takes %(room)d at most. "
            "Ask for fewer jurors per sketch, raise loads, or invite more jurors.",
            "%(wanted)d places are to be filled, and %(jurors)d jurors together take %(room)d at most. "
            "Ask for fewer jurors per sketch, raise loads, or invite more jurors.",
            len(capacity.loads),
        )
        name = "load_most" if capacity.under(None) >= wanted else "jurors_per_sketch"
        yield name, text % {"wanted": wanted, "jurors": len(capacity.loads), "room": room}
    if plan.load_least is not None and plan.load_least * len(capacity.loads) > wanted:
        yield (
            "load_least",
            _("%(jurors)d jurors with %(least)d sketches each are more than the %(wanted)d places there are.")
            % {"jurors": len(capacity.loads), "least": plan.load_least, "wanted": wanted},
        )
