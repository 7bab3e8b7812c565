"""The form of a call: read it as a list, change one question at a time."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from competition.selectors.calls import questions_of
from competition.selectors.workspace import question_of
from competition.services.question_edit import only_texts_at, update_question
from competition.views.workspace_base import CallView
from competition.workspace_forms import QuestionForm


class Questions(CallView):
    template_name = "competition/workspace/questions.html"
    page_title = _("Questions")
    header_icon = "form"
    tab = "questions"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {"questions": questions_of(self.call), "may_manage": self.may("competition.manage_call")}


class QuestionEdit(CallView):
    template_name = "competition/workspace/question_edit.html"
    permission = "competition.manage_call"
    header_icon = "form"
    tab = "questions"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.question = question_of(self.call, kwargs["question"])
        if self.question is None:
            raise Http404
        self.texts_only = only_texts_at(self.call, timezone.now())

    def get_page_title(self) -> str:
        return self.question.label

    def crumbs(self) -> list[dict[str, Any]]:
        return [{"url": self.tab_url("workspace:questions"), "label": _("Questions")}]

    def form(self, data: Any = None) -> QuestionForm:
        return QuestionForm(data, question=self.question, texts_only=self.texts_only)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", self.form())
        return super().get_context_data(**kwargs) | {"question": self.question, "texts_only": self.texts_only}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST)
        if not self.attempt(
            form, lambda: update_question(by=request.user, question=self.question, **form.cleaned_data)
        ):
            messages.error(request, _("Nothing was saved. Look at the fields marked below."))
            return self.render(form=form, status=422)
        messages.success(request, _("The question was saved."))
        return redirect("workspace:questions", self.call.pk)
