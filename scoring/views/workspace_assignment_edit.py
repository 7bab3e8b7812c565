"""A draft of an assignment changed by hand, and repaired after what has happened since."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from scoring.assignment import ProblemError
from scoring.assignment_forms import EditForm
from scoring.errors import NoSolution
from scoring.selectors.assignment_desk import desk
from scoring.selectors.assignment_plan import Plan
from scoring.selectors.drafts import edits_of, loads_of
from scoring.selectors.workspace import assignment_overview
from scoring.services.assignment import start_assignment
from scoring.services.assignment_edit import edit_draft
from scoring.views.workspace_assignment import OneRun


class AssignmentByHand(OneRun):
    """`?sketch=`: the sketch on the desk. Each change leads back here, with new figures and what is found now."""

    template_name = "scoring/workspace/assignment_edit.html"
    page_title = _("Change a draft by hand")
    header_icon = "edit"

    def crumbs(self) -> list[dict[str, Any]]:
        return [*super().crumbs(), {"url": self.refused_url(), "label": _("Result of the assignment")}]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render() if self.may_change else redirect(self.refused_url())

    @property
    def may_change(self) -> bool:
        return self.run.state == "done" and self.run.published_at is None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", EditForm())
        asked = self.request.POST.get("sketch") or self.request.GET.get("sketch", "")
        chosen = int(asked) if asked.isascii() and asked[:15].isdigit() else None
        try:
            shown = desk(self.run, self.request.user, chosen)
        except ProblemError as error:
            raise NoSolution(_("The rules cannot all hold: %(why)s") % {"why": error}) from error
        edits = edits_of(self.run, self.request.user)
        return super().get_context_data(**kwargs) | {
            "run": self.run,
            "desk": shown,
            "loads": loads_of(self.run.metrics),
            "edits": edits,
            "last": edits[-1] if edits else None,
            "findings": shown.findings,
            "broken": any(finding.hard for finding in shown.findings),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = EditForm(request.POST)
        if not self.attempt(form, lambda: edit_draft(by=request.user, run=self.run, **form.change())):
            return self.render(form=form, status=422)
        url = self.tab_url("scoring_workspace:assignment_edit", self.run.pk)
        return redirect(f"{url}?sketch={form.cleaned_data['sketch']}")


class AssignmentRepair(OneRun):
    """A new draft that keeps as many of this one's pairs as can be kept."""

    template_name = "scoring/workspace/assignment_repair.html"
    page_title = _("Repair a draft")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        overview = assignment_overview(self.run, self.request.user)
        return super().get_context_data(**kwargs) | self.checked(overview) | {"run": self.run}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        plan = replace(Plan.from_parameters(self.run.parameters), keep_assigned=True)
        repaired = start_assignment(
            by=request.user, call=self.call, plan=plan, seed=self.run.seed, base=self.run, repair=True
        )
        return redirect("scoring_workspace:assignment_run", self.call.pk, repaired.pk)
