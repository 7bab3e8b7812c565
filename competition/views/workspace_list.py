"""All calls of the user's programmes."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, Table, TitleColumn
from wagtail.admin.widgets.button import HeaderButton

from competition.models import Call
from competition.selectors.workspace import manages_something
from competition.selectors.workspace_list import workspace_calls
from competition.views.workspace_base import WorkspaceView


class PhaseColumn(Column):
    """The phase as a status tag, loud only while the call is open."""

    cell_template_name = "competition/workspace/phase_cell.html"

    def get_value(self, instance: Call) -> Any:
        return instance.phase_at(timezone.now())


class InstantColumn(Column):
    """A moment on the call's own clock, with the zone's name."""

    cell_template_name = "competition/workspace/instant_cell.html"


class CopyColumn(Column):
    """The way to a new call that begins as this one, for those who may copy it."""

    cell_template_name = "competition/workspace/copy_cell.html"

    def get_value(self, instance: Call) -> Any:
        if not vars(instance)["may_copy"]:
            return ""
        return reverse("workspace:create") + f"?copy={instance.pk}"


class CallList(WorkspaceView):
    template_name = "competition/workspace/list.html"
    page_title = _("Calls")

    @cached_property
    def manages(self) -> bool:
        return manages_something(self.request.user)

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TitleColumn("title", label=_("Call"), url_name="workspace:overview"),
            Column("programme", label=_("Programme")),
            PhaseColumn("phase", label=_("Phase")),
            InstantColumn("deadline", label=_("Deadline")),
            Column("drafts", label=_("Drafts"), classname="ws-number"),
            Column("received", label=_("Submitted"), classname="ws-number"),
            *([CopyColumn("copy", label=_("Copy"))] if self.manages else []),
        ]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_header_buttons(self) -> list[HeaderButton]:
        if not self.manages:
            return []
        return [HeaderButton(_("New call"), url=reverse("workspace:create"), icon_name="plus")]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        listed = workspace_calls(request.user, request.GET, timezone.now())
        page = self.page_of(listed.rows)
        table = Table(self.columns, page["page_obj"].object_list, caption=_("Calls"))
        return self.render(**page, table=table, listed=listed)
