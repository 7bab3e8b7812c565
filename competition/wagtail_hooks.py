"""The owner's workspace in Wagtail's admin: menu, addresses, tabs, next steps and warnings of a call."""

from __future__ import annotations

from django.templatetags.static import static
from django.urls import include, path, reverse_lazy
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from competition.amendment_steps import publish_amendment_step
from competition.selectors.workspace import has_workspace, manages_something
from competition.workspace import Tab, register_next_action, register_tab, register_warning_provider
from competition.workspace_access import access_warnings
from competition.workspace_steps import competition_warnings, next_step

TABS = (
    Tab("overview", _("Overview"), "workspace:overview", 10),
    Tab("edit", _("Texts and dates"), "workspace:edit", 20, "competition.manage_call"),
    Tab("questions", _("Questions"), "workspace:questions", 30),
    Tab("amendments", _("Amendments"), "workspace:amendments", 36),
    Tab("access", _("Access"), "workspace:access", 38, "competition.manage_access"),
    Tab("enquiries", _("Questions and answers"), "workspace:enquiries", 37),
    Tab("meetings", _("Meetings"), "workspace:meetings", 39),
    Tab("sketches", _("Sketches"), "workspace:sketches", 40, "competition.view_submissions"),
    Tab("letters", _("Letters"), "workspace:letters", 90, "competition.view_letters"),
    Tab("log", _("Log"), "workspace:log", 100),
)

for tab in TABS:
    register_tab(tab)
register_next_action(next_step)
register_next_action(publish_amendment_step)
register_warning_provider(competition_warnings)
register_warning_provider(access_warnings)


class CallsMenuItem(MenuItem):
    """Shown to whoever works in a programme."""

    def is_shown(self, request) -> bool:
        return has_workspace(request.user)


@hooks.register("register_admin_menu_item")
def calls_menu_item() -> MenuItem:
    return CallsMenuItem(_("Calls"), reverse_lazy("workspace:list"), name="calls", icon_name="clipboard-list", order=50)


class ProgrammesMenuItem(MenuItem):
    """Shown to whoever may read the settings of a programme."""

    def is_shown(self, request) -> bool:
        return manages_something(request.user)


@hooks.register("register_admin_menu_item")
def programmes_menu_item() -> MenuItem:
    url = reverse_lazy("workspace:programmes")
    return ProgrammesMenuItem(_("Programmes"), url, name="programmes", icon_name="folder-open-inverse", order=60)


@hooks.register("register_admin_urls")
def workspace_urls() -> list:
    return [path("calls/", include("competition.workspace_urls"))]


@hooks.register("insert_global_admin_css")
def workspace_css() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("css/workspace.css"))


@hooks.register("insert_global_admin_js")
def workspace_js() -> str:
    return format_html('<script src="{}" defer></script>', static("js/workspace.js"))
