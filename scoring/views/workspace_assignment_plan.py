"""What an assignment is asked: the call's settings, and a draft that differs from them."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from competition.views.workspace_base import CallView
from scoring.assignment_forms import DraftForm, SettingsForm
from scoring.assignment_words import formula
from scoring.models import AssignmentRun
from scoring.selectors.assignment_plan import Plan, plan_of, settings_of
from scoring.selectors.jury import regions_of
from scoring.selectors.workspace import get_assignment_run
from scoring.services.assignment import start_assignment
from scoring.services.assignment_settings import save_settings, shown_of
from scoring.views.workspace_assignment import PERMISSION

SAVE_FAILED = _("Nothing was saved. Look at the marked fields.")


class PlanPage(CallView):
    permission = PERMISSION
    header_icon = "cogs"
    tab = "assignment"

    def crumbs(self) -> list[dict[str, Any]]:
        return [{"url": self.tab_url("scoring_workspace:assignment"), "label": _("Assignment")}]


class AssignmentSettings(PlanPage):
    template_name = "scoring/workspace/assignment_settings.html"
    page_title = _("What assignments are to seek")

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.row = settings_of(self.call)
        self.plan = plan_of(self.call, self.row)

    def form(self, data: Any = None) -> SettingsForm:
        regions = regions_of(self.call)
        return SettingsForm(data, plan=self.plan, regions=regions, row=self.row, shown=shown_of(self.row))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", self.form())
        return super().get_context_data(**kwargs) | {"formula": formula(self.plan.weights)}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST)

        def act() -> object:
            arguments = {"as_the_call_says": form.as_the_call_says, **form.stale_arguments()}
            return save_settings(by=request.user, call=self.call, plan=form.plan(), **arguments)

        if not self.attempt(form, act):
            messages.error(request, SAVE_FAILED)
            return self.render(form=form, status=422)
        messages.success(request, _("Saved. Drafts that are computed stay as they are."))
        return redirect("scoring_workspace:assignment", self.call.pk)


class AssignmentNew(PlanPage):
    """A draft that is asked something else than the settings say. `?base=`: begins as that draft was."""

    template_name = "scoring/workspace/assignment_new.html"
    page_title = _("Compute another draft")

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.base = self.draft(request.GET.get("base", ""))
        self.plan = Plan.from_parameters(self.base.parameters) if self.base else plan_of(self.call)

    def draft(self, key: str) -> AssignmentRun | None:
        if not key:
            return None
        found = get_assignment_run(self.call, int(key)) if key.isascii() and key[:12].isdigit() else None
        if found is None:
            raise Http404
        return found

    def form(self, data: Any = None) -> DraftForm:
        return DraftForm(data, plan=self.plan, regions=regions_of(self.call))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", self.form())
        return super().get_context_data(**kwargs) | {"base": self.base, "formula": formula(self.plan.weights)}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form, started = self.form(request.POST), []

        def act() -> None:
            data = form.cleaned_data
            plan = form.plan(keep_assigned=data["keep_assigned"])
            arguments = {"plan": plan, "seed": data["seed"], "name": data["name"], "base": self.base}
            started.append(start_assignment(by=request.user, call=self.call, **arguments))

        if not self.attempt(form, act):
            messages.error(request, SAVE_FAILED)
            return self.render(form=form, status=422)
        return redirect("scoring_workspace:assignment_run", self.call.pk, started[0].pk)
