"""The endorsement: the applicant's page that asks for it, and the page that its link opens."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import InvalidInput, NotAllowed, Refused
from competition.endorsement_forms import AskForm, RefuseForm
from competition.enums import EndorsementState
from competition.selectors.access import window_of
from competition.selectors.attachments import get_endorser_file
from competition.selectors.co_applicants import confirmed
from competition.selectors.endorsements import by_token, draft_content, draft_endorsed, is_asked_for
from competition.selectors.sections import Draft, read_draft, standing
from competition.selectors.sketches import get_own_sketch
from competition.services.endorsements import ask_endorsement, give_endorsement, refuse_endorsement
from competition.views.attachments import file_response, preview_response
from competition.views.common import can_submit, crumbs, file_rows, own_pages, show_refusal


@require_http_methods(["GET", "POST"])
@own_pages
def endorsement(request: HttpRequest, reference: str) -> HttpResponse:
    """Where the sketch stands with its endorsement, and the form that asks for it."""
    found, now = get_own_sketch(request.user, reference), timezone.now()
    endorsed = draft_endorsed(found, now)
    record = endorsed.record
    initial = {"role_title": record.role_title, "mailbox": record.mailbox} if record else {}
    form = AskForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            ask_endorsement(by=request.user, sketch=found, **form.cleaned_data)
        except NotAllowed:
            raise
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("The request is on its way. The sketch can be changed until it is answered."))
            return redirect("competition:endorsement", reference)
    context = {
        "sketch": found,
        "call": found.call,
        "standing": standing(found, now),
        "window": window_of(found),
        "endorsed": endorsed,
        "asked_for": is_asked_for(found.call),
        "may_ask": can_submit(request, found) and is_asked_for(found.call),
        "form": form,
        "crumbs": crumbs(found, _("Endorsement")),
    }
    return render(request, "competition/endorsement.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def endorse(request: HttpRequest, token: str) -> HttpResponse:
    """The page of the one-time link: the sketch, read only, and two buttons. Opening it does nothing."""
    found = by_token(token)
    form = RefuseForm(request.POST if request.POST.get("answer") == "no" else None)
    problem = ""
    if request.method == "POST" and (not form.is_bound or form.is_valid()):
        try:
            if form.is_bound:
                refuse_endorsement(token=token, reason=form.cleaned_data["reason"])
            else:
                give_endorsement(token=token, seen=request.POST.get("seen", ""))
        except InvalidInput as refused:
            show_refusal(form, refused)
        except Refused as refused:
            problem = str(refused)
        else:
            return redirect("competition:endorse", token)
    usable = found is not None and found.is_usable_at(timezone.now())
    answered = found is not None and found.state in (EndorsementState.GIVEN, EndorsementState.REFUSED)
    context = {"record": found if usable else None, "answered": found if answered else None}
    context |= {"form": form, "problem": problem}
    if found is not None and usable:
        draft = read_draft(found.sketch)
        context |= {
            "rows": _rows(draft, request.LANGUAGE_CODE, token),
            "partners": confirmed(draft.co_applicants),
            "seen": draft_content(found.sketch),
        }
    status = 404 if found is None else 422 if form.errors else 200 if (usable or answered) and not problem else 410
    return render(request, "competition/endorse.html", context, status=status)


@never_cache
@require_safe
def endorser_file(request: HttpRequest, token: str, pk: int) -> HttpResponse:
    """A file of the sketch that the link is about, with the headers of every other; the link is the right."""
    return file_response(request, get_endorser_file(token, pk, timezone.now()))


@never_cache
@require_safe
def endorser_preview(request: HttpRequest, token: str, pk: int) -> HttpResponse:
    """The first page of such a file as a picture."""
    return preview_response(get_endorser_file(token, pk, timezone.now()))


def _rows(draft: Draft, language: str, token: str) -> list[dict]:
    return [
        {
            "label": question.label,
            "value": draft.text(question, language),
            "missing": "",
            "files": file_rows(draft, question, token=token),
        }
        for section in draft.sections
        for question in draft.asked_of(section)
    ]
