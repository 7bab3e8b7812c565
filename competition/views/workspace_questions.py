"""The form of a call: read it as a list by sections, and change one question at a time."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from competition.amending import read_changes
from competition.enums import Phase, QuestionKind
from competition.models import Question
from competition.selectors.amendments import additions, as_amended, gathering_of, named_additions
from competition.selectors.form_structure import (
    answer_count,
    order_of,
    parts_of,
    question_named,
    revision_of,
    section_named,
)
from competition.services.amendable_questions import (
    question_json,
    refusal_of_removal,
    removal_effects,
    unsaved_question,
)
from competition.services.amendment_rows import dropped_by_removal, gather_addition, gather_removal, removed_codes
from competition.services.amendments import edit_count, shown_values
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

    @property
    def is_open(self) -> bool:
        return self.call.phase_at(timezone.now()) == Phase.OPEN


class Questions(CallView):
    template_name = "competition/workspace/questions.html"
    page_title = _("Questions")
    header_icon = "form"
    tab = "questions"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        parts = parts_of(self.call)
        order, may_manage = order_of(parts), self.may("competition.manage_call")
        gathering = gathering_of(self.call) if self.gathers else None
        return super().get_context_data(**kwargs) | {
            "parts": parts,
            "order": order,
            "form_revision": revision_of(order),
            "last_section": next((part.section for part in reversed(parts) if part.section), None),
            "may_manage": may_manage,
            "may_build": may_manage and not only_texts_at(self.call, timezone.now()),
            "may_amend": may_manage and self.call.phase_at(timezone.now()) == Phase.OPEN,
            "additions": named_additions(gathering, "question"),
            "removed": removed_codes(read_changes(gathering.changes if gathering else ()), "question"),
            "moved": self.request.GET.get("moved", ""),
            "direction": self.request.GET.get("direction", ""),
        }


class QuestionEditor(FormView):
    """What the pages of a new question and of one that is there have in common."""

    template_name = "competition/workspace/question_edit.html"
    question: Question

    def form(self, data: Any = None) -> QuestionForm:
        parts = parts_of(self.call)
        questions = [question for part in parts for question in part.questions]
        place = [one.pk for one in questions].index(self.question.pk) if self.question.pk else len(questions)
        arguments = {
            "question": self.question,
            "earlier": questions[:place],
            "sections": [part.section for part in parts if part.section is not None],
        }
        return QuestionForm(data, **arguments | self.form_arguments())

    def form_arguments(self) -> dict[str, Any]:
        """Of a question that is there: what an amendment gathers for it shows in the form."""
        if not self.gathers or not self.question.pk:
            return {"revision": self.question.revision}
        gathering = gathering_of(self.call)
        amended = as_amended(self.question, gathering, "question", self.question.code)
        changes = {change.key: change for change in read_changes(gathering.changes if gathering else ())}
        options = shown_values(self.call, "question", self.question.code, changes)["options"]
        revision = edit_count(self.call, gathering)
        return {"question": amended, "gathers": True, "revision": revision, "options": options}

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
    """A new question: of an open call gathered as an amendment. `?gathered=` names one that is, to change it."""

    page_title = _("New question")

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.code = request.GET.get("gathered", "").replace("\x00", "")
        self.gathering = gathering_of(self.call) if self.gathers else None
        self.addition = additions(self.gathering, "question").get(self.code) if self.code else None
        if self.code and self.addition is None:
            raise Http404
        section = section_named(self.call, request.GET.get("section", "").replace("\x00", ""))
        self.question = Question(call=self.call, section=section, kind=QuestionKind.LONG_TEXT)
        if self.addition is not None:
            self.question = unsaved_question(self.call, self.addition)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.is_locked and not self.is_open:
            messages.error(request, _("The deadline has passed: questions can no longer be added."))
            return redirect(self.refused_url())
        return super().get(request, *args, **kwargs)

    def form_arguments(self) -> dict[str, Any]:
        revision = edit_count(self.call, self.gathering)
        return {"gathers": False, "addition": self.addition, "revision": revision if self.addition else 0}

    def save(self, form: QuestionForm) -> bool:
        return self.attempt(form, lambda: self.gather(form) if self.gathers else self.create(form))

    def create(self, form: QuestionForm) -> object:
        return create_question(by=self.request.user, call=self.call, **form.question_fields())

    def gather(self, form: QuestionForm) -> object:
        act = partial(gather_addition, by=self.request.user, call=self.call, kind="question")
        if self.addition is not None:
            return act(code=self.code, values=question_json(form.question_fields()), **form.stale_arguments())
        typed = form.question_fields()
        return act(values=question_json(typed) | {"code": typed["code"]})


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
        refusal, effects = self.gathers_removal() if self.gathers else self.removes()
        return super().get_context_data(**kwargs) | {
            "question": self.question,
            "refusal": refusal,
            "effects": effects,
            "dependants": list(self.question.dependants.all()),
            "revision": edit_count(self.call, gathering_of(self.call)) if self.gathers else self.question.revision,
        }

    def gathers_removal(self) -> tuple[Any, list[str]]:
        if not self.is_open:
            return _("The deadline has passed: questions can no longer be removed."), []
        gathering = gathering_of(self.call)
        changes = read_changes(gathering.changes if gathering else ())
        refusal = refusal_of_removal(self.call, self.question.code, removed_codes(changes, "question"))
        dropped = dropped_by_removal(changes, "question", self.question.code)
        return refusal, [] if refusal else [*dropped, *removal_effects(self.call, self.question.code)]

    def removes(self) -> tuple[Any, list[Any]]:
        count = answer_count(self.question)
        if count:
            return answered_text(count), []
        if self.question.dependants.exists():
            return _("These questions depend on it. Take their condition away first:"), []
        return None, [_("The question is removed for good, with its texts in all languages. Nobody has answered it.")]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        revision = request.POST.get("revision", "")
        expected = int(revision) if revision.isascii() and revision[:9].isdigit() else None
        if self.gathers:
            act = partial(gather_removal, by=request.user, call=self.call, kind="question")
            act(code=self.question.code, expected_revision=expected)
        else:
            remove_question(by=request.user, question=self.question, expected_revision=expected)
        messages.success(request, GATHERED if self.gathers else _("The question was removed."))
        return redirect("workspace:questions", self.call.pk)
