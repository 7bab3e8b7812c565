"""Assigning sketches to jurors: start a run, follow it, read the result, publish it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from competition.enums import Phase
from competition.views.workspace_base import CallView
from scoring.enums import RunState
from scoring.selectors import assignment, assignment_input
from scoring.selectors.workspace import assignment_overview, get_assignment_run
from scoring.services.assignment import publish_assignment, start_assignment
from scoring.workspace_forms import AssignmentForm

PERMISSION = "scoring.run_assignment"


def run_fragment(request: HttpRequest, run: Any) -> HttpResponse:
    """How far a run is, for the script that asks every other second."""
    response = render(request, "scoring/workspace/progress.html", {"run": run})
    response["Cache-Control"] = "no-store"
    return response


class Assignment(CallView):
    template_name = "scoring/workspace/assignment.html"
    permission = PERMISSION
    page_title = _("Assignment")
    header_icon = "resubmit"
    tab = "assignment"

    def form(self, data: Any = None) -> AssignmentForm:
        return AssignmentForm(data, initial={"jurors_per_sketch": self.call.jurors_per_sketch})

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", self.form())
        runs = assignment.runs_of(self.call)
        context = super().get_context_data(**kwargs)
        return context | {
            "may_compute": context["phase"] == Phase.ASSESSMENT,
            "input": assignment_input.load(self.call),
            "runs": runs,
            "running": next((run for run in runs if not run.is_over), None),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form, started = self.form(request.POST), []
        if not self.attempt(
            form, lambda: started.append(start_assignment(by=request.user, call=self.call, **form.cleaned_data))
        ):
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


class AssignmentResult(OneRun):
    template_name = "scoring/workspace/assignment_run.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        done = self.run.state == RunState.DONE
        return super().get_context_data(**kwargs) | {
            "run": self.run,
            "overview": assignment_overview(self.run) if done else None,
        }


class AssignmentProgress(OneRun):
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return run_fragment(request, self.run)


class AssignmentPublish(OneRun):
    """“These jurors get these sketches”, before anybody is told."""

    template_name = "scoring/workspace/assignment_publish.html"
    page_title = _("Publish the assignment")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"run": self.run, "overview": assignment_overview(self.run)}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        publish_assignment(by=request.user, run=self.run)
        messages.success(request, _("The assignment is published, and each juror is told once."))
        return redirect("scoring_workspace:assignment_run", self.call.pk, self.run.pk)
