"""The front page of a call's hub: where it stands, what to do next, what may go wrong, and the numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import rules
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from competition.enums import Phase, SketchState
from competition.selectors.overview import Numbers, overview_numbers
from competition.selectors.sketches import SEEN_BY_OWNER
from competition.selectors.timeline import timeline
from competition.selectors.workspace import days_of_work, phase_steps
from competition.services.endings import ARCHIVABLE
from competition.services.records import KEEP
from competition.views.workspace_base import CallView
from competition.workspace import next_action, warnings
from competition.workspace_charts import step_chart


@dataclass(frozen=True)
class Number:
    """One number of the overview. `url`: the tab that tells more, for whoever may open it."""

    label: str | Promise
    value: int
    url: str


class CallOverview(CallView):
    template_name = "competition/workspace/overview.html"
    page_title = _("Overview")
    tab = "overview"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        now, user = context["now"], self.request.user
        counted = overview_numbers(self.call)
        days = days_of_work(self.call)
        may_manage = rules.has_perm("competition.manage_call", user, self.call)
        return context | {
            "steps": phase_steps(self.call, now),
            "action": next_action(self.call, user, now),
            "warnings": warnings(self.call, user, now),
            "moments": timeline(self.call, now, counted.windows),
            "numbers": self.numbers(counted, {tab.url_name for tab in context["tabs"]}, may_manage=may_manage),
            "days": days,
            "chart": step_chart(days, self.call, now),
            "may_manage": may_manage,
            "is_draft": context["phase"] == Phase.DRAFT,
            "may_cancel": self.call.cancelled_at is None and self.call.decided_at is None,
            "may_keep_records": context["phase"] in ARCHIVABLE and rules.has_perm(KEEP, user, self.call),
            "may_archive": context["phase"] in ARCHIVABLE or self.call.archived_at is not None,
        }

    def numbers(self, counted: Numbers, open_tabs: set[str], *, may_manage: bool) -> list[Number]:
        """open_tabs: names of the addresses of the tabs that the person may open."""
        may_open = open_tabs | ({"workspace:late"} if may_manage else set())
        sketches, state = "workspace:sketches", SketchState
        rows = (
            (_("Drafts"), counted.states[state.DRAFT], sketches, ""),
            (_("Submitted"), sum(counted.states[one] for one in SEEN_BY_OWNER), sketches, ""),
            (_("Withdrawn"), counted.states[state.WITHDRAWN], sketches, f"?state={state.WITHDRAWN}"),
            (_("Late attempts"), counted.late, "workspace:late", ""),
            (_("Questions without a published answer"), counted.enquiries, "workspace:enquiries", ""),
            (_("Registered for meetings"), counted.registrations, "workspace:meetings", ""),
            (_("Gathered changes"), counted.changes, "workspace:amendments", ""),
        )
        return [
            Number(label, value, self.tab_url(name) + query if name in may_open else "")
            for label, value, name, query in rows
        ]
