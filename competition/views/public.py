"""The public faces of a call and of a programme."""

from __future__ import annotations

from types import SimpleNamespace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from competition import page_cache
from competition.selectors.amendments import shown_amendments
from competition.selectors.call_page import live_page, published_call
from competition.selectors.page_version import page_version
from competition.selectors.programme_page import live_programme_page, public_programme


@require_safe
def call(request: HttpRequest, slug: str) -> HttpResponse:
    """The call's page in the reader's language; where the call has none in it, its texts in the nearest language.

    Whoever brings nothing of their own gets a page that is kept for everybody.
    """
    if not page_cache.may_be_shared(request):
        return page_cache.marked(_call(request, slug))
    now = timezone.now()
    version = page_version(slug, request.LANGUAGE_CODE)
    if version is None:
        raise Http404
    return page_cache.shared(
        request,
        version=version.key,
        instants=version.instants,
        now=now,
        make=lambda: _call(request, slug, has_page=version.page_id is not None),
    )


def _call(request: HttpRequest, slug: str, *, has_page: bool = True) -> HttpResponse:
    if has_page and (page := live_page(slug, request.LANGUAGE_CODE)):
        response = page.serve(request)
        return response.render() if hasattr(response, "render") else response
    if (found := published_call(slug)) is None:
        raise Http404
    page = SimpleNamespace(call=found, title=found.title, more="")
    return render(request, "competition/call_page.html", {"page": page})


@require_safe
def programme(request: HttpRequest, slug: str) -> HttpResponse:
    """A programme, with its calls. There is none before a call of it, or a page for it, is published."""
    if page := live_programme_page(slug, request.LANGUAGE_CODE):
        return page.serve(request)
    if (found := public_programme(slug, timezone.now())) is None:
        raise Http404
    page = SimpleNamespace(programme=found, title=found.name, more="")
    return render(request, "competition/programme_page.html", {"page": page})


@require_safe
def amendments(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything that changed after the opening, on a page of its own that can be printed and linked to."""
    if (found := published_call(slug)) is None:
        raise Http404
    shown = shown_amendments(found, request.LANGUAGE_CODE)
    return render(request, "competition/amendments.html", {"call": found, "amendments": shown})
