"""A person's own account."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import selectors, services
from accounts.errors import InvalidInput, Refused
from accounts.forms import DeletionCodeForm, ReaderLanguageForm
from accounts.views.common import add_errors


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


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def delete(request: HttpRequest) -> HttpResponse:
    """What deleting the account means and what stands against it; then a code by mail, and the end."""
    confirming = request.method == "POST" and request.POST.get("action") == "confirm"
    form = DeletionCodeForm(request.POST if confirming else None)
    sent = confirming
    if confirming and form.is_valid() and _deleted(request, form):
        return redirect("/")
    if request.method == "POST" and not confirming:
        sent = _code_sent(request)
    context = {"form": form, "sent": sent, "obstacles": selectors.obstacles_to_deleting(request.user)}
    return render(request, "accounts/delete.html", context, status=422 if form.errors else 200)


def _code_sent(request: HttpRequest) -> bool:
    try:
        services.ask_account_deletion(by=request.user)
    except Refused:
        return False  # the page says what stands against it
    return True


def _deleted(request: HttpRequest, form: DeletionCodeForm) -> bool:
    """Whether the account is gone; otherwise the form says why not."""
    try:
        services.delete_account(by=request.user, code=form.cleaned_data["code"])
    except InvalidInput as refused:
        add_errors(form, refused)
        return False
    except Refused as refused:
        form.add_error(None, str(refused))
        return False
    logout(request)
    messages.success(request, _("Your account is deleted."))
    return True
