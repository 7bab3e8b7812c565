"""The page an invitation's link opens."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import selectors, services
from accounts.errors import Refused


@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The page an invitation's link opens. Opening it does nothing: mail scanners open links too."""
    found = selectors.invitation_by_token(token)
    usable = found is not None and found.is_usable_at(timezone.now())
    problem = ""
    if request.method == "POST" and request.user.is_authenticated:
        try:
            membership = services.accept_invitation(by=request.user, token=token)
        except Refused as refused:
            problem = str(refused)
        else:
            messages.success(
                request,
                _("You can now act for %(name)s.") % {"name": membership.organisation.name},
            )
            return redirect("accounts:organisation_list")
    context = {"invitation": found if usable else None, "problem": problem}
    return render(
        request,
        "accounts/invitation.html",
        context,
        status=200 if usable and not problem else 410,
    )
