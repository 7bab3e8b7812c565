"""Two drafts of an assignment side by side."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _

from competition.views.workspace_base import CallView
from scoring.assignment_words import plan_words
from scoring.selectors.assignment_plan import Plan
from scoring.selectors.drafts import Draft, compare, drafts_of
from scoring.views.workspace_assignment import PERMISSION

TWO = 2


class AssignmentCompare(CallView):
    """`?draft=…&draft=…`: the older one first. Anything but two asks to choose."""

    template_name = "scoring/workspace/assignment_compare.html"
    permission = PERMISSION
    page_title = _("Compare two drafts")
    header_icon = "resubmit"
    tab = "assignment"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.drafts = [draft for draft in drafts_of(self.call) if draft.is_done]
        asked = set(request.GET.getlist("draft"))
        self.chosen = [draft for draft in reversed(self.drafts) if str(draft.run.pk) in asked]
        if len(self.chosen) < len(asked):
            raise Http404

    def crumbs(self) -> list[dict[str, Any]]:
        return [{"url": self.tab_url("scoring_workspace:assignment"), "label": _("Assignment")}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs) | {"drafts": self.drafts, "chosen": self.chosen}
        if len(self.chosen) != TWO:
            return context
        first, second = self.chosen
        return context | {
            "first": first,
            "second": second,
            "rows": list(zip(*(figures_of(draft) for draft in self.chosen), strict=True)),
            "asked": different(first, second),
            "comparison": compare(first.run, second.run, self.request.user),
        }


def figures_of(draft: Draft) -> list[tuple[Any, Any]]:
    """(what, figure) in the order of the table; None where an older run has not kept it."""
    metrics, loads = draft.metrics, draft.loads
    overlap = metrics.get("overlap") or {}
    return [
        (_("Total fit"), metrics.get("total")),
        (_("Least fit of a sketch"), metrics.get("lowest_fit")),
        (_("Pairs"), metrics.get("pairs")),
        (_("Sketches short of jurors"), len(metrics.get("unfilled", []))),
        (_("Jurors below their least load"), len(metrics.get("unmet", []))),
        (_("Least load"), loads and loads.least),
        (_("Mean load"), loads and loads.mean),
        (_("Most load"), loads and loads.most),
        (_("Parts without a juror in common"), metrics.get("components")),
        (_("Pairs of jurors that share a sketch"), overlap.get("pairs")),
        (_("Changes by hand"), draft.edits),
    ]


def different(first: Draft, second: Draft) -> tuple[list[str], list[str]]:
    """What only the first was asked, and what only the second."""
    asked = [plan_words(Plan.from_parameters(draft.run.parameters)) for draft in (first, second)]
    return [line for line in asked[0] if line not in asked[1]], [line for line in asked[1] if line not in asked[0]]
