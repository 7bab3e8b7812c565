"""Questions from possible applicants: answered, published together, merged or declined."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin import messages

from competition.enums import EnquiryState
from competition.models import Enquiry
from competition.selectors.enquiries import (
    SEARCH_AT_MOST,
    answers_change_at,
    chosen_enquiries,
    enquiry_counts,
    enquiry_of,
    enquiry_rows,
    merge_targets,
)
from competition.services.enquiry_answers import (
    ANSWER,
    decline_enquiry,
    merge_enquiry,
    publish_enquiries,
    reopen_enquiry,
    save_answer,
)
from competition.services.enquiry_letters import people_told
from competition.views.workspace_base import CallView
from competition.workspace_enquiry_forms import AnswerForm, MergeForm
from competition.workspace_forms import ReasonForm

LONGEST_KEY = 18  # digits


class EnquiryPage(CallView):
    header_icon = "help"
    tab = "enquiries"

    def crumbs(self) -> list[dict[str, Any]]:
        return [{"url": self.tab_url("workspace:enquiries"), "label": _("Questions and answers")}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "may_answer": self.may(ANSWER),
            "answers_change": answers_change_at(self.call, timezone.now()),
        }


class Enquiries(EnquiryPage):
    template_name = "competition/workspace/enquiries.html"
    page_title = _("Questions and answers")

    def crumbs(self) -> list[dict[str, Any]]:
        return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        state = self.request.GET.get("state", "")
        search = self.request.GET.get("q", "").replace("\x00", "")[:SEARCH_AT_MOST].strip()
        counts = enquiry_counts(self.call)
        page = self.page_of(enquiry_rows(self.call, state=state, search=search))
        return super().get_context_data(**kwargs) | page | {
            "state": state,
            "search": search,
            "states": [(code, label, counts.get(code, 0)) for code, label in EnquiryState.choices],
            "total": sum(counts.values()),
            "answered": counts.get(EnquiryState.ANSWERED, 0),
        }  # fmt: skip


class OneEnquiry(EnquiryPage):
    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        found = enquiry_of(self.call, kwargs["enquiry"])
        if found is None:
            raise Http404
        self.enquiry: Enquiry = found

    def get_page_title(self) -> str:
        return _("Question %(number)s") % {"number": self.enquiry.number} if self.enquiry.number else _("A question")

    def own_url(self) -> str:
        return self.tab_url("workspace:enquiry", self.enquiry.pk)

    def refused_url(self) -> str:
        return self.own_url()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"enquiry": self.enquiry, "stands": self.enquiry.state}


class ManagedEnquiry(OneEnquiry):
    permission = ANSWER

    def crumbs(self) -> list[dict[str, Any]]:
        return [*super().crumbs(), {"url": self.own_url(), "label": super().get_page_title()}]


class EnquiryDetail(OneEnquiry):
    """What was asked, and for those who may answer a form beside it."""

    template_name = "competition/workspace/enquiry.html"

    def form(self, data: Any = None) -> AnswerForm:
        return AnswerForm(data, enquiry=self.enquiry)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", self.form())
        context = super().get_context_data(**kwargs)
        is_aside = self.enquiry.state in (EnquiryState.MERGED, EnquiryState.DECLINED)
        return context | {
            "editable": context["may_answer"] and context["answers_change"] and not is_aside,
            "is_aside": is_aside,
            "duplicates": list(self.enquiry.duplicates.order_by("asked_at", "pk")),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.may(ANSWER):
            raise Http404
        form = self.form(request.POST)
        if not self.attempt(form, lambda: save_answer(by=request.user, enquiry=self.enquiry, **form.arguments())):
            messages.error(request, _("Nothing was saved. Look at the fields marked below."))
            return self.render(form=form, status=422)
        if self.enquiry.published_at is not None:
            messages.success(request, _("The answer was saved. Where it has changed, everybody is told."))
        elif "publish" in request.POST:
            return redirect(f"{self.tab_url('workspace:enquiries_publish')}?e={self.enquiry.pk}")
        else:
            messages.success(request, _("The answer was saved. It is not published yet."))
        return redirect(self.own_url())


class EnquiriesPublish(EnquiryPage):
    """“You will publish these”, with the list and how many are told; nothing happens before the button."""

    template_name = "competition/workspace/enquiries_publish.html"
    permission = ANSWER
    page_title = _("Publish answers")

    def refused_url(self) -> str:
        return self.tab_url("workspace:enquiries")

    def keys(self) -> list[int] | None:
        """The chosen ones; None, which stands for all, where nobody has chosen."""
        chosen = self.request.GET.getlist("e")
        return [int(key) for key in chosen if key.isascii() and key.isdigit() and len(key) < LONGEST_KEY] or None

    @cached_property
    def chosen(self) -> list[Enquiry]:
        return chosen_enquiries(self.call, self.keys())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        told = people_told(self.call, self.chosen, timezone.now())
        return super().get_context_data(**kwargs) | {"enquiries": self.chosen, "told": len(told)}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.chosen:
            messages.warning(request, _("There is no answered question to publish."))
            return redirect(self.refused_url())
        return self.render()

    def looked_at(self) -> dict[int, int]:
        """{key: revision} of what the page had listed."""
        pairs = (text.partition("-") for text in self.request.POST.getlist("e"))
        known = [(pk, count) for pk, _dash, count in pairs if pk.isascii() and count.isascii()]
        digits = [(pk, count) for pk, count in known if pk.isdigit() and count.isdigit()]
        return {int(pk): int(count) for pk, count in digits if len(pk) < LONGEST_KEY and len(count) < LONGEST_KEY}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        number = len(publish_enquiries(by=request.user, call=self.call, chosen=self.looked_at()))
        text = ngettext("%(number)d answer is published.", "%(number)d answers are published.", number)
        messages.success(request, text % {"number": number})
        return redirect(self.refused_url())


class EnquiryMerge(ManagedEnquiry):
    template_name = "competition/workspace/enquiry_merge.html"
    page_title = _("Merge with another question")

    def get_page_title(self) -> str:
        return self.page_title

    def form(self, data: Any = None) -> MergeForm:
        return MergeForm(data, targets=merge_targets(self.enquiry))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", self.form())
        return super().get_context_data(**kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST)
        if not self.attempt(form, lambda: merge_enquiry(by=request.user, enquiry=self.enquiry, into=form.target())):
            return self.render(form=form, status=422)
        messages.success(request, _("The two questions are answered together. Whoever asked is told."))
        return redirect("workspace:enquiries", self.call.pk)


class EnquiryDecline(ManagedEnquiry):
    template_name = "competition/workspace/confirm_reason.html"
    page_title = _("Do not publish the question")
    header_icon = "cross"

    def get_page_title(self) -> str:
        return self.page_title

    def form(self, data: Any = None) -> ReasonForm:
        return ReasonForm(data, help_text=_("At most 2000 characters. Only the person who asked reads it."))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", self.form())
        return super().get_context_data(**kwargs) | {
            "warning": _("The question gets no public answer, and whoever asked is written to with your reason."),
            "subject": self.enquiry.text[:300],
            "button": _("Do not publish it"),
            "back": self.own_url(),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST)

        def act() -> object:
            return decline_enquiry(by=request.user, enquiry=self.enquiry, reason=form.cleaned_data["reason"])

        if not self.attempt(form, act):
            return self.render(form=form, status=422)
        messages.success(request, _("The question is declined. Whoever asked is told why."))
        return redirect("workspace:enquiries", self.call.pk)


class EnquiryReopen(ManagedEnquiry):
    """The button on a merged or declined question."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        reopen_enquiry(by=request.user, enquiry=self.enquiry)
        messages.success(request, _("The question is taken up again."))
        return redirect(self.own_url())
