"""Around the ranking: what would change, what would be funded, and everything as a file."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from competition.views.workspace_base import CallView
from scoring.aggregation import ScoreError
from scoring.aggregation.io import parse_scores
from scoring.models import AggregationRecord, AggregationRun
from scoring.ranking_files import FORMATS, input_files, ranking_file
from scoring.selectors.assessments import criteria_of
from scoring.selectors.portfolio import portfolio_of
from scoring.selectors.ranking import latest_run, ranked, ranking_rows, visible_rows
from scoring.selectors.what_if import influences, juror_names, moved, record_of, shares_of
from scoring.workspace_ranking_forms import WhatIfForm

PERMISSION = "scoring.view_ranking"


class OfRanking(CallView):
    """A page about the newest finished ranking; without one there is nothing to find."""

    permission = PERMISSION
    header_icon = "order"
    tab = "ranking"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        run = latest_run(self.call)
        if run is None:
            raise Http404
        self.run: AggregationRun = run

    def crumbs(self) -> list[dict[str, Any]]:
        return [{"url": self.tab_url("scoring_workspace:ranking"), "label": _("Ranking")}]


class WhatIf(OfRanking):
    """The same grades under other weights, or without one juror. Nothing is stored."""

    template_name = "scoring/workspace/what_if.html"
    page_title = _("What would change")

    @cached_property
    def record(self) -> AggregationRecord | None:
        return record_of(self.run)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs) | {"run": self.run, "record": self.record}
        return context | self.answer(self.record) if self.record else context

    def answer(self, record: AggregationRecord) -> dict[str, Any]:
        record.run = self.run
        jurors = juror_names(record, named=self.may("scoring.manage_jury"))
        criteria = criteria_of(self.call)
        form = WhatIfForm(self.request.GET or None, record=record, criteria=criteria, jurors=jurors)
        asked = form.is_bound and form.is_valid()
        try:
            weights, without = (form.weights(), form.cleaned_data["without"] or None) if asked else (None, None)
            moves = moved(record, self.request.user, weights=weights, without=without)
        except ScoreError:
            form.add_error(None, _("Give at least one criterion a weight above 0."))
            moves, asked = moved(record, self.request.user, weights=None, without=None), False
        return {"form": form, "asked": asked, "moves": moves, **self._influences(record, moves, jurors, criteria)}

    def _influences(self, record, moves, jurors, criteria) -> dict[str, Any]:
        shares = shares_of(record, parse_scores(record.scores, record.criteria))
        if shares is None:
            return {}
        top = self.run.parameters["top"]
        names = {criterion.code: criterion.name for criterion in criteria}
        return {
            "crossing": sum(bool(item.crosses) for item in moves),
            "without_juror": influences(moves, shares.jurors, jurors, top),
            "without_criterion": influences(moves, shares.criteria, names, top),
        }


class Portfolio(OfRanking):
    template_name = "scoring/workspace/portfolio.html"
    page_title = _("Portfolio")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = portfolio_of(self.run, self.request.user)
        return super().get_context_data(**kwargs) | {
            "run": self.run,
            "portfolio": found,
            "parts": [
                ("topic", _("Topic"), found.topics),
                ("region", _("Region"), found.regions),
                ("kind", _("Kind of organisation"), found.kinds),
            ],
        }


class RankingExport(OfRanking):
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = request.GET.get("format", "csv")
        if form not in FORMATS:
            raise Http404
        rows = ranking_rows(self.run, ranked(self.run, request.user))
        content, kind = ranking_file(rows, criteria_of(self.call), self.run, form)
        return download(content, kind, f"ranking-{self.call.slug}.{form}")


class RankingInput(OfRanking):
    """What the ranking was computed from, under pseudonyms, with the command that computes it again.

    Whoever is kept out of a sketch does not get it: its lines would be there.
    """

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        record = record_of(self.run)
        if record is None or visible_rows(self.run, request.user).count() != self.run.rows.count():
            raise Http404
        return download(input_files(record, self.run), "application/zip", f"ranking-{self.call.slug}.zip")


def download(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
