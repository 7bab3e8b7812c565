"""Whether the jurors of a call are asked for wishes, and until when."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from scoring.juror_forms import WishPeriodForm
from scoring.selectors.wishes import wish_period
from scoring.services.wishes import ask_for_wishes
from scoring.views.workspace_jury import SAVE_FAILED, JuryPage


class Wishes(JuryPage):
    template_name = "scoring/workspace/wishes.html"
    page_title = _("Ask jurors for wishes")
    header_icon = "pick"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", WishPeriodForm(initial={"until": wish_period(self.call).until}))
        return super().get_context_data(**kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = WishPeriodForm(request.POST)

        def act() -> object:
            return ask_for_wishes(by=request.user, call=self.call, **form.cleaned_data)

        if not self.attempt(form, act):
            messages.error(request, SAVE_FAILED)
            return self.render(form=form, status=422)
        messages.success(request, _("Saved."))
        return redirect("scoring_workspace:jury", self.call.pk)
