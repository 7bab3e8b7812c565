"""The case officers' pages: the queue, one sketch beside its list of conditions, and dismissals by two people."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from competition.enums import SKETCH_TRANSITIONS, FormalVerdict, SketchState
from competition.formal_forms import DismissalForm, FindingsForm, RefusalForm
from competition.models import DismissalProposal
from competition.selectors.attachments import with_previews
from competition.selectors.formal_check import (
    CONDITIONS,
    FILTERS,
    check_of,
    condition_rows,
    last_refusal,
    next_undecided,
    open_proposal,
    queue,
    queue_counts,
    queue_row,
)
from competition.selectors.workspace import shown_answers
from competition.services.dismissals import confirm_dismissal, propose_dismissal, refuse_dismissal
from competition.services.formal_check import admit_sketches
from competition.services.formal_findings import save_findings, take_check
from competition.services.letters import drafted_dismissal, drafted_reason
from competition.views.workspace_base import ROWS, CallView
from competition.views.workspace_sketches import CHECK, OneSketch


class FormalChecks(CallView):
    """The queue: whose turn it is with each sketch, and what waits for a second pair of eyes."""

    template_name = "competition/workspace/formal_checks.html"
    permission = CHECK
    page_title = _("Formal check")
    header_icon = "tasks"
    tab = "sketches"

    def crumbs(self) -> list[dict[str, Any]]:
        return [{"url": self.tab_url("workspace:sketches"), "label": _("Sketches")}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        wanted = self.request.GET.get("show", "")
        chosen = wanted if wanted in FILTERS else ""
        search = self.request.GET.get("q", "")[:200]
        found = self.page_of(queue(self.call, self.request.user, chosen=chosen, search=search), ROWS)
        kept = urlencode({name: value for name, value in (("show", chosen), ("q", search)) if value})
        context = super().get_context_data(**kwargs)
        return context | {
            **found,
            "rows": [queue_row(values) for values in found["page_obj"].object_list],
            "counts": queue_counts(self.call, self.request.user),
            "chosen": chosen,
            "search": search,
            "kept": kept,
            "conditions": CONDITIONS,
            "me": self.request.user.pk,
            "checking": context["phase"] == "formal_check",
        }


class CheckSketch(OneSketch):
    """The answers on one side, the conditions on the other."""

    template_name = "competition/workspace/check_sketch.html"
    permission = CHECK
    header_icon = "tasks"

    def crumbs(self) -> list[dict[str, Any]]:
        return [
            {"url": self.tab_url("workspace:sketches"), "label": _("Sketches")},
            {"url": self.tab_url("workspace:checks"), "label": _("Formal check")},
        ]

    def form(self, data: Any = None) -> FindingsForm:
        row = check_of(self.sketch)
        rows = condition_rows(self.sketch, get_language())
        return FindingsForm(data, rows=rows, revision=row.revision if row else 0)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", self.form())
        following = SKETCH_TRANSITIONS[SketchState(self.sketch.state)]
        context = super().get_context_data(**kwargs)
        checking = context["phase"] == "formal_check"
        return context | {
            "answers": with_previews(shown_answers(self.sketch, get_language())),
            "check": check_of(self.sketch),
            "proposal": open_proposal(self.sketch),
            "refused": last_refusal(self.sketch),
            "checking": checking,
            "can_admit": checking and SketchState.ADMITTED in following,
            "can_dismiss": checking and SketchState.DISMISSED in following,
            "next": next_undecided(self.call, self.request.user, self.sketch),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.POST.get("do") == "take":
            take_check(by=request.user, sketch=self.sketch)
            return redirect(request.path)
        form = self.form(request.POST)

        def act() -> None:
            save_findings(by=request.user, sketch=self.sketch, findings=form.findings(), **form.stale_arguments())

        if not self.attempt(form, act):
            return self.render(form=form, status=422)
        return self.answer_saved(request.POST.get("do", ""))

    def refused_url(self) -> str:
        return self.request.path

    def answer_saved(self, wish: str) -> HttpResponse:
        if wish == "dismiss":
            return redirect("workspace:dismiss", self.call.pk, self.sketch.reference)
        if wish == "admit":
            admit_sketches(by=self.request.user, call=self.call, sketches=[self.sketch])
            messages.success(self.request, gettext("“%(title)s” is admitted.") % {"title": self.get_page_title()})
        else:
            messages.success(self.request, gettext("Saved."))
        following = next_undecided(self.call, self.request.user, self.sketch) if wish in ("admit", "next") else ""
        if following:
            return redirect("workspace:check", self.call.pk, following)
        return redirect("workspace:checks", self.call.pk) if wish in ("admit", "next") else redirect(self.request.path)


class SketchDismiss(OneSketch):
    """Propose a dismissal; or, as the second person, confirm it or not. The letter is shown as it would leave."""

    template_name = "competition/workspace/dismiss.html"
    permission = CHECK
    header_icon = "cross"

    def crumbs(self) -> list[dict[str, Any]]:
        title = self.sketch.current_version.title
        return [
            {"url": self.tab_url("workspace:checks"), "label": _("Formal check")},
            {"url": self.tab_url("workspace:check", self.sketch.reference), "label": title},
        ]

    def get_page_title(self) -> str:
        return str(_("Dismiss the sketch"))

    @cached_property
    def proposal(self) -> DismissalProposal | None:
        return open_proposal(self.sketch)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        reason = self.proposal.reason if self.proposal else ""
        if not self.proposal and "form" not in kwargs:
            kwargs["form"] = DismissalForm(initial={"reason": self.draft()})
        kwargs.setdefault("refusal", RefusalForm())
        kwargs.setdefault("letters", drafted_dismissal(sketch=self.sketch, reason=reason) if reason else [])
        return super().get_context_data(**kwargs) | {
            "proposal": self.proposal,
            "is_mine": self.proposal is not None and self.proposal.proposed_by_id == self.request.user.pk,
            "newer": self.proposal is not None and self.proposal.version != self.sketch.current_version.number,
        }

    def draft(self) -> str:
        rows = condition_rows(self.sketch, get_language())
        unmet = [row.condition for row in rows if row.finding and row.finding.verdict == FormalVerdict.NOT_MET]
        return drafted_reason(sketch=self.sketch, conditions=unmet)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        wish = request.POST.get("do", "")
        if self.proposal is not None:
            return self.settle(request, wish, self.proposal)
        form = DismissalForm(request.POST)
        if wish == "preview" and form.is_valid():
            letters = drafted_dismissal(sketch=self.sketch, reason=form.cleaned_data["reason"])
            return self.render(form=form, letters=letters)

        def act() -> None:
            propose_dismissal(by=request.user, sketch=self.sketch, reason=form.cleaned_data["reason"])

        if not self.attempt(form, act):
            return self.render(form=form, letters=[], status=422)
        messages.success(request, gettext("Proposed. Somebody else must confirm it before the letter leaves."))
        return redirect("workspace:checks", self.call.pk)

    def settle(self, request: HttpRequest, wish: str, proposal: DismissalProposal) -> HttpResponse:
        if wish == "confirm":
            confirm_dismissal(by=request.user, proposal=proposal)
            said = gettext("“%(title)s” was dismissed.") % {"title": self.sketch.current_version.title}
        elif wish == "take_back":
            refuse_dismissal(by=request.user, proposal=proposal)
            said = gettext("The proposal is taken back.")
        else:
            form = RefusalForm(request.POST)
            if not self.attempt(
                form, lambda: refuse_dismissal(by=request.user, proposal=proposal, why=form.cleaned_data["why"])
            ):
                return self.render(refusal=form, status=422)
            said = gettext("You did not agree. The sketch is as it was before.")
        messages.success(request, said)
        return redirect("workspace:checks", self.call.pk)
