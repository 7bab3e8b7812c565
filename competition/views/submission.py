"""Check, submit, withdraw."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import InvalidInput, NotAllowed, Refused
from competition.enums import CoApplicantState
from competition.errors import DeadlinePassed, Incomplete
from competition.forms import ReasonForm
from competition.models import Sketch
from competition.selectors.access import window_of
from competition.selectors.endorsements import draft_endorsed, is_asked_for
from competition.selectors.sections import Draft, read_draft, standing
from competition.selectors.sketches import get_own_sketch
from competition.services.sketches import withdraw_sketch
from competition.services.submission import submit_sketch
from competition.views.common import can_edit, can_submit, crumbs, file_rows, own_pages


def _change_url(draft: Draft, code: str) -> str:
    reference = draft.sketch.reference
    if code == "co_applicants":
        return reverse("competition:co_applicants", args=[reference])
    section = next(one for one in draft.sections if any(question.code == code for question in one.questions))
    return reverse("competition:section", args=[reference, section.code])


def _rows(draft: Draft, language: str, editable: bool) -> list[dict]:
    rows = [
        {
            "label": question.label,
            "value": draft.text(question, language),
            "files": file_rows(draft, question),
            "url": _change_url(draft, question.code) if editable else "",
            "missing": _("Must be answered") if question.required else "",
        }
        for section in draft.sections
        for question in draft.asked_of(section)
    ]
    names = "\n".join(
        co.shown_name if co.state == CoApplicantState.CONFIRMED else _("%(name)s (not confirmed)") % {"name": co}
        for co in draft.co_applicants
        if co.state in (CoApplicantState.CONFIRMED, CoApplicantState.INVITED)
    )
    url = _change_url(draft, "co_applicants") if editable else ""
    missing = _("Must be answered") if draft.sketch.call.min_organisations > 1 else ""
    return [*rows, {"label": _("Co-applicants"), "value": names, "url": url, "missing": missing}]


def _check_page(request: HttpRequest, sketch: Sketch, errors: dict, key: str, status: int = 200) -> HttpResponse:
    draft, now = read_draft(sketch), timezone.now()
    labels = {question.code: question.label for section in draft.sections for question in section.questions}
    labels["co_applicants"] = _("Co-applicants")
    editable = can_edit(request, sketch)
    context = {
        "sketch": sketch,
        "call": sketch.call,
        "window": window_of(sketch),
        "standing": standing(sketch, now),
        "rows": _rows(draft, request.LANGUAGE_CODE, editable),
        "errors": [
            (f"{labels.get(code, code)}: {text}", _change_url(draft, code) if code in labels else "")
            for code, text in errors.items()
        ],
        "editable": editable,
        "can_submit": can_submit(request, sketch),
        "unscanned": [one.name for one in draft.attachments if one.is_quarantined],
        "unconfirmed": [co.shown_name for co in draft.co_applicants if co.state == CoApplicantState.INVITED],
        "endorsed": draft_endorsed(sketch, now) if is_asked_for(sketch.call) else None,
        "key": key,
        "crumbs": crumbs(sketch, _("Check and submit")),
    }
    return render(request, "competition/check.html", context, status=status)


@require_safe
@own_pages
def check(request: HttpRequest, reference: str) -> HttpResponse:
    """Everything on one page; the page carries the key that makes a double click one submission."""
    sketch = get_own_sketch(request.user, reference)
    return _check_page(request, sketch, {}, str(uuid.uuid4()))


def _key(request: HttpRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid.uuid4()


@require_POST
@own_pages
def submit(request: HttpRequest, reference: str) -> HttpResponse:
    sketch, key = get_own_sketch(request.user, reference), _key(request)
    try:
        version = submit_sketch(by=request.user, sketch=sketch, idempotency_key=key)
    except NotAllowed:
        raise
    except Incomplete as refused:
        return _check_page(request, sketch, refused.errors, str(key), status=422)
    except DeadlinePassed as refused:
        messages.error(request, str(refused))
        return redirect("competition:sketch", reference)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("competition:check", reference)
    return redirect("competition:receipt", reference, version.leaf.number)


@require_http_methods(["GET", "POST"])
@own_pages
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    sketch = get_own_sketch(request.user, reference)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_sketch(by=request.user, sketch=sketch, reason=form.cleaned_data["reason"])
        except NotAllowed:
            raise
        except InvalidInput as refused:
            form.add_error("reason", refused.errors["reason"])
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect("competition:sketch", reference)
        else:
            messages.success(request, _("The sketch is withdrawn."))
            return redirect("competition:sketch", reference)
    context = {
        "sketch": sketch,
        "call": sketch.call,
        "standing": standing(sketch, timezone.now()),
        "form": form,
        "crumbs": crumbs(sketch, _("Withdraw")),
    }
    return render(request, "competition/withdraw.html", context, status=422 if form.errors else 200)
