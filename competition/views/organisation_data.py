"""Everything of one's organisation to take along."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.models import Organisation
from accounts.selectors import get_organisation_for
from competition.archive import stream
from competition.errors import TooManyDownloads
from competition.selectors.organisation_data import organisation_data as data_of
from competition.selectors.organisation_data import sketches_behind
from competition.tries import count_download
from competition.views.common import own_pages


@require_http_methods(["GET", "POST"])
@own_pages
def organisation_data(request: HttpRequest, pk: int) -> HttpResponse | StreamingHttpResponse:
    """Say what is in it, then send it. Any member may: it holds what members read here."""
    organisation, problem = get_organisation_for(request.user, pk), ""
    if request.method == "POST":
        try:
            count_download(request.user)
        except TooManyDownloads as refused:
            problem = str(refused)
        else:
            return _download(request, organisation)
    context = {
        "organisation": organisation,
        "sketches": sketches_behind(organisation).count(),
        "problem": problem,
    }
    return render(request, "competition/organisation_data.html", context, status=429 if problem else 200)


def _download(request: HttpRequest, organisation: Organisation) -> StreamingHttpResponse:
    now = timezone.now()
    entries = data_of(organisation, language=request.LANGUAGE_CODE, now=now)
    response = StreamingHttpResponse(stream(entries), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="skisse-{organisation.pk}-{now:%Y-%m-%d}.zip"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
