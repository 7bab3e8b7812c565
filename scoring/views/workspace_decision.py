"""From ranking to result: the jury's recommendation, the owner's decision, the letters, the publication."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from accounts.errors import NotAllowed, Refused
from competition.enums import Phase, SketchState
from competition.views.workspace_base import CallView
from scoring.enums import Outcome
from scoring.selectors.letters import decision_letters, letters_have_left
from scoring.selectors.ranking import latest_run
from scoring.selectors.workspace_decision import (
    decided_items,
    decision_of,
    recommendation_of,
    recommended_items,
    sketches_in_order,
)
from scoring.services.decision import decide, recommend
from scoring.services.letters import prepare_letters, publish_result, send_letters
from scoring.workspace_decision_forms import OutcomesForm, Proposal


class DecisionHome(CallView):
    """The two records beside each other, and the one step that comes next."""

    template_name = "scoring/workspace/decision.html"
    permission = "scoring.view_ranking"
    page_title = _("Decision")
    header_icon = "tick-inverse"
    tab = "decision"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        phase, recommendation, decision = context["phase"], recommendation_of(self.call), decision_of(self.call)
        left = decision is not None and letters_have_left(self.call)
        return context | {
            "recommendation": recommendation,
            "recommended": recommended_items(recommendation) if recommendation else [],
            "decision": decision,
            "decided": decided_items(decision) if decision else [],
            "letters_left": left,
            "may_recommend": phase == Phase.JURY_MEETING and self.may("scoring.recommend"),
            "may_decide": phase == Phase.DECISION and self.may("scoring.decide"),
            "may_send": decision is not None and not left and self.may("scoring.send_letters"),
            "may_publish": phase == Phase.LETTERS and left and self.may("scoring.publish_result"),
        }


class DecisionStep(CallView):
    header_icon = "tick-inverse"
    tab = "decision"

    def crumbs(self) -> list[dict[str, Any]]:
        return [{"url": self.tab_url("scoring_workspace:decision"), "label": _("Decision")}]

    def refused_url(self) -> str:
        return self.tab_url("scoring_workspace:decision")


class OutcomesView(DecisionStep):
    """A form over all sketches; what was typed stays whatever the service answers."""

    template_name = "scoring/workspace/outcomes.html"
    done_message = ""

    def form(self, data: Any = None) -> OutcomesForm:
        raise NotImplementedError

    def act(self, form: OutcomesForm) -> None:
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render(form=self.form())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST)
        if not form.is_valid() or not self._done(form, self.act):
            messages.error(request, _("Nothing was recorded. Look at the fields marked below."))
            return self.render(form=form, status=422)
        messages.success(request, self.done_message)
        return redirect("scoring_workspace:decision", self.call.pk)

    def _done(self, form: OutcomesForm, act: Callable[[OutcomesForm], None]) -> bool:
        try:
            act(form)
        except NotAllowed:
            raise
        except Refused as refused:
            form.show(refused)
            return False
        return True


class Recommend(OutcomesView):
    permission = "scoring.recommend"
    page_title = _("Recommendation")
    done_message = _("The recommendation is made. Somebody else decides.")

    @cached_property
    def run(self) -> Any:
        run = latest_run(self.call)
        if run is None:
            raise Refused(_("Compute a ranking first."))
        return run

    def form(self, data: Any = None) -> OutcomesForm:
        """Prefilled from the ranking: those above the line on the shortlist and awarded, the others not."""
        top = self.run.parameters.get("top") or 0
        proposals = []
        for sketch, rank, mean, tied in sketches_in_order(self.call, self.run):
            above = rank is not None and rank <= top
            note = self._note(rank, mean, tied)
            outcome = Outcome.AWARD if above else Outcome.REJECT
            proposals.append(Proposal(sketch, sketch.title, note, outcome, shortlisted=above))
        return OutcomesForm(data, proposals=proposals, with_departures=True, reasons_required=True)

    def _note(self, rank: int | None, mean: float | None, tied: bool) -> str:
        if rank is None or mean is None:
            return gettext("not ranked")
        text = gettext("rank %(rank)d, mean %(mean).2f") % {"rank": rank, "mean": mean}
        return f"{text}, {gettext('tied at the line')}" if tied else text

    def act(self, form: OutcomesForm) -> None:
        reasons, items = form.cleaned_data["reasons"], form.items()
        recommend(by=self.request.user, call=self.call, run=self.run, reasons=reasons, items=items)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lead = _("Prefilled from the ranking. Every sketch needs an outcome and reasons; the ranking is then frozen.")
        return super().get_context_data(**kwargs) | {"lead": lead, "button": _("Make the recommendation")}


class Decide(OutcomesView):
    permission = "scoring.decide"
    page_title = _("Decision")
    done_message = _("The decision is made. The letters can be read before they leave.")

    def form(self, data: Any = None) -> OutcomesForm:
        """Prefilled from the recommendation; a sketch that was withdrawn since drops out."""
        recommendation = recommendation_of(self.call)
        if recommendation is None:
            raise Refused(_("There is no recommendation to decide on."))
        proposals = [
            Proposal(
                sketch=item.sketch,
                title=item.sketch.title,
                note=gettext("recommended: %(outcome)s") % {"outcome": item.get_outcome_display()},
                outcome=item.outcome,
                shortlisted=item.shortlisted,
                amount=item.amount,
                reasons=item.reasons,
            )
            for item in recommended_items(recommendation)
            if item.sketch.state == SketchState.ADMITTED
        ]
        form = OutcomesForm(data, proposals=proposals, with_departures=False, reasons_required=False)
        form.fields["reasons"].help_text = _("Needed where the decision departs from the recommendation.")
        return form

    def act(self, form: OutcomesForm) -> None:
        decide(by=self.request.user, call=self.call, reasons=form.cleaned_data["reasons"], items=form.items())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lead = _("Prefilled from the jury's recommendation. You decide; whoever recommended cannot.")
        return super().get_context_data(**kwargs) | {"lead": lead, "button": _("Make the decision")}


class OutcomeStep(DecisionStep):
    """A step that shows outcomes: whoever may not see the ranking does not get here either."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if not self.may("scoring.view_ranking"):
            raise Http404


class DecisionLetters(OutcomeStep):
    """Read every letter as a draft, then let all of them leave together."""

    template_name = "scoring/workspace/decision_letters.html"
    permission = "scoring.send_letters"
    page_title = _("Letters of the decision")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        letters = list(decision_letters(self.call).defer("html"))
        return super().get_context_data(**kwargs) | {"letters": letters, "left": letters_have_left(self.call)}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.POST.get("step") == "prepare":
            prepare_letters(by=request.user, call=self.call)
            messages.success(request, _("The letters are written. Nothing is sent yet: read them first."))
        else:
            number = send_letters(by=request.user, call=self.call)
            text = ngettext("%(number)d letter is on its way.", "%(number)d letters are on their way.", number)
            messages.success(request, text % {"number": number})
        return redirect("scoring_workspace:decision_letters", self.call.pk)


class ResultPublish(OutcomeStep):
    template_name = "scoring/workspace/publish_result.html"
    permission = "scoring.publish_result"
    page_title = _("Publish the result")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        decision = decision_of(self.call)
        if decision is None:
            raise Http404
        return super().get_context_data(**kwargs) | {"decided": decided_items(decision)}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        publish_result(by=request.user, call=self.call)
        messages.success(request, _("The result is public."))
        return redirect("scoring_workspace:decision", self.call.pk)
