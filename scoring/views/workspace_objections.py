"""The jury made known, and the findings on agencies' objections to its members."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from accounts.guards import require
from scoring.objection_forms import UPHELD, FindingForm, PublicationForm
from scoring.selectors.objections import open_objections, publication_of
from scoring.services.objections import settle_objection
from scoring.services.publication import publish_jury
from scoring.views.workspace_jury import SAVE_FAILED, JuryPage


class Publication(JuryPage):
    template_name = "scoring/workspace/publication.html"
    page_title = _("Make the jury known")
    header_icon = "view"

    def form(self, data: Any = None) -> PublicationForm:
        return PublicationForm(data, row=publication_of(self.call))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", self.form())
        return super().get_context_data(**kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST)

        def act() -> object:
            return publish_jury(by=request.user, call=self.call, **form.typed(), **form.stale_arguments())

        if not self.attempt(form, act):
            messages.error(request, SAVE_FAILED)
            return self.render(form=form, status=422)
        messages.success(request, _("Saved."))
        return redirect("scoring_workspace:jury", self.call.pk)


class SettleObjection(JuryPage):
    """A finding on one objection. What the agency wrote is read here, and erased with the finding."""

    template_name = "scoring/workspace/settle_objection.html"
    page_title = _("Settle an objection to a juror")
    header_icon = "help"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        require("scoring.settle_impartiality", request.user, self.call)
        self.objection = open_objections(self.call).filter(pk=kwargs["objection"]).first()
        if self.objection is None or self.objection.juror.user_id == request.user.pk:
            raise Http404

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", FindingForm())
        return super().get_context_data(**kwargs) | {"objection": self.objection}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = FindingForm(request.POST)

        def act() -> object:
            upheld = form.cleaned_data["upheld"] == UPHELD
            return settle_objection(by=request.user, objection=self.objection, upheld=upheld)

        if not self.attempt(form, act):
            return self.render(form=form, status=422)
        messages.success(request, _("The objection is settled, and the agency is written to."))
        return redirect("scoring_workspace:jury", self.call.pk)
