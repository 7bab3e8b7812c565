"""Assigning sketches to jurors: start a draft, follow it, read the result, publish it or throw it away."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from competition.enums import Phase
from competition.views.workspace_base import CallView
from scoring.assignment_forms import PublishForm
from scoring.assignment_words import formula, plan_words
from scoring.enums import RunState
from scoring.selectors import assignment_input
from scoring.selectors.assignment_findings import findings
from scoring.selectors.assignment_plan import Plan, plan_of
from scoring.selectors.drafts import drafts_of, edits_of, loads_of
from scoring.selectors.repairs import told_changes
from scoring.selectors.workspace import AssignmentOverview, assignment_overview, get_assignment_run
from scoring.services.assignment import publish_assignment, start_assignment
from scoring.services.drafts import delete_draft
from scoring.workspace_charts import fit_spread, load_spread

PERMISSION = "scoring.run_assignment"


def run_fragment(request: HttpRequest, run: Any) -> HttpResponse:
    """How far a run is, for the script that asks every other second."""
    response = render(request, "scoring/workspace/progress.html", {"run": run})
    response["Cache-Control"] = "no-store"
    return response


class Assignment(CallView):
    """Where the assignment stands, and all its drafts."""

    template_name = "scoring/workspace/assignment.html"
    permission = PERMISSION
    page_title = _("Assignment")
    header_icon = "resubmit"
    tab = "assignment"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", forms.Form())
        drafts = drafts_of(self.call)
        context = super().get_context_data(**kwargs)
        return context | {
            "may_compute": context["phase"] == Phase.ASSESSMENT,
            "input": assignment_input.load(self.call, fit=False),
            "plan": plan_words(plan_of(self.call)),
            "drafts": drafts,
            "comparable": sum(draft.is_done for draft in drafts) > 1,
            "running": next((draft.run for draft in drafts if not draft.run.is_over), None),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A draft as the settings ask for it."""
        form, started = forms.Form(request.POST), []
        if not self.attempt(form, lambda: started.append(start_assignment(by=request.user, call=self.call))):
            return self.render(form=form, status=422)
        return redirect("scoring_workspace:assignment_run", self.call.pk, started[0].pk)


class OneRun(CallView):
    permission = PERMISSION
    page_title = _("Result of the assignment")
    header_icon = "resubmit"
    tab = "assignment"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.run = get_assignment_run(self.call, kwargs["run"])
        if self.run is None:
            raise Http404

    def crumbs(self) -> list[dict[str, Any]]:
        return [{"url": self.tab_url("scoring_workspace:assignment"), "label": _("Assignment")}]

    def refused_url(self) -> str:
        return self.tab_url("scoring_workspace:assignment_run", self.run.pk)

    def checked(self, overview: AssignmentOverview) -> dict[str, Any]:
        """What stands against a draft now, as context. Findings about sketches kept from the person are not shown.

        Nothing is asked of one that is published.
        """
        if self.run.state != RunState.DONE or self.run.published_at:
            return {"findings": [], "broken": False, "asks_reason": False}
        data = assignment_input.load(self.call, fit=False)
        found = findings(self.run, data, overview.keys)
        kept_away = data.sketches.keys() - overview.seen
        return {
            "findings": [finding for finding in found if finding.sketch not in kept_away],
            "broken": any(finding.hard for finding in found),
            "asks_reason": any(finding.asks_reason for finding in found),
        }


class AssignmentResult(OneRun):
    template_name = "scoring/workspace/assignment_run.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs) | {"run": self.run}
        if self.run.state != RunState.DONE:
            return context
        overview, plan = assignment_overview(self.run, self.request.user), Plan.from_parameters(self.run.parameters)
        return (
            context
            | self.checked(overview)
            | {
                "overview": overview,
                "loads": loads_of(self.run.metrics),
                "load_spread": load_spread(self.run.metrics.get("loads", {}).values()),
                "fit_spread": fit_spread(pair.fit for pair in overview.pairs),
                "changes": told_changes(self.run, self.request.user),
                "edits": edits_of(self.run, self.request.user),
                "plan": plan_words(plan),
                "formula": formula(plan.weights),
                "may_compute": context["phase"] == Phase.ASSESSMENT,
            }
        )


class AssignmentProgress(OneRun):
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return run_fragment(request, self.run)


class AssignmentPublish(OneRun):
    """“These jurors get these sketches”, before anybody is told."""

    template_name = "scoring/workspace/assignment_publish.html"
    page_title = _("Publish the assignment")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", PublishForm())
        overview = assignment_overview(self.run, self.request.user)
        context = super().get_context_data(**kwargs) | self.checked(overview)
        return context | {"run": self.run, "overview": overview}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = PublishForm(request.POST)
        if not self.attempt(form, lambda: publish_assignment(by=request.user, run=self.run, **form.cleaned_data)):
            return self.render(form=form, status=422)
        messages.success(request, _("The assignment is published, and each juror is told once."))
        return redirect("scoring_workspace:assignment_run", self.call.pk, self.run.pk)


class AssignmentDelete(OneRun):
    template_name = "scoring/workspace/assignment_delete.html"
    page_title = _("Delete a draft")
    header_icon = "bin"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"run": self.run}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        delete_draft(by=request.user, run=self.run)
        messages.success(request, _("The draft is deleted."))
        return redirect("scoring_workspace:assignment", self.call.pk)
