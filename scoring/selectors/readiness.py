"""What the jury's room says about a call before it is published or amended."""

from __future__ import annotations

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from competition.models import Call
from competition.selectors.readiness import Problem


def weight_problems(call: Call) -> list[Problem]:
    """Criteria that say nothing: without any weight there is no ranking."""
    total = call.criteria.aggregate(total=Sum("weight"))["total"]
    if total:
        return []
    return [Problem("criteria", _("The weights sum to nothing. At least one criterion must count."))]
