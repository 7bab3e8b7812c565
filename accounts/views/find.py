"""Finding one's organisation, before registering it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import selectors
from accounts.forms import FindOrganisationForm
from accounts.views.common import next_page


@require_safe
@login_required
def organisation_find(request: HttpRequest) -> HttpResponse:
    """By name or number: those registered here, and those of the registers' snapshots."""
    form = FindOrganisationForm(request.GET if "q" in request.GET else None)
    matches = selectors.find_organisations(**form.cleaned_data) if form.is_valid() else []
    context = {
        "form": form,
        "matches": matches,
        "searched": form.is_bound and form.is_valid(),
        "mine": {membership.organisation_id for membership in selectors.memberships_of(request.user)},
        "next": next_page(request),
    }
    return render(request, "accounts/organisation_find.html", context, status=422 if form.errors else 200)
