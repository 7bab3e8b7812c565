"""More time for one juror."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from scoring.extension_forms import ExtensionForm
from scoring.services.extensions import extend_juror
from scoring.views.workspace_jury import SAVE_FAILED, OneJuror


class MoreTime(OneJuror):
    template_name = "scoring/workspace/more_time.html"
    header_icon = "time"

    def form(self, data: Any = None) -> ExtensionForm:
        until = self.juror.extended_until
        initial = {
            "until": localtime(until, self.call.zone).replace(tzinfo=None) if until else None,
            "reason": self.juror.extension_reason,
        }
        return ExtensionForm(data, call=self.call, initial=initial)

    def get_page_title(self) -> str:
        return gettext("More time for %(name)s") % {"name": self.juror.user}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", self.form())
        return super().get_context_data(**kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST)
        if not self.attempt(form, lambda: extend_juror(by=request.user, juror=self.juror, **form.cleaned_data)):
            messages.error(request, SAVE_FAILED)
            return self.render(form=form, status=422)
        messages.success(request, _("The juror has more time and is told by letter."))
        return redirect("scoring_workspace:jury", self.call.pk)
