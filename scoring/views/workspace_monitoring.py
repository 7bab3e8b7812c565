"""Where the jurors are with their assessments, and a reminder with one click."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from competition.enums import Phase
from competition.views.workspace_base import CallView
from scoring.selectors.monitoring import monitor_of
from scoring.selectors.workspace import get_juror
from scoring.services.reminders import remind_by_hand


class Monitoring(CallView):
    template_name = "scoring/workspace/monitoring.html"
    permission = "scoring.monitor_jury"
    page_title = _("Progress of the jury")
    header_icon = "tasks"
    tab = "ranking"

    def crumbs(self) -> list[dict[str, Any]]:
        return [{"url": self.tab_url("scoring_workspace:ranking"), "label": _("Ranking")}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        found = monitor_of(self.call, self.request.user, context["now"])
        return context | {
            "monitor": found,
            "totals": [
                (_("Not begun"), found.total("not_begun")),
                (_("Begun"), found.total("begun")),
                (_("Ready to send"), found.total("ready")),
                (_("Sent"), found.total("sent")),
            ],
            "may_remind": context["phase"] == Phase.ASSESSMENT,
        }


class JurorRemind(CallView):
    """Takes a POST alone."""

    permission = "scoring.monitor_jury"
    http_method_names = ["post"]

    def refused_url(self) -> str:
        return self.tab_url("scoring_workspace:monitoring")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        juror = get_juror(self.call, kwargs["juror"])
        if juror is None:
            raise Http404
        remind_by_hand(by=request.user, juror=juror)
        messages.success(request, gettext("%(juror)s was reminded.") % {"juror": juror.user})
        return redirect("scoring_workspace:monitoring", self.call.pk)
