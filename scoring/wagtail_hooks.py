"""The jury's part of the owner's workspace: addresses, tabs, next steps, warnings."""

from __future__ import annotations

from django.urls import include, path
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from competition.previews import register_preview
from competition.workspace import (
    ProgrammePage,
    Tab,
    register_next_action,
    register_programme_page,
    register_tab,
    register_warning_provider,
)
from scoring.previews import JUROR
from scoring.workspace_steps import jury_warnings, next_step

TABS = (
    Tab("criteria", _("Criteria"), "scoring_workspace:criteria", 35, "competition.manage_call"),
    Tab("jury", _("Jury"), "scoring_workspace:jury", 50, "scoring.manage_jury"),
    Tab("assignment", _("Assignment"), "scoring_workspace:assignment", 60, "scoring.run_assignment"),
    Tab("ranking", _("Ranking"), "scoring_workspace:ranking", 70, "scoring.view_ranking"),
    Tab("decision", _("Decision"), "scoring_workspace:decision", 80, "scoring.view_ranking"),
)

for tab in TABS:
    register_tab(tab)
register_programme_page(ProgrammePage(_("Pool of jurors"), "scoring_pool:pool", "scoring.manage_pool"))
register_preview(JUROR)
register_next_action(next_step)
register_warning_provider(jury_warnings)


@hooks.register("register_admin_urls")
def workspace_urls() -> list:
    return [
        path("calls/<int:pk>/", include("scoring.workspace_urls")),
        path("calls/programmes/<int:pk>/pool/", include("scoring.pool_urls")),
    ]
