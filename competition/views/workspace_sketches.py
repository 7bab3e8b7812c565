"""The formal check: what came in, one sketch at a time or many through a page that lists them."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from competition.enums import SKETCH_TRANSITIONS, SketchState
from competition.models import Sketch
from competition.selectors.attachments import with_previews
from competition.selectors.co_applicants import withdrawn_since
from competition.selectors.endorsements import endorsed_version, is_asked_for, version_endorsed
from competition.selectors.exceptions import running_exceptions
from competition.selectors.formal_check import open_proposal
from competition.selectors.sketches import late_attempts, state_counts, workspace_rows
from competition.selectors.workspace import chosen_sketches, received_sketch, shown_answers, undecided_sketches
from competition.services.formal_check import admit_sketches, complete_formal_check
from competition.views.workspace_base import CallView

CHECK = "competition.check_formalities"


class Sketches(CallView):
    template_name = "competition/workspace/sketches.html"
    permission = "competition.view_submissions"
    page_title = _("Sketches")
    header_icon = "doc-full"
    tab = "sketches"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        state, search = self.request.GET.get("state", ""), self.request.GET.get("q", "").strip()
        user, page = self.request.user, self.request.GET.get("p", 1)
        found = workspace_rows(self.call, user=user, state=state or None, search=search, page=page)
        counts = state_counts(self.call, user=user)
        context = super().get_context_data(**kwargs)
        return context | {
            "page_obj": found,
            "elided_page_range": found.paginator.get_elided_page_range(found.number, on_each_side=2, on_ends=1),
            "rows": found.object_list,
            "search": search,
            "state": state,
            "states": [
                (code, label, counts.get(code, 0)) for code, label in SketchState.choices if code != SketchState.DRAFT
            ],
            "total": sum(counts.values()),
            "undecided": counts.get(SketchState.SUBMITTED, 0),
            "may_manage": self.may("competition.manage_call"),
            "may_check": self.may(CHECK),
            "checking": context["phase"] == "formal_check",
        }  # fmt: skip


class LateAttempts(CallView):
    """Who tried after the machine had closed the call; what they wrote stayed their draft."""

    template_name = "competition/workspace/late.html"
    permission = "competition.manage_call"
    page_title = _("Tried after the deadline")
    header_icon = "time"
    tab = "sketches"

    def crumbs(self) -> list[dict[str, Any]]:
        return [{"url": self.tab_url("workspace:sketches"), "label": _("Sketches")}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | self.page_of(late_attempts(self.call))


class OneSketch(CallView):
    """A page about one sketch that has been handed in. Drafts are not found: they are the applicant's own."""

    permission = "competition.view_submissions"
    tab = "sketches"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        sketch = received_sketch(self.call, request.user, kwargs["reference"])
        if sketch is None:
            raise Http404
        self.sketch: Sketch = sketch

    def get_page_title(self) -> str:
        return self.sketch.current_version.title

    def crumbs(self) -> list[dict[str, Any]]:
        return [{"url": self.tab_url("workspace:sketches"), "label": _("Sketches")}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"sketch": self.sketch, "version": self.sketch.current_version}


class SketchDetail(OneSketch):
    template_name = "competition/workspace/sketch.html"
    header_icon = "doc-full"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        following = SKETCH_TRANSITIONS[SketchState(self.sketch.state)]
        endorsed = version_endorsed(self.sketch.current_version, timezone.now()) if is_asked_for(self.call) else None
        return super().get_context_data(**kwargs) | {
            "endorsed": endorsed,
            "endorsed_version": endorsed_version(self.sketch, endorsed) if endorsed else None,
            "answers": with_previews(shown_answers(self.sketch, get_language())),
            "left": withdrawn_since(self.sketch),
            "may_check": self.may(CHECK),
            "can_admit": SketchState.ADMITTED in following,
            "can_dismiss": SketchState.DISMISSED in following,
            "proposal": open_proposal(self.sketch),
        }


class SketchesAdmit(CallView):
    """“You will admit these”, with the list; nothing happens before the button."""

    template_name = "competition/workspace/admit.html"
    permission = CHECK
    page_title = _("Admit sketches")
    header_icon = "check"
    tab = "sketches"

    def crumbs(self) -> list[dict[str, Any]]:
        return [{"url": self.tab_url("workspace:sketches"), "label": _("Sketches")}]

    @cached_property
    def chosen(self) -> list[Sketch]:
        data = self.request.POST if self.request.method == "POST" else self.request.GET
        wanted = chosen_sketches(self.call, self.request.user, data.getlist("ref"))
        return [sketch for sketch in wanted if SketchState.ADMITTED in SKETCH_TRANSITIONS[SketchState(sketch.state)]]

    def refused_url(self) -> str:
        return self.tab_url("workspace:sketches")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.chosen:
            messages.warning(request, _("Choose at least one sketch that can be admitted."))
            return redirect("workspace:sketches", self.call.pk)
        return self.render(sketches=self.chosen)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.chosen:
            admit_sketches(by=request.user, call=self.call, sketches=self.chosen)
        number = len(self.chosen)
        text = ngettext("%(number)d sketch was admitted.", "%(number)d sketches were admitted.", number)
        messages.success(request, text % {"number": number})
        return redirect("workspace:sketches", self.call.pk)


class FormalCheckComplete(CallView):
    template_name = "competition/workspace/complete_check.html"
    permission = CHECK
    page_title = _("Complete the formal check")
    header_icon = "tasks"
    tab = "sketches"

    def crumbs(self) -> list[dict[str, Any]]:
        return [{"url": self.tab_url("workspace:sketches"), "label": _("Sketches")}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        counts = state_counts(self.call)
        return super().get_context_data(**kwargs) | {
            "undecided": undecided_sketches(self.call),
            "admitted": counts.get(SketchState.ADMITTED, 0),
            "dismissed": counts.get(SketchState.DISMISSED, 0),
            "exceptions": running_exceptions(self.call),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        complete_formal_check(by=request.user, call=self.call)
        messages.success(request, _("The formal check is complete. The jury can begin."))
        return redirect("workspace:overview", self.call.pk)
