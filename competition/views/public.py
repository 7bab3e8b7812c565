"""The public face of a call."""

from __future__ import annotations

from types import SimpleNamespace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from competition.selectors.calls import get_published_call
from competition.selectors.public import live_page_url


@require_safe
def call(request: HttpRequest, slug: str) -> HttpResponse:
    """To the call's page in the reader's language; the page itself where the page tree has none."""
    found = get_published_call(slug)
    if url := live_page_url(found, request):
        return redirect(url)
    page = SimpleNamespace(call=found, title=found.title, more="")
    return render(request, "competition/call_page.html", {"page": page})
