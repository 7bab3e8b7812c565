"""The reasons of an assignment: the matrix, one sketch or one juror explained, files to take along."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from scoring.assignment.io import problem_json
from scoring.assignment_reasons import FORMATS, exported
from scoring.enums import RunState
from scoring.errors import NotReady
from scoring.selectors.assignment_matrix import columns_of, matrix_of, rows_per_page, sketches_of
from scoring.selectors.explanation import Reason, RunStory, counted, sketch_by_reference
from scoring.views.workspace_assignment import OneRun

ALL_AT_MOST = 60_000  # reasons in one file; a request must not take longer than a page


class FinishedRun(OneRun):
    """A page about a run that is done; any other is not found."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if self.run.state != RunState.DONE:
            raise Http404

    def crumbs(self) -> list[dict[str, Any]]:
        run = {"url": self.tab_url("scoring_workspace:assignment_run", self.run.pk), "label": OneRun.page_title}
        return [*super().crumbs(), run]


class MatrixPage(FinishedRun):
    template_name = "scoring/workspace/assignment_matrix_page.html"
    page_title = _("Sketches and jurors")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        columns = columns_of(self.run)
        paged = self.page_of(sketches_of(self.run, self.request.user), rows_per_page(len(columns)))
        matrix = matrix_of(self.run, columns, list(paged["page_obj"].object_list))
        return super().get_context_data(**kwargs) | paged | {"run": self.run, "matrix": matrix}


class Told(FinishedRun):
    """Takes `?sketch=` (a reference) or `?juror=` (a key); what is not there, or not to be seen, is not found."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.story = RunStory(self.run, request.user)
        self.sketch = self._asked_sketch(request.GET.get("sketch", ""))
        self.juror = self._asked_juror(request.GET.get("juror", ""))

    def _asked_sketch(self, reference: str) -> int | None:
        found = sketch_by_reference(self.story, reference) if reference else None
        if reference and found is None:
            raise Http404
        return found

    def _asked_juror(self, key: str) -> int | None:
        if not key:
            return None
        if not (key.isascii() and key.isdigit()) or int(key) not in self.story.jurors:
            raise Http404
        return int(key)

    def reasons(self) -> list[Reason]:
        if self.sketch is not None:
            return self.story.of_sketch(self.sketch)
        return self.story.of_juror(self.juror) if self.juror is not None else []

    def refused_url(self) -> str:
        return self.tab_url("scoring_workspace:assignment_explain", self.run.pk)


class Explain(Told):
    template_name = "scoring/workspace/assignment_explain.html"
    page_title = _("Why this assignment")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        reasons = self.reasons()
        title = self.story.sketches.get(self.sketch or 0, ("", ""))
        return super().get_context_data(**kwargs) | {
            "run": self.run,
            "story": self.story,
            "kept": self.story.problem is not None,
            "sketch": title[0],
            "title": title[1],
            "juror": self.juror,
            "juror_name": self.story.jurors.get(self.juror or 0, ""),
            "chosen": [reason for reason in reasons if reason.chosen],
            "others": [reason for reason in reasons if not reason.chosen],
            "counts": counted(reasons),
            "formats": FORMATS,
            "command": command(self.call.slug, self.run.seed, self.run.parameters),
            "may_publish": bool(self.run.published_at) and self.story.is_whole,
        }


class ExplainFile(Told):
    """The same as a file, or every reason there is without a choice.

    That of one juror names no other, so that it can answer the juror's access request.
    """

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = request.GET.get("format", "csv")
        if form not in FORMATS:
            raise Http404
        if self.sketch is None and self.juror is None and self.story.size > ALL_AT_MOST:
            raise NotReady(_("These are too many reasons for one file. Choose one sketch or one juror."))
        about = {"call": self.call.slug, "run": str(self.run.key), "input_sha256": self.run.input_sha256}
        reasons = self.story.of_all() if self.sketch is None and self.juror is None else self.reasons()
        content, kind = exported(reasons, form, about, names=self.juror is None)
        key = self.request.GET.get("sketch") or (f"juror-{self.juror}" if self.juror else "all")
        return _download(content, kind, f"reasons-{self.call.slug}-{key}.{form}")


class ProblemFile(FinishedRun):
    """What a published run was computed from, without names or keys, for anybody to compute again.

    Whoever is kept out of a sketch of the call does not get it: its line could be told from the others.
    """

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        story = RunStory(self.run, request.user)
        if not self.run.published_at or story.problem is None or not story.is_whole:
            raise Http404
        content = problem_json(story.problem.public()).encode()
        return _download(content, "application/json", f"assignment-{self.call.slug}.json")


def command(slug: str, seed: int, parameters: dict[str, Any]) -> str:
    """What to type to compute a published run again from its file."""
    policy = parameters.get("policy", "optimal")
    loss = f" --max-loss {parameters['max_loss']}" if policy == "fair" and "max_loss" in parameters else ""
    connected = " --connected" if parameters.get("require_connected") else ""
    return f"python -m scoring.assignment assignment-{slug}.json --policy {policy}{loss}{connected} --seed {seed}"


def _download(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
