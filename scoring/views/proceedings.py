"""The page of a jury's secretary and observers. They give no grades, and read none of anybody's."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from scoring.selectors import proceedings as reads


@never_cache
@require_safe
@login_required
def proceedings(request: HttpRequest, slug: str) -> HttpResponse:
    """Who sits in the jury, and what it recommends as soon as it has."""
    seat = reads.get_attending_seat(request.user, slug)
    return render(request, "scoring/proceedings.html", {"call": seat.call, "found": reads.proceedings(seat)})
