"""The log of a call: who did what and when."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from competition.selectors.vetoes import without_vetoed_entries
from competition.selectors.workspace import log_entries
from competition.views.workspace_base import CallView


class Log(CallView):
    template_name = "competition/workspace/log.html"
    page_title = _("Log")
    header_icon = "history"
    tab = "log"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | self.page_of(
            without_vetoed_entries(log_entries(self.call), self.call, self.request.user)
        )
