"""Questions about a call: read by everybody, asked by anybody with an account."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.selectors import organisations_of
from competition.enquiry_forms import AskForm, EnquirySearchForm
from competition.models import Call
from competition.selectors.calls import get_published_call
from competition.selectors.enquiries import (
    SEARCH_AT_MOST,
    own_enquiries,
    published_enquiries,
    questions_close_at,
    takes_questions_at,
)
from competition.services.enquiries import ask as ask_question
from competition.views.common import attempt, own_pages

ROWS = 50


@require_safe
def enquiries(request: HttpRequest, slug: str) -> HttpResponse:
    """The published questions and answers of a call, those that hold every word of ?q=."""
    call, now = get_published_call(slug), timezone.now()
    search = request.GET.get("q", "").replace("\x00", " ")[:SEARCH_AT_MOST].strip()
    page = Paginator(published_enquiries(call, request.LANGUAGE_CODE, search), ROWS).get_page(request.GET.get("page"))
    context = {
        "call": call,
        "page_obj": page,
        "query": f"{urlencode({'q': search})}&" if search else "",
        "search": search,
        "form": EnquirySearchForm(initial={"q": search}),
        "closes_at": questions_close_at(call),
        "takes_questions": takes_questions_at(call, now),
    }
    return render(request, "competition/enquiries.html", context)


@require_http_methods(["GET", "POST"])
@own_pages
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    call = get_published_call(slug)
    mine = organisations_of(request.user).distinct()
    form = AskForm(
        request.POST if request.method == "POST" else None, organisations=mine, initial={"key": str(uuid.uuid4())}
    )
    if request.method == "POST" and _sent(request, call, form):
        messages.success(request, _("Your question is sent. You are told when the answer is published."))
        return redirect("competition:my_enquiries")
    context = {
        "call": call,
        "form": form,
        "closes_at": questions_close_at(call),
        "takes_questions": takes_questions_at(call, timezone.now()),
    }
    return render(request, "competition/ask.html", context, status=422 if form.errors else 200)


def _sent(request: HttpRequest, call: Call, form: AskForm) -> bool:
    """Whether the question was taken; otherwise the form says why, and keeps the text."""
    return attempt(
        form, lambda: ask_question(by=request.user, call=call, language=request.LANGUAGE_CODE, **form.arguments())
    )


@require_safe
@own_pages
def my_enquiries(request: HttpRequest) -> HttpResponse:
    page = Paginator(own_enquiries(request.user), ROWS).get_page(request.GET.get("page"))
    return render(request, "competition/my_enquiries.html", {"page_obj": page})
