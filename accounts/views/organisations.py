"""Organisations of the signed-in person."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import selectors, services
from accounts.errors import InvalidInput
from accounts.forms import InvitationForm, MailboxForm, OrganisationForm
from accounts.rules import is_administrator
from accounts.views.common import add_errors, next_page

LONGEST_KEY = 18  # digits of a key the database can hold


@require_safe
@login_required
def organisation_list(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "accounts/organisation_list.html",
        {
            "memberships": selectors.memberships_of(request.user),
            "requests": selectors.own_requests(request.user),
        },
    )


def _from_register(request: HttpRequest) -> dict[str, str]:
    """What the register says of the organisation somebody found there, to begin with."""
    chosen = request.GET.get("entry", "")
    if not chosen.isascii() or not chosen.isdecimal() or len(chosen) > LONGEST_KEY:
        return {}
    entry = selectors.get_register_entry(int(chosen))
    return {name: getattr(entry, name) for name in ("name", "country", "kind", "number", "language_form")}


@require_http_methods(["GET", "POST"])
@login_required
def organisation_create(request: HttpRequest) -> HttpResponse:
    form = OrganisationForm(request.POST or None, initial=_from_register(request))
    if request.method == "POST" and form.is_valid():
        try:
            organisation = services.register_organisation(by=request.user, **form.cleaned_data)
        except InvalidInput as refused:
            add_errors(form, refused)
        else:
            messages.success(request, _("%(name)s is registered.") % {"name": organisation.name})
            return redirect(next_page(request) or reverse("accounts:organisation_detail", args=[organisation.pk]))
    return render(
        request,
        "accounts/organisation_form.html",
        {"form": form, "next": next_page(request)},
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
            add_errors(form, refused)
        else:
            messages.success(
                request,
                _("An invitation is on its way to %(email)s.") % {"email": invitation.email},
            )
            return redirect("accounts:organisation_detail", pk=organisation.pk)
    may_administer = is_administrator(request.user, organisation)
    context = {
        "organisation": organisation,
        "members": selectors.members_of(organisation),
        "invitations": selectors.open_invitations_of(organisation),
        "requests": selectors.requests_of(organisation) if may_administer else [],
        "may_administer": may_administer,
        "form": form,
    }
    return render(
        request,
        "accounts/organisation_detail.html",
        context,
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "POST"])
@login_required
def mailbox(request: HttpRequest, pk: int) -> HttpResponse:
    """Where letters to the organisation itself go."""
    organisation = selectors.get_organisation_for(request.user, pk)
    if not is_administrator(request.user, organisation):
        raise Http404
    form = MailboxForm(request.POST or None, initial={"mailbox": organisation.mailbox, "region": organisation.region})
    if request.method == "POST" and form.is_valid():
        services.set_mailbox(by=request.user, organisation=organisation, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect(next_page(request) or reverse("accounts:organisation_detail", args=[pk]))
    context = {"organisation": organisation, "form": form, "next": next_page(request)}
    return render(request, "accounts/mailbox.html", context, status=422 if form.errors else 200)
