"""The page behind the link of an invitation to a jury. Opening it answers nothing, whoever or whatever opens it."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.errors import Refused
from competition.views.workspace_base import show_refusal
from scoring.enums import JurorState
from scoring.invitation_forms import DeclineForm, SuggestForm
from scoring.models import Juror
from scoring.selectors.effort import effort_of
from scoring.selectors.jury import has_expired, juror_by_token
from scoring.services.jury import answer_invitation
from scoring.services.recruiting import suggest_juror


@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Yes, no, or somebody else. The signed link is the right to answer; somebody else who is signed in has none."""
    juror = juror_by_token(token)
    if juror is None:
        return render(request, "scoring/invitation_void.html", status=404)
    stranger = request.user.is_authenticated and request.user.pk != juror.user_id
    suggests = request.method == "POST" and request.POST.get("answer") == "suggest"
    answer = DeclineForm(request.POST if request.method == "POST" and not suggests else None)
    suggestion = SuggestForm(request.POST if suggests else None)
    if request.method == "POST" and not stranger:
        form = suggestion if suggests else answer
        if form.is_valid() and _done(request, juror, form):
            return redirect(request.path)
    context = {
        "juror": juror,
        "call": juror.call,
        "effort": effort_of(juror.call, juror=juror),
        "form": suggestion if suggests else answer,
        "answer": answer,
        "suggestion": suggestion,
        "expired": has_expired(juror, timezone.now()),
        "stranger": stranger,
        "states": JurorState,
    }
    errors = answer.errors or suggestion.errors
    return render(request, "scoring/invitation.html", context, status=422 if errors else 200)


def _done(request: HttpRequest, juror: Juror, form: forms.Form) -> bool:
    """Whether the service took it; otherwise the form says why not."""
    try:
        if isinstance(form, SuggestForm):
            suggest_juror(juror=juror, **form.cleaned_data)
            messages.success(request, _("Thank you. Those who asked you read your suggestion; nobody is written to."))
        else:
            answer_invitation(juror=juror, accept=request.POST.get("answer") == "accept", **form.cleaned_data)
    except Refused as refused:
        show_refusal(form, refused)
        return False
    return True
