"""The public face of a call."""

from __future__ import annotations

from types import SimpleNamespace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from competition.selectors.calls import get_published_call
from competition.selectors.public import live_page


@require_safe
def call(request: HttpRequest, slug: str) -> HttpResponse:
    """The call's page in the reader's language; where the call has none in it, its texts in the nearest language."""
    if page := live_page(slug, request.LANGUAGE_CODE):
        return page.serve(request)
    found = get_published_call(slug)
    page = SimpleNamespace(call=found, title=found.title, more="")
    return render(request, "competition/call_page.html", {"page": page})
