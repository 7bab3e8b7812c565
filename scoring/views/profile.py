"""What pools of jurors hold about somebody, shown to that person: to correct, take along, or have deleted."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import Refused
from competition.selectors.calls import topics
from competition.views.workspace_base import show_refusal
from scoring.pool_forms import OwnProfileForm
from scoring.selectors.pool import get_own_profile, own_data, own_profiles, profile_strengths
from scoring.services.pool import change_own_profile, leave_pool


@never_cache
@require_safe
@login_required
def profiles(request: HttpRequest) -> HttpResponse:
    """The pools that the person is in."""
    return render(request, "scoring/profiles.html", {"rows": own_profiles(request.user)})


@never_cache
@require_safe
@login_required
def data(request: HttpRequest) -> HttpResponse:
    """The same as a file."""
    response = JsonResponse({"pools": own_data(request.user)}, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = 'attachment; filename="pool-of-jurors.json"'
    return response


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def profile(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own profile in one pool, as a form."""
    found, known = get_own_profile(request.user, pk), topics()
    if request.method == "POST":
        form = OwnProfileForm(request.POST, topics=known)
        if form.is_valid():
            try:
                change_own_profile(
                    by=request.user,
                    profile=found,
                    facts=form.facts(),
                    pause=form.cleaned_data["pause"],
                    expected=form.cleaned_data["revision"],
                )
            except Refused as refused:
                show_refusal(form, refused)
            else:
                messages.success(request, _("Your profile was saved."))
                return redirect("scoring:profiles")
    else:
        initial = OwnProfileForm.initial_of(found, known, profile_strengths(found))
        form = OwnProfileForm(topics=known, initial=initial)
    return render(request, "scoring/profile.html", {"profile": found, "form": form}, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Out of the pool, through a page that says what it means."""
    found = get_own_profile(request.user, pk)
    if request.method == "POST":
        leave_pool(by=request.user, profile=found)
        messages.success(request, _("You are not in the pool any more. Nothing of your profile is kept."))
        return redirect("scoring:profiles")
    return render(request, "scoring/profile_leave.html", {"profile": found})
