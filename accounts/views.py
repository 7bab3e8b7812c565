"""Organisations of the signed-in person, and invitations to act for one."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import selectors, services
from accounts.errors import InvalidInput, Refused
from accounts.forms import InvitationForm, OrganisationForm, ReaderLanguageForm
from accounts.rules import is_administrator


def _next(request: HttpRequest) -> str:
    """Where the person came from, if that is a page of ours."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    return target if url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}) else ""


def _add_errors(form, refused: InvalidInput) -> None:
    for field, message in refused.errors.items():
        form.add_error(field if field in form.fields else None, message)


@require_safe
@login_required
def organisation_list(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "accounts/organisation_list.html",
        {"memberships": selectors.memberships_of(request.user)},
    )


@require_http_methods(["GET", "POST"])
@login_required
def organisation_create(request: HttpRequest) -> HttpResponse:
    form = OrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            organisation = services.register_organisation(by=request.user, **form.cleaned_data)
        except InvalidInput as refused:
            _add_errors(form, refused)
        else:
            messages.success(request, _("%(name)s is registered.") % {"name": organisation.name})
            return redirect(_next(request) or reverse("accounts:organisation_detail", args=[organisation.pk]))
    return render(
        request,
        "accounts/organisation_form.html",
        {"form": form, "next": _next(request)},
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "POST"])
@login_required
def organisation_detail(request: HttpRequest, pk: int) -> HttpResponse:
    organisation = selectors.get_organisation_for(request.user, pk)
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            invitation = services.invite_member(
                by=request.user,
                organisation=organisation,
                language=get_language() or "nb",
                **form.cleaned_data,
            )
        except InvalidInput as refused:
            _add_errors(form, refused)
        else:
            messages.success(
                request,
                _("An invitation is on its way to %(email)s.") % {"email": invitation.email},
            )
            return redirect("accounts:organisation_detail", pk=organisation.pk)
    context = {
        "organisation": organisation,
        "members": selectors.members_of(organisation),
        "invitations": selectors.open_invitations_of(organisation),
        "may_administer": is_administrator(request.user, organisation),
        "form": form,
    }
    return render(
        request,
        "accounts/organisation_detail.html",
        context,
        status=422 if form.errors else 200,
    )


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
