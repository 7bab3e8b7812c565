"""The ranking of a call: compute it, follow the run, read it, take it along as a file, end the jurors' work."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.paginator import WagtailPaginator

from accounts.errors import Refused
from competition.enums import Phase
from competition.views.workspace_base import CallView
from scoring.models import AggregationRun
from scoring.selectors.jury import late_jurors
from scoring.selectors.objections import cases_waiting
from scoring.selectors.portfolio import choices_of
from scoring.selectors.ranking import Narrowed, current_run, ranked, ranking_rows
from scoring.selectors.workspace import ranking_state
from scoring.services.aggregation import start_aggregation
from scoring.services.decision import complete_assessment
from scoring.views.workspace_assignment import run_fragment
from scoring.workspace_ranking import ranking_lines

PERMISSION = "scoring.view_ranking"
FILTERS = ("topic", "region", "kind")
FILTER_LABELS = (_("Topic"), _("Region"), _("Kind of organisation"))
ROWS = 200  # most rankings stand on one page


class Ranking(CallView):
    template_name = "scoring/workspace/ranking.html"
    permission = PERMISSION
    page_title = _("Ranking")
    header_icon = "order"
    tab = "ranking"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        state, phase = ranking_state(self.call), context["phase"]
        newest, run = state.newest, state.done
        return context | {
            "newest": newest,
            "running": newest if newest and not newest.is_over else None,
            "run": run,
            **(self.lines_of(run) if run else {}),
            "final": state.final,
            "handed_out": state.handed_out,
            "may_compute": self.may("scoring.run_aggregation") and phase in (Phase.ASSESSMENT, Phase.JURY_MEETING),
            "may_monitor": self.may("scoring.monitor_jury"),
            "may_complete": self.may("scoring.complete_assessment") and phase == Phase.ASSESSMENT,
        }

    def lines_of(self, run: AggregationRun) -> dict[str, Any]:
        asked = Narrowed(**{name: self.request.GET.get(name, "")[:80].replace("\x00", "") for name in FILTERS})
        choices = choices_of(run, self.request.user, asked)
        paginator = WagtailPaginator(ranked(run, self.request.user, asked), ROWS)
        paginator.count = choices.shown  # known from the choices; it is not asked for again
        page = paginator.get_page(self.request.GET.get("p"))
        chosen = {name: value for name, value in vars(asked).items() if value}
        offered = zip(FILTERS, FILTER_LABELS, (choices.topics, choices.regions, choices.kinds), strict=True)
        return {
            "page_obj": page,
            "elided_page_range": paginator.get_elided_page_range(page.number),
            "lines": ranking_lines(ranking_rows(run, page.object_list), run, total=choices.total),
            "choices": choices,
            "filters": [(name, label, values, chosen.get(name, "")) for name, label, values in offered if values],
            "narrowed": chosen,
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        start_aggregation(by=request.user, call=self.call)
        return redirect("scoring_workspace:ranking", self.call.pk)


class RankingProgress(CallView):
    permission = PERMISSION

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        run = current_run(self.call)
        if run is None:
            raise Http404
        return run_fragment(request, run)


class AssessmentComplete(CallView):
    """Ends the jurors' work, after telling what is unfinished."""

    template_name = "scoring/workspace/complete_assessment.html"
    permission = "scoring.complete_assessment"
    page_title = _("Complete the assessment")
    header_icon = "tasks"
    tab = "ranking"

    def crumbs(self) -> list[dict[str, Any]]:
        return [{"url": self.tab_url("scoring_workspace:ranking"), "label": _("Ranking")}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "late": list(late_jurors(self.call)),
            "unsettled": cases_waiting(self.call),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            leave = request.POST.get("leave_unfinished") == "on"
            complete_assessment(by=request.user, call=self.call, leave_unfinished=leave)
        except Refused as refused:
            messages.error(request, str(refused))
            return self.render(status=422)
        messages.success(request, _("The assessment is complete. No grade changes from now on."))
        return redirect("scoring_workspace:ranking", self.call.pk)
