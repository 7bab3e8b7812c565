"""One page of a sketch's form, and its autosave."""

from __future__ import annotations

import json
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
from competition.file_limits import limits_of
from competition.forms import SectionForm, UploadForm, typed
from competition.models import Question, Sketch
from competition.organisation_lists import as_lines
from competition.selectors.access import window_of
from competition.selectors.attachments import infected_files, uploads_under_way
from competition.selectors.retired import retired_page, with_retired
from competition.selectors.sections import Draft, Section, read_draft, standing
from competition.selectors.sketches import get_own_sketch
from competition.services.history import set_aside
from competition.services.sketches import SaveResult, save_answers
from competition.views.common import can_edit, crumbs, own_pages
from competition.views.together import notes, others_on_page


def _load(request: HttpRequest, reference: str, code: str) -> tuple[Sketch, Draft, Section]:
    sketch = get_own_sketch(request.user, reference)
    draft = read_draft(sketch)
    section = draft.section(code) or retired_page(sketch.call, code)
    if section is None:
        raise Http404
    return sketch, draft, section


def _form(user: User, draft: Draft, section: Section, data=None) -> SectionForm:
    """For a page as it is now; what is posted names the questions that the page had when it was made."""
    shown = data.get("on_page", "").split() if data else []
    call = draft.sketch.call
    return SectionForm(
        data,
        questions=with_retired(call, section.code, section.questions, shown) if shown else draft.on_page(section),
        topics=draft.topics,
        initial=_values(draft, section) | _about_page(user, draft, section),
    )


def _values(draft: Draft, section: Section) -> dict[str, Any]:
    return {question.code: draft.value(question) for question in section.questions}


def _about_page(user: User, draft: Draft, section: Section) -> dict[str, Any]:
    """The hidden fields: what the page knows of the draft, and a name of its own."""
    return {
        "revision": draft.sketch.draft_revision,
        "was": json.dumps(_values(draft, section), ensure_ascii=False),
        "page": uuid.uuid4().hex,
        "writer": user.pk,
    }


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
        "infected": infected_files(section.questions[0], sketch) if section.is_files else [],
        "uploads": uploads_under_way(request.user, section.questions[0], sketch) if section.is_files else [],
        "limits": limits_of(section.questions[0]),
        "editable": can_edit(request, sketch),
        "standing": standing(sketch, timezone.now()),
        "csrf_cookie": settings.CSRF_COOKIE_NAME,
        "others": _others(request, sketch, section, form),
        "rows": _rows(draft, section, request.LANGUAGE_CODE),
        "is_asked": bool(draft.asked_of(section)),
        "crumbs": crumbs(sketch, str(section.label)),
        **more,
    }
    return render(request, "competition/section.html", context, status=status)


def _others(request: HttpRequest, sketch: Sketch, section: Section, form) -> str:
    if section.is_files or not can_edit(request, sketch):
        return ""
    return others_on_page(request, sketch, section.code, str(form["page"].value() or ""), beats=False)


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
    return data | _about_page(user, draft, section)


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
    use = request.POST.get("use")
    values = {code: value for code, value in form.values().items() if code != use}
    # A page that showed two texts has been told of the other, so that what it saves replaces that on purpose.
    replaces = "chosen" in request.POST
    try:
        _set_aside(request.user, draft.sketch, form, use)
        result = save_answers(by=request.user, sketch=draft.sketch, values=values, seen=form.seen(), replaces=replaces)
    except NotAllowed:
        raise
    except Refused as refused:
        messages.error(request, str(refused))
        return section_page(request, draft, section, form, status=409)
    if result.joined or result.taken or result.open:
        return _show_both(request, section, form, result)
    return _after_saving(request, draft, section, form, result)


def _set_aside(user: User, sketch: Sketch, form: SectionForm, code: str | None) -> None:
    """Keep what stands in the field, for the other of two texts is used."""
    question = next((one for one in form.questions if one.code == code), None)
    if question is not None:
        set_aside(by=user, sketch=sketch, question=question, typed=form.values().get(question.code))


def _show_both(request: HttpRequest, section: Section, form: SectionForm, result: SaveResult) -> HttpResponse:
    """What the other changed. Where both changed the same, one's own text stays in the field: saving again from here
    is deliberate, for the page knows of the other's.
    """
    told = notes(request, result, form.questions, form.values(), form.seen())
    draft = read_draft(result.sketch)
    fresh = _form(request.user, draft, section)
    if not result.open and not result.errors:
        return section_page(request, draft, section, fresh, notes=told)
    form.data = form.data.copy()
    form.data["revision"], form.data["was"] = fresh.initial["revision"], fresh.initial["was"]
    for question in form.questions:
        if question.code in result.joined or question.code in result.taken:
            form.data.setlist(question.code, typed(question, result.values[question.code]))
    for code, error in result.errors.items():
        form.add_error(code, error)
    for code in result.open:
        form.add_error(code, _("Not saved yet: somebody else has changed the same lines. Look at both texts above."))
    return section_page(request, draft, section, form, status=409, notes=told, paused=bool(result.open))


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
        form.data["was"] = json.dumps(form.seen().values | result.values, ensure_ascii=False)
        for code, error in result.errors.items():
            form.add_error(code, error)
        return section_page(request, draft, section, form, status=422)
    if draft.has_conditions:  # what was saved may have opened or closed pages
        draft = read_draft(result.sketch)
    if draft.section(section.code) is None:
        messages.info(
            request, _("This is no longer asked. What you wrote is kept with the draft, and is not handed in.")
        )
        return redirect("competition:sketch", draft.sketch.reference)
    if "use" in request.POST or "keep" in request.POST:
        messages.success(request, _("Saved. The sketch is not submitted yet."))
        return redirect("competition:section", draft.sketch.reference, section.code)
    following = draft.after(section)
    if "later" in request.POST or following is None:
        messages.success(request, _("Saved. The sketch is not submitted yet.")) if not result.after_deadline else None
        return redirect("competition:sketch", draft.sketch.reference)
    return redirect("competition:section", draft.sketch.reference, following.code)
