"""Changing a call, and publishing it."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from accounts.errors import InvalidInput
from competition.models import Call
from competition.selectors.advice import checklist
from competition.selectors.amendments import as_amended, gathering_of, topics_as_amended
from competition.services.amendments import edit_count
from competition.services.calls import publish_call, update_call
from competition.views.workspace_base import GATHERED, CallView
from competition.workspace_forms import CallEditForm


class CallEdit(CallView):
    """Texts, dates and rules. From the opening on it shows the call as it will be, and gathers what is saved."""

    template_name = "competition/workspace/edit.html"
    permission = "competition.manage_call"
    page_title = _("Texts and dates")
    header_icon = "edit"
    tab = "edit"

    def form(self, data: Any = None) -> CallEditForm:
        gathering = gathering_of(self.call)
        return CallEditForm(
            data,
            call=as_amended(self.call, gathering),
            chosen_topics=topics_as_amended(self.call, gathering),
            revision=edit_count(self.call, gathering),
            now=timezone.now(),
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", self.form())
        return super().get_context_data(**kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST)
        direct = partial(update_call, by=request.user, call=self.call)
        if not self.save_or_gather(form, "call", "", form.typed, direct):
            # The page around the form must tell of the call as it is, not as the refused form would have it.
            self.call = Call.objects.get(pk=self.call.pk)
            messages.error(request, _("Nothing was saved. Look at the fields marked below."))
            return self.render(form=form, status=422)
        messages.success(request, GATHERED if self.gathers else _("The call was saved."))
        return redirect("workspace:edit", self.call.pk)


class CallPublish(CallView):
    """The checklist, and the button when nothing is missing. Publishing cannot be undone, only called off."""

    template_name = "competition/workspace/publish.html"
    permission = "competition.manage_call"
    page_title = _("Publish the call")
    header_icon = "upload"
    tab = "overview"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "checklist": checklist(self.call, timezone.now()),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            publish_call(by=request.user, call=self.call)
        except InvalidInput:
            messages.error(request, _("The call is not ready to be published. What is missing stands below."))
            return self.render(status=422)
        messages.success(request, _("The call is published."))
        return redirect("workspace:overview", self.call.pk)
