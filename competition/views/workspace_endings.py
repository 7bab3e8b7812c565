"""The end of a call: calling it off, archiving it, taking it out of the archive."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from competition.selectors.endings import consequences_of_cancelling
from competition.services.endings import archive_call, cancel_call, restore_call
from competition.views.workspace_base import CallView
from competition.workspace_forms import ReasonForm


class CallCancel(CallView):
    template_name = "competition/workspace/cancel.html"
    permission = "competition.manage_call"
    page_title = _("Call off the competition")
    header_icon = "cross"
    tab = "overview"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", ReasonForm(help_text=_("Everybody reads it, on the call's page and in the letters.")))
        consequences = consequences_of_cancelling(self.call, timezone.now())
        return super().get_context_data(**kwargs) | {"consequences": consequences}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = ReasonForm(request.POST)

        def act() -> object:
            return cancel_call(by=request.user, call=self.call, reason=form.cleaned_data["reason"])

        if not self.attempt(form, act):
            return self.render(form=form, status=422)
        messages.success(request, _("The competition was called off."))
        return redirect("workspace:overview", self.call.pk)


class CallArchive(CallView):
    """Archiving, and the way back, with what each does."""

    template_name = "competition/workspace/archive.html"
    permission = "competition.manage_call"
    header_icon = "folder-inverse"
    tab = "overview"

    def get_page_title(self) -> str:
        return _("Archive the call") if self.call.archived_at is None else _("Take the call out of the archive")

    def refused_url(self) -> str:
        return self.tab_url("workspace:overview")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.call.archived_at is None:
            archive_call(by=request.user, call=self.call)
            messages.success(request, _("The call is archived."))
        else:
            restore_call(by=request.user, call=self.call)
            messages.success(request, _("The call stands in the lists again."))
        return redirect("workspace:overview", self.call.pk)
