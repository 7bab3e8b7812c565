"""Pages that gather from several rooms: what is mine to do, and how a call ended."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.selectors import memberships_of
from home.selectors import open_tasks
from scoring.selectors.public import public_result


@never_cache
@require_safe
@login_required
def tasks(request: HttpRequest) -> HttpResponse:
    """What the signed-in person has to do, whatever role it comes from."""
    context = {
        "tasks": open_tasks(request.user),
        "memberships": memberships_of(request.user),
        "now": timezone.now(),
    }
    return render(request, "home/tasks.html", context)


@require_safe
def result(request: HttpRequest, slug: str) -> HttpResponse:
    """The published result of a call. Before publication there is nothing here, whoever asks."""
    found = public_result(slug=slug)
    if found is None:
        raise Http404
    return render(request, "scoring/result.html", {"result": found, "call": found.call})
