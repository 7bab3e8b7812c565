"""A person's own account."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import services
from accounts.forms import ReaderLanguageForm


@require_http_methods(["GET", "POST"])
@login_required
def language(request: HttpRequest) -> HttpResponse:
    """In which language the site writes to the person."""
    form = ReaderLanguageForm(request.POST or None, initial={"language": request.user.language})
    if request.method == "POST" and form.is_valid():
        services.set_language(by=request.user, language=form.cleaned_data["language"])
        messages.success(request, _("Saved. Letters to you are written in that language from now on."))
        return redirect("accounts:language")
    return render(request, "accounts/language.html", {"form": form}, status=422 if form.errors else 200)
