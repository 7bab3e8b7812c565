"""Before the first letter is written: may we apply, what do we need, how long does it take."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.selectors import writable_organisations_of
from competition.enums import Phase
from competition.preparation_forms import EligibilityForm
from competition.selectors.access import candidates
from competition.selectors.calls import get_published_call
from competition.selectors.preparation import preparation, verdict


@require_safe
def prepare(request: HttpRequest, slug: str) -> HttpResponse:
    """Open to everybody. Who is signed in sees the answer for each of their organisations at once."""
    call, now = get_published_call(slug), timezone.now()
    form = EligibilityForm(request.GET if {"kind", "country"} & request.GET.keys() else None)
    context = {
        "call": call,
        "form": form,
        "verdict": verdict(call, **form.cleaned_data) if form.is_bound and form.is_valid() else None,
        "mine": candidates(call, writable_organisations_of(request.user), now) if request.user.is_authenticated else [],
        "needed": preparation(call),
        "phase": call.phase_at(now),
        "is_open": call.phase_at(now) == Phase.OPEN,
        "is_coming": call.phase_at(now) == Phase.ANNOUNCED,
    }
    return render(request, "competition/prepare.html", context, status=422 if form.errors else 200)
