"""The beginning of a sketch: who applies, and whether they may."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.errors import NotAllowed, Refused
from accounts.selectors import writable_organisations_of
from competition.forms import StartForm
from competition.selectors.calls import get_published_call
from competition.services.sketches import start_sketch
from competition.views.common import own_pages


@require_http_methods(["GET", "POST"])
@own_pages
def start(request: HttpRequest, slug: str) -> HttpResponse:
    call = get_published_call(slug)
    mine = list(writable_organisations_of(request.user))
    eligible = writable_organisations_of(request.user).filter(kind__in=call.eligible_kinds)
    form = StartForm(
        request.POST if request.method == "POST" else None,
        organisations=eligible,
        initial={"organisation": mine[0].pk if mine else None},
    )
    if request.method == "POST" and form.is_valid():
        try:
            sketch = start_sketch(by=request.user, call=call, organisation=form.cleaned_data["organisation"])
        except NotAllowed:
            raise
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            return redirect("competition:sketch", sketch.reference)
    context = {
        "call": call,
        "form": form,
        "eligible": [one for one in mine if one.kind in call.eligible_kinds],
        "not_eligible": [one for one in mine if one.kind not in call.eligible_kinds],
        "is_open": call.accepts_sketches_at(timezone.now()),
    }
    return render(request, "competition/start.html", context, status=422 if form.errors else 200)
