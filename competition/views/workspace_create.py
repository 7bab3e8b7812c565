"""Making a new call."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from competition.models import Call
from competition.selectors.workspace import managed_programmes
from competition.services.calls import create_call
from competition.views.workspace_base import CALLS_CRUMB, WorkspaceView
from competition.workspace_create_forms import CallCreateForm


class CallCreate(WorkspaceView):
    template_name = "competition/workspace/create.html"
    page_title = _("New call")
    header_icon = "plus"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if not managed_programmes(request.user).exists():
            raise Http404

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, CALLS_CRUMB, {"url": "", "label": self.page_title}]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.begin(request.GET.get("copy", ""), {})

    def begin(self, source: str, typed: dict[str, str]) -> HttpResponse:
        """The form with the settings of the older call, where there is one, and what was typed."""
        initial = typed | ({"source": source} if source.isdecimal() and len(source) < 12 else {})
        return self.render(form=CallCreateForm(user=self.request.user, now=timezone.now(), initial=initial))

    def fill(self, request: HttpRequest) -> HttpResponse:
        """The same form again with the settings of whichever older call was chosen. Nothing is made yet."""
        messages.info(request, _("The settings below have been filled in. Nothing has been created yet."))
        return self.begin(request.POST.get("source", ""), CallCreateForm.kept(request.POST))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "fill" in request.POST:
            return self.fill(request)
        form = CallCreateForm(request.POST, user=request.user, now=timezone.now())
        made: list[Call] = []
        if not self.attempt(form, lambda: made.append(create_call(by=request.user, **form.call_fields()))):
            messages.error(request, _("The call was not created. Look at the fields marked below."))
            return self.render(form=form, status=422)
        messages.success(
            request, gettext("The call “%(title)s” was created. Nobody can see it yet.") % {"title": made[0].title}
        )
        return redirect("workspace:edit", made[0].pk)
