"""What the pages of a call's hub have in common: the call, the permission, the tabs, and how a refusal is shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import rules
from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from wagtail.admin import messages
from wagtail.admin.paginator import WagtailPaginator
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from accounts import memo
from accounts.errors import InvalidInput, NotAllowed, Refused
from competition.amendment_rules import runs_by_amendment
from competition.errors import StaleEdit
from competition.models import Call
from competition.selectors.workspace import workspace_call
from competition.services.amendments import save_or_gather
from competition.views.common import attempt
from competition.workspace import tabs_for
from competition.workspace_edits import EditedForm, readable

Direct = Callable[..., object]
CALLS_CRUMB = {"url": reverse_lazy("workspace:list"), "label": _("Calls")}
ROWS = 50
GATHERED = _("The change is gathered. Nobody has been told yet: publish it under “Amendments”.")


def show_refusal(form: forms.BaseForm, refused: Refused) -> None:
    """Put what a service said at the field it concerns, or above the form.

    A form whose fields are called otherwise than the service calls them has `field_for(name)`.
    """
    if isinstance(refused, StaleEdit):
        show_both(form, refused)
        return
    if not isinstance(refused, InvalidInput):
        form.add_error(None, str(refused))
        return
    for named, message in refused.errors.items():
        name = form.field_for(named) if hasattr(form, "field_for") else named
        form.add_error(name if name in form.fields else None, message)


def show_both(form: forms.BaseForm, stale: StaleEdit) -> None:
    """Beside each field that differs, what somebody else has saved; saving again from here is on purpose."""
    form.add_error(None, str(stale))
    zone = getattr(getattr(form, "call", None), "zone", None)
    for name, value in stale.theirs.items():
        if name in form.fields:
            shown = readable(form.fields[name], value, zone)
            form.add_error(name, gettext("Saved by somebody else: %(value)s") % {"value": shown})
    form.data = form.data.copy()
    form.data[form.add_prefix("revision")] = str(stale.revision)


class WorkspaceView(WagtailAdminTemplateMixin, View):
    """A page of the workspace. A refusal that no form caught becomes a message and a fresh page."""

    header_icon = "clipboard-list"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().dispatch(request, *args, **kwargs)
        except NotAllowed as refused:
            raise Http404 from refused
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect(self.refused_url())

    def refused_url(self) -> str:
        return self.request.path

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render()

    def render(self, *, status: int = 200, **context: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(**context), status=status)

    def page_of(self, rows: Sequence | QuerySet, size: int = ROWS) -> dict[str, Any]:
        """Context for Wagtail's pagination: the page that `?p=` asks for, or the nearest there is."""
        paginator = WagtailPaginator(rows, size)
        page = paginator.get_page(self.request.GET.get("p"))
        return {"page_obj": page, "elided_page_range": paginator.get_elided_page_range(page.number)}

    def attempt(self, form: forms.BaseForm, act: Callable[[], object]) -> bool:
        """Whether the form is valid and the service did it; otherwise the form carries the reasons."""
        return attempt(form, act, show_refusal)


class CallView(WorkspaceView):
    """A page of one call's hub. Without `permission` on the call it is not found."""

    permission = "competition.view_workspace"
    tab = "overview"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if request.method in ("GET", "HEAD"):
            memo.begin(request.user)
        self.call: Call = workspace_call(request.user, kwargs["pk"])
        if not self.may(self.permission):
            raise Http404

    def may(self, permission: str) -> bool:
        return rules.has_perm(permission, self.request.user, self.call)

    @property
    def gathers(self) -> bool:
        """Whether what is saved here is gathered as an amendment, because the call is open."""
        return runs_by_amendment(self.call, timezone.now())

    def save_or_gather(
        self, form: EditedForm, target: str, code: str, fields: Callable[[], dict[str, Any]], direct: Direct
    ) -> bool:
        """Whether the form is valid and was saved: by `direct`, or, in an open call, as gathered changes of the row.

        fields: gives {column: value} of a valid form. direct: called with them and what services.revisions ask for.
        """

        def act() -> None:
            save_or_gather(
                by=self.request.user,
                call=self.call,
                row=(target, code),
                fields=fields(),
                direct=direct,
                **form.stale_arguments(),
            )

        return self.attempt(form, act)

    def tab_url(self, name: str, *args: object) -> str:
        return reverse(name, args=[self.call.pk, *args])

    def crumbs(self) -> list[dict[str, Any]]:
        """Breadcrumbs between the call and this page."""
        return []

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        call = {"url": self.tab_url("workspace:overview"), "label": self.call.title or self.call.slug}
        last = {"url": "", "label": self.get_page_title()}
        return [*self.breadcrumbs_items, CALLS_CRUMB, call, *self.crumbs(), last]

    def get_page_subtitle(self) -> str:
        return self.call.title

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = timezone.now()
        context = super().get_context_data(**kwargs)
        return context | {
            "call": self.call,
            "now": now,
            "phase": self.call.phase_at(now),
            "tabs": tabs_for(self.request.user, self.call),
            "tab": self.tab,
            "gathers": self.gathers,
        }
