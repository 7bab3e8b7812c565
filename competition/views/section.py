"""One page of a sketch's form, and its autosave."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.errors import NotAllowed, Refused
from accounts.models import User
from competition.enums import QuestionKind
from competition.errors import StaleDraft
from competition.file_limits import limits_of
from competition.forms import SectionForm, UploadForm
from competition.models import Question, Sketch
from competition.organisation_lists import as_lines
from competition.selectors.access import window_of
from competition.selectors.sections import Draft, Section, read_draft, standing
from competition.selectors.sketches import get_own_sketch
from competition.services.sketches import SaveResult, save_answers
from competition.views.common import can_edit, crumbs, own_pages


def _load(request: HttpRequest, reference: str, code: str) -> tuple[Sketch, Draft, Section]:
    sketch = get_own_sketch(request.user, reference)
    draft = read_draft(sketch)
    section = draft.section(code)
    if section is None:
        raise Http404
    return sketch, draft, section


def _form(user: User, draft: Draft, section: Section, data=None) -> SectionForm:
    """For a page as it is now; what is posted names the questions that the page had when it was made."""
    initial = {question.code: draft.value(question) for question in section.questions}
    return SectionForm(
        data,
        questions=section.questions if data and data.get("on_page") else draft.on_page(section),
        topics=draft.topics,
        initial=initial | {"revision": draft.sketch.draft_revision, "writer": user.pk, "page": uuid.uuid4().hex},
    )


def section_page(
    request: HttpRequest, draft: Draft, section: Section, form, *, status: int = 200, **more
) -> HttpResponse:
    sketch = draft.sketch
    context = {
        "sketch": sketch,
        "call": sketch.call,
        "window": window_of(sketch),
        "section": section,
        "form": form,
        "files": draft.files(section.questions[0]) if section.is_files else [],
        "limits": limits_of(section.questions[0]),
        "editable": can_edit(request, sketch),
        "standing": standing(sketch, timezone.now()),
        "csrf_cookie": settings.CSRF_COOKIE_NAME,
        "rows": _rows(draft, section, request.LANGUAGE_CODE),
        "is_asked": bool(draft.asked_of(section)),
        "crumbs": crumbs(sketch, str(section.label)),
        **more,
    }
    return render(request, "competition/section.html", context, status=status)


def _rows(draft: Draft, section: Section, language: str) -> list[dict[str, Any]]:
    """For reading. What was typed after the deadline says so."""
    closes_at = window_of(draft.sketch).closes_at
    return [
        {
            "code": one.code,
            "label": one.label,
            "text": draft.text(one, language),
            "is_late": (answer := draft.answers.get(one.code)) is not None and answer.updated_at >= closes_at,
        }
        for one in draft.asked_of(section)
    ]


@require_http_methods(["GET", "POST"])
@own_pages
def section(request: HttpRequest, reference: str, code: str) -> HttpResponse:
    _sketch, draft, found = _load(request, reference, code)
    if found.is_files:
        return section_page(request, draft, found, UploadForm())
    if request.method == "POST":
        return _save(request, draft, found)
    form = _form(request.user, draft, found)
    problems = {one.code: draft.problems[one.code] for one in form.questions if one.code in draft.problems}
    if problems:  # what was saved and cannot be submitted is said at once, beside the field
        form = _form(request.user, draft, found, _as_data(request.user, draft, found))
        _add(form, problems)
    return section_page(request, draft, found, form)


def _as_data(user: User, draft: Draft, section: Section) -> dict:
    data = {question.code: _as_typed(question, draft.value(question)) for question in draft.on_page(section)}
    return data | {"revision": draft.sketch.draft_revision, "writer": user.pk, "page": uuid.uuid4().hex}


def _as_typed(question: Question, value: Any) -> Any:
    return as_lines(value) if question.kind == QuestionKind.ORGANISATIONS else value


def _add(form: SectionForm, errors: dict) -> None:
    form.is_valid()
    for code, error in errors.items():
        form.add_error(code, error)


def _save(request: HttpRequest, draft: Draft, section: Section) -> HttpResponse:
    if request.POST.get("writer", str(request.user.pk)) != str(request.user.pk):
        messages.error(request, _("Nothing was saved: the page was opened by somebody else who used this browser."))
        return redirect("competition:section", draft.sketch.reference, section.code)
    form = _form(request.user, draft, section, request.POST)
    form.is_valid()
    try:
        result = save_answers(
            by=request.user, sketch=draft.sketch, values=form.values(), expected_revision=form.expected_revision()
        )
    except NotAllowed:
        raise
    except StaleDraft as stale:
        return _show_both(request, draft, section, form, stale)
    except Refused as refused:
        messages.error(request, str(refused))
        return section_page(request, draft, section, form, status=409)
    return _after_saving(request, draft, section, form, result)


def _show_both(
    request: HttpRequest, draft: Draft, section: Section, form: SectionForm, stale: StaleDraft
) -> HttpResponse:
    """Both texts on one page; saving again from here is deliberate, for it knows of the other's revision."""
    theirs = [
        (question.label, draft.text(question, request.LANGUAGE_CODE))
        for question in section.questions
        if question.code in stale.codes
    ]
    form.data = form.data.copy()
    form.data["revision"] = draft.sketch.draft_revision
    for code in stale.codes:
        form.add_error(code, str(stale))
    return section_page(request, draft, section, form, status=409, theirs=theirs)


def _after_saving(
    request: HttpRequest, draft: Draft, section: Section, form: SectionForm, result: SaveResult
) -> HttpResponse:
    if result.after_deadline:
        messages.warning(
            request, _("The deadline has passed. Your text is saved as a draft, but it cannot be submitted.")
        )
    if result.errors:
        form.data = form.data.copy()
        form.data["revision"] = result.sketch.draft_revision
        for code, error in result.errors.items():
            form.add_error(code, error)
        return section_page(request, draft, section, form, status=422)
    if draft.has_conditions:  # what was saved may have opened or closed pages
        draft = read_draft(result.sketch)
    following = draft.after(section)
    if "later" in request.POST or following is None:
        messages.success(request, _("Saved. The sketch is not submitted yet.")) if not result.after_deadline else None
        return redirect("competition:sketch", draft.sketch.reference)
    return redirect("competition:section", draft.sketch.reference, following.code)
