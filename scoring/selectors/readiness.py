"""What the jury's room says about a call before it is published or amended."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from competition.models import Call
from competition.selectors.advice import missing_languages, named
from competition.selectors.readiness import Problem
from scoring.selectors.people import SEATED_STATES

HUNDRED = Decimal(100)


def weight_problems(call: Call) -> list[Problem]:
    """Criteria that say nothing: without any weight there is no ranking."""
    total = call.criteria.aggregate(total=Sum("weight"))["total"]
    if total:
        return []
    return [Problem("criteria", _("The weights sum to nothing. At least one criterion must count."))]


def criteria_advice(call: Call) -> list[Problem]:
    """Weights that are no percentages, and names and words that a language of the call lacks. Three queries."""
    criteria = list(call.criteria.select_related("scale").prefetch_related("scale__levels"))
    found = []
    total = sum((criterion.weight for criterion in criteria), Decimal(0))
    if total and total != HUNDRED:
        text = _("The weights add up to %(sum)s, not to 100. Applicants see their shares.")
        found.append(Problem("weights", text % {"sum": f"{total.normalize():f}"}))
    for criterion in criteria:
        if lacking := missing_languages(criterion, ("name", "guide"), call.languages):
            values = {"criterion": criterion.name, "languages": named(lacking)}
            found.append(Problem("criteria", _("“%(criterion)s” lacks a text in: %(languages)s.") % values))
    levels = [level for scale in {criterion.scale for criterion in criteria} for level in scale.levels.all()]
    wordless = {code for level in levels for code in missing_languages(level, ["label"], call.languages)}
    if wordless:
        languages = named(code for code in call.languages if code in wordless)
        found.append(Problem("criteria", _("A grade lacks its word in: %(languages)s.") % {"languages": languages}))
    return found


def jury_advice(call: Call) -> list[Problem]:
    """A jury that is too small for what the call promises. One query."""
    seats = call.jurors.filter(state__in=SEATED_STATES).count()
    if seats == 0:
        return [Problem("jury", _("Nobody has been asked to sit in the jury yet."))]
    if seats < call.jurors_per_sketch:
        values = {"seats": seats, "needed": call.jurors_per_sketch}
        return [Problem("jury", _("The jury has %(seats)s members, and each sketch needs %(needed)s.") % values)]
    return []
