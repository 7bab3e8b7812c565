"""Where a sketch stands, and the letters about it, for the agency that sent it in."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from competition.selectors.sections import standing
from competition.selectors.sketch_status import letter_about, letters_about, next_steps, timeline_of
from competition.selectors.sketches import get_own_sketch
from competition.sketch_links import links_of
from competition.views.common import crumbs, own_pages


@require_safe
@own_pages
def sketch_status(request: HttpRequest, reference: str) -> HttpResponse:
    found, now = get_own_sketch(request.user, reference), timezone.now()
    letters = letters_about(found)
    context = {
        "sketch": found,
        "call": found.call,
        "standing": standing(found, now),
        "steps": timeline_of(found, letters, now),
        "letters": letters,
        "next_steps": next_steps(found, letters, now),
        "links": links_of(found, request.user),
        "crumbs": crumbs(found, _("Status and letters")),
    }
    return render(request, "competition/sketch_status.html", context)


@require_safe
@own_pages
def sketch_letter(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    found = get_own_sketch(request.user, reference)
    if (letter := letter_about(found, pk)) is None:
        raise Http404
    context = {"sketch": found, "call": found.call, "letter": letter, "crumbs": crumbs(found, letter.label)}
    return render(request, "competition/sketch_letter.html", context)
