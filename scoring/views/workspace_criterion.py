"""A criterion that an amendment is to add to an open call. `?gathered=` names one that is gathered, to change it."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from competition.selectors.amendments import additions
from competition.services.amendment_rows import gather_addition
from competition.services.amendments import edit_count
from competition.views.workspace_base import GATHERED
from scoring.selectors.criteria import scales_of
from scoring.services.amendable_criteria import criterion_json
from scoring.views.workspace_criteria import SAVE_FAILED, CriteriaPage
from scoring.workspace_criterion_form import CriterionForm


class CriterionNew(CriteriaPage):
    """Before the opening the criteria's own page adds them, without this one."""

    template_name = "scoring/workspace/criterion_new.html"
    page_title = _("New criterion")

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.code = request.GET.get("gathered", "").replace("\x00", "")
        self.addition = additions(self.gathering, "criterion").get(self.code) if self.code else None
        if self.code and self.addition is None:
            raise Http404

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.may_amend:
            return super().get(request, *args, **kwargs)
        if self.fixed:
            messages.error(request, _("The deadline has passed: criteria can no longer be added."))
        return redirect("scoring_workspace:criteria", self.call.pk)

    def form(self, data: Any = None) -> CriterionForm:
        revision = edit_count(self.call, self.gathering)
        scales = scales_of(self.call)
        return CriterionForm(data, call=self.call, scales=scales, addition=self.addition, revision=revision)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", self.form())
        return super().get_context_data(**kwargs) | {"back": self.tab_url("scoring_workspace:criteria")}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST)
        if not self.attempt(form, lambda: self.gather(form)):
            messages.error(request, SAVE_FAILED)
            return self.render(form=form, status=422)
        messages.success(request, GATHERED)
        return redirect("scoring_workspace:criteria", self.call.pk)

    def gather(self, form: CriterionForm) -> object:
        act = partial(gather_addition, by=self.request.user, call=self.call, kind="criterion", code=self.code)
        return act(values=criterion_json(self.call, form.typed()), **form.stale_arguments())
