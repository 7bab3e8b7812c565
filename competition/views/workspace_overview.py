"""The front page of a call's hub: where it stands, what to do next, what may go wrong, and the numbers."""

from __future__ import annotations

from typing import Any

import rules
from django.utils.translation import gettext_lazy as _

from competition.enums import Phase, SketchState
from competition.selectors.sketches import SEEN_BY_OWNER
from competition.selectors.workspace import counts_by_state, phase_steps, submissions_per_day
from competition.services.endings import ARCHIVABLE
from competition.views.workspace_base import CallView
from competition.workspace import next_action, warnings
from competition.workspace_charts import step_chart


class CallOverview(CallView):
    template_name = "competition/workspace/overview.html"
    page_title = _("Overview")
    tab = "overview"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        now, user = context["now"], self.request.user
        counts = counts_by_state(self.call)
        days = submissions_per_day(self.call)
        return context | {
            "steps": phase_steps(self.call, now),
            "action": next_action(self.call, user, now),
            "warnings": warnings(self.call, user, now),
            "counts": [(label, counts[state]) for state, label in SketchState.choices],
            "received": sum(counts[state] for state in SEEN_BY_OWNER),
            "withdrawn": counts[SketchState.WITHDRAWN],
            "drafts": counts[SketchState.DRAFT],
            "days": days,
            "chart": step_chart(days, self.call, now),
            "may_manage": rules.has_perm("competition.manage_call", user, self.call),
            "is_draft": context["phase"] == Phase.DRAFT,
            "may_cancel": self.call.cancelled_at is None and self.call.decided_at is None,
            "may_archive": context["phase"] in ARCHIVABLE or self.call.archived_at is not None,
        }
