"""The form of a call: read it as a list by sections, and change one question at a time."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from competition.enums import QuestionKind
from competition.models import Question
from competition.selectors.amendments import as_amended, gathering_of
from competition.selectors.form_structure import (
    answer_count,
    order_of,
    parts_of,
    question_named,
    revision_of,
    section_named,
)
from competition.services.amendments import edit_count
from competition.services.form_lock import only_texts_at
from competition.services.question_edit import (
    answered_text,
    copy_question,
    create_question,
    remove_question,
    update_question,
)
from competition.views.workspace_base import GATHERED, CallView
from competition.workspace_question_forms import QuestionForm


class FormView(CallView):
    """A page that changes the form. Whatever is refused is said on the list of questions."""

    permission = "competition.manage_call"
    header_icon = "form"
    tab = "questions"

    def crumbs(self) -> list[dict[str, Any]]:
        return [{"url": self.tab_url("workspace:questions"), "label": _("Questions")}]

    def refused_url(self) -> str:
        return self.tab_url("workspace:questions")

    @property
    def is_locked(self) -> bool:
        return only_texts_at(self.call, timezone.now())


class Questions(CallView):
    template_name = "competition/workspace/questions.html"
    page_title = _("Questions")
    header_icon = "form"
    tab = "questions"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        parts = parts_of(self.call)
        order, may_manage = order_of(parts), self.may("competition.manage_call")
        return super().get_context_data(**kwargs) | {
            "parts": parts,
            "order": order,
            "form_revision": revision_of(order),
            "last_section": next((part.section for part in reversed(parts) if part.section), None),
            "may_manage": may_manage,
            "may_build": may_manage and not only_texts_at(self.call, timezone.now()),
            "moved": self.request.GET.get("moved", ""),
            "direction": self.request.GET.get("direction", ""),
        }


class QuestionEditor(FormView):
    """What the pages of a new question and of one that is there have in common."""

    template_name = "competition/workspace/question_edit.html"
    question: Question

    def form(self, data: Any = None) -> QuestionForm:
        gathering = gathering_of(self.call) if self.gathers and self.question.pk else None
        parts = parts_of(self.call)
        questions = [question for part in parts for question in part.questions]
        place = [one.pk for one in questions].index(self.question.pk) if self.question.pk else len(questions)
        return QuestionForm(
            data,
            question=as_amended(self.question, gathering, "question", self.question.code),
            earlier=questions[:place],
            sections=[part.section for part in parts if part.section is not None],
            gathers=self.gathers,
            revision=edit_count(self.call, gathering) if self.gathers else self.question.revision,
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", self.form())
        languages = [(field.field.widget.attrs["lang"], field.name[-2:]) for field in kwargs["form"].text_rows()[0]]
        return super().get_context_data(**kwargs) | {
            "question": self.question,
            "preview_languages": [(code, dict(kwargs["form"].languages)[code]) for code, _column in languages],
            "is_new": not self.question.pk,
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST)
        if "options-do" in request.POST:  # a button of the options' editor: nothing is saved yet
            form.is_valid()
            form.errors.clear()
            return self.render(form=form, pressed=request.POST["options-do"])
        if not self.save(form):
            messages.error(request, _("Nothing was saved. Look at the fields marked below."))
            return self.render(form=form, status=422)
        messages.success(request, GATHERED if self.gathers else _("The question was saved."))
        return redirect("workspace:questions", self.call.pk)

    def save(self, form: QuestionForm) -> bool:
        raise NotImplementedError


class QuestionEdit(QuestionEditor):
    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.question = question_named(self.call, kwargs["question"])
        if self.question is None:
            raise Http404

    def get_page_title(self) -> str:
        return self.question.label

    def save(self, form: QuestionForm) -> bool:
        direct = partial(update_question, by=self.request.user, question=self.question)
        return self.save_or_gather(form, "question", self.question.code, form.question_fields, direct)


class QuestionNew(QuestionEditor):
    page_title = _("New question")

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        section = section_named(self.call, request.GET.get("section", "").replace("\x00", ""))
        self.question = Question(call=self.call, section=section, kind=QuestionKind.LONG_TEXT)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.is_locked:
            messages.error(request, _("The call is open: questions can no longer be added."))
            return redirect(self.refused_url())
        return super().get(request, *args, **kwargs)

    def save(self, form: QuestionForm) -> bool:
        return self.attempt(
            form, lambda: create_question(by=self.request.user, call=self.call, **form.question_fields())
        )


class QuestionCopy(FormView):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        question = question_named(self.call, kwargs["question"])
        if question is None:
            raise Http404
        copy = copy_question(by=request.user, question=question)
        messages.success(request, _("This is the copy. Change what is different in it."))
        return redirect("workspace:question", self.call.pk, copy.code)


class QuestionRemove(FormView):
    """Says what hangs on the question, and asks once more."""

    template_name = "competition/workspace/question_remove.html"
    page_title = _("Remove the question")
    header_icon = "bin"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.question = question_named(self.call, kwargs["question"])
        if self.question is None:
            raise Http404

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        count = answer_count(self.question)
        return super().get_context_data(**kwargs) | {
            "question": self.question,
            "answered": answered_text(count) if count else "",
            "dependants": list(self.question.dependants.all()),
            "is_locked": self.is_locked,
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        revision = request.POST.get("revision", "")
        expected = int(revision) if revision.isascii() and revision[:9].isdigit() else None
        remove_question(by=request.user, question=self.question, expected_revision=expected)
        messages.success(request, _("The question was removed."))
        return redirect("workspace:questions", self.call.pk)
