"""Joining an organisation: the page of whoever asks, and the page of whoever answers."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import selectors, services
from accounts.enums import MemberRole
from accounts.errors import InvalidInput, NotAllowed, Refused
from accounts.forms import ApproveForm, JoinForm, MailDomainForm, RefuseForm
from accounts.models import JoinRequest, Organisation
from accounts.rules import is_administrator, is_member
from accounts.views.common import add_errors, next_page, with_next


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def join(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask to join, join by the mail domain, or take the wish back. Says nothing of who the members are."""
    organisation = selectors.get_joinable(pk)
    if is_member(request.user, organisation):
        return redirect(next_page(request) or reverse("accounts:organisation_detail", args=[pk]))
    form = JoinForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            return _joined(request, organisation, form.cleaned_data["message"])
        except Refused as refused:
            form.add_error(None, str(refused))
    role = selectors.role_by_domain(request.user, organisation)
    context = {
        "organisation": organisation,
        "form": form,
        "role": MemberRole(role).label if role else "",
        "waiting": selectors.waiting_request(request.user, organisation),
        "refusal": selectors.last_refusal(request.user, organisation),
        "next": next_page(request),
    }
    return render(request, "accounts/join.html", context, status=422 if form.errors else 200)


def _joined(request: HttpRequest, organisation: Organisation, message: str) -> HttpResponse:
    """Does what the button says; raises Refused."""
    came_from = next_page(request)
    here = redirect(reverse("accounts:join", args=[organisation.pk]) + with_next(came_from))
    action = request.POST.get("action")
    if action == "domain":
        services.join_by_domain(by=request.user, organisation=organisation)
        messages.success(request, _("You can now act for %(name)s.") % {"name": organisation.name})
        return redirect(came_from or reverse("accounts:organisation_detail", args=[organisation.pk]))
    if action == "withdraw":
        services.withdraw_request(by=request.user, organisation=organisation)
        messages.success(request, _("Your request is taken back."))
    else:
        services.request_to_join(by=request.user, organisation=organisation, message=message, came_from=came_from)
        messages.success(request, _("The administrators are told. You get a letter when one of them has answered."))
    return here


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def join_request(request: HttpRequest, pk: int, request_pk: int) -> HttpResponse:
    """Where the letter's link leads. Opening it does nothing."""
    wish = selectors.get_join_request_for(request.user, pk, request_pk)
    if not is_administrator(request.user, wish.organisation):
        raise Http404
    refusing = request.POST.get("action") == "refuse"
    data = request.POST if request.method == "POST" else None
    approve, refuse = ApproveForm(None if refusing else data), RefuseForm(data if refusing else None)
    form = refuse if refusing else approve
    if request.method == "POST" and form.is_valid() and _answered(request, wish, form):
        return redirect("accounts:organisation_detail", pk=pk)
    context = {
        "wish": wish,
        "organisation": wish.organisation,
        "is_open": wish.is_open_at(timezone.now()),
        "approve": approve,
        "refuse": refuse,
        "form": form,
    }
    return render(request, "accounts/join_request.html", context, status=422 if form.errors else 200)


def _answered(request: HttpRequest, wish: JoinRequest, form) -> bool:
    """Whether the answer was given; otherwise the form says why not."""
    try:
        if isinstance(form, RefuseForm):
            services.refuse_request(by=request.user, request=wish, reason=form.cleaned_data["reason"])
            messages.success(request, _("The request is refused, and whoever asked is told why."))
        else:
            services.approve_request(by=request.user, request=wish, role=form.cleaned_data["role"])
            messages.success(request, _("%(person)s is a member now.") % {"person": wish.user.email})
    except NotAllowed:
        raise
    except InvalidInput as refused:
        add_errors(form, refused)
    except Refused as refused:
        wish.refresh_from_db()
        form.add_error(None, str(refused))
    else:
        return True
    return False


@require_http_methods(["GET", "POST"])
@login_required
def mail_domains(request: HttpRequest, pk: int) -> HttpResponse:
    """Which addresses let colleagues join without waiting."""
    organisation = selectors.get_organisation_for(request.user, pk)
    if not is_administrator(request.user, organisation):
        raise Http404
    initial = {"domains": "\n".join(organisation.mail_domains), "role": organisation.domain_role}
    form = MailDomainForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_mail_domains(by=request.user, organisation=organisation, **form.cleaned_data)
        except InvalidInput as refused:
            add_errors(form, refused)
        else:
            messages.success(request, _("Saved."))
            return redirect("accounts:organisation_detail", pk=pk)
    context = {"organisation": organisation, "form": form}
    return render(request, "accounts/mail_domains.html", context, status=422 if form.errors else 200)
