"""The form as an agency will see it, in a frame or on a page of its own. Nothing in it can be sent."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.decorators import method_decorator
from django.views.decorators.clickjacking import xframe_options_sameorigin

from competition.forms import SectionForm, condition_words
from competition.models import Call, Question, QuestionOption, Topic
from competition.selectors.calls import topics
from competition.selectors.form_structure import parts_of, question_named
from competition.selectors.sections import Section, sections_of
from competition.views.workspace_base import CallView
from competition.views.workspace_questions import QuestionEditor
from competition.workspace_question_forms import QuestionForm

# As strict as the public site's, framed by nobody but us, and with nothing to be sent.
POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; form-action 'none'; "
    "frame-ancestors 'self'; base-uri 'none'; object-src 'none'"
)


class PreviewMixin:
    """Chooses the language, and draws the site's own templates in it."""

    template_name = "competition/preview.html"

    @method_decorator(xframe_options_sameorigin)
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        response.headers["Content-Security-Policy"] = POLICY
        return response

    def language(self, asked: str) -> str:
        call = self.call  # type: ignore[attr-defined]
        return asked if asked in call.languages else call.default_language

    def draw(self, context: dict[str, Any], language: str) -> HttpResponse:
        context = {"call": self.call, "preview_language": language, **context}  # type: ignore[attr-defined]
        return render(self.request, self.template_name, context)  # type: ignore[attr-defined]


class FormPreview(PreviewMixin, CallView):
    """The whole form, section by section."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        language = self.language(request.GET.get("language", ""))
        with translation.override(language):
            pages = form_pages(self.call)
            return self.draw({"pages": pages, "is_whole": True, "languages": self.call.languages}, language)


def form_pages(call: Call) -> list[dict[str, Any]]:
    """The whole form of the call in the language that is active, page by page, for the template."""
    questions = [question for part in parts_of(call) for question in part.questions]
    known = topics()
    return [_page(page.questions, questions, known, page) for page in sections_of(questions)]


def _page(
    shown: tuple[Question, ...], form: list[Question], known: list[Topic], page: Section | None = None
) -> dict[str, Any]:
    """One page of the form for the template. form: all questions, among which conditions are found."""
    fields = SectionForm(questions=shown, topics=known, auto_id=f"id_{shown[0].code}_%s")
    by_key = {question.pk: question for question in form}
    rows = [
        row | {"condition": condition_words(question, by_key.get(question.shown_if_id)), "kind": question.kind}
        for row, question in zip(fields.rows(), shown, strict=True)
    ]
    return {"label": page.label if page else "", "heading": page.heading if page else None, "rows": rows}


class QuestionPreview(PreviewMixin, QuestionEditor):
    """One question: as it is saved (GET `question`), or as it stands in the editor, saved or not (POST)."""

    permission = "competition.manage_call"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        code = (request.GET.get("question") or request.POST.get("preview_question") or "").replace("\x00", "")
        self.question = question_named(self.call, code) or Question(call=self.call)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        language = self.language(request.GET.get("language", ""))
        with translation.override(language):
            return self._draw(self.question if self.question.pk else None, language)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        language = self.language(request.POST.get("preview_language", ""))
        with translation.override(language):
            form = self.form(request.POST)
            form.is_valid()
            return self._draw(as_typed(self.question, form), language)

    def _draw(self, question: Question | None, language: str) -> HttpResponse:
        if question is None or not question.kind:
            return self.draw({"pages": []}, language)
        form = [one for part in parts_of(self.call) for one in part.questions]
        return self.draw({"pages": [_page((question,), form, topics())]}, language)


def as_typed(question: Question, form: QuestionForm) -> Question:
    """The question with what of the form can be read; never to be saved."""
    for name, value in form.cleaned_data.items():
        if name not in ("options", "revision", "seen", "section"):
            setattr(question, name, value)
    question.code = question.code or "question"
    question.pk = question.pk or 0
    options = form.cleaned_data.get("options") or []
    texts = [{name: text for name, text in one.items() if name != "code"} for one in options]
    # Where a prefetched relation lies, so that the applicant's form finds the options that are not saved.
    question._prefetched_objects_cache = {  # noqa: SLF001
        "options": [QuestionOption(code=one["code"], **text) for one, text in zip(options, texts, strict=True)]
    }
    return question
