"""Who acts for an organisation: roles, removing, leaving, and invitations that wait."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import selectors, services
from accounts.errors import NotAllowed, Refused
from accounts.forms import MemberRoleForm
from accounts.models import Membership
from accounts.rules import is_administrator


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def member(request: HttpRequest, pk: int, member_pk: int) -> HttpResponse:
    """A member's role, for administrators."""
    found = selectors.get_member_for(request.user, pk, member_pk)
    if not is_administrator(request.user, found.organisation):
        raise Http404
    removing = request.POST.get("action") == "remove"
    form = MemberRoleForm(
        request.POST if request.method == "POST" and not removing else None, initial={"role": found.role}
    )
    if request.method == "POST" and (removing or form.is_valid()):
        try:
            _remove(request, found) if removing else _change(request, found, form)
        except NotAllowed:
            raise
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect("accounts:organisation_detail", pk=pk)
        return redirect("accounts:organisation_detail", pk=pk)
    context = {
        "member": found,
        "organisation": found.organisation,
        "form": form,
        "is_self": found.user_id == request.user.pk,
    }
    return render(request, "accounts/member.html", context, status=422 if form.errors else 200)


def _remove(request: HttpRequest, found: Membership) -> None:
    services.remove_member(by=request.user, membership=found)
    messages.success(request, _("%(person)s is no longer a member.") % {"person": found.user.email})


def _change(request: HttpRequest, found: Membership, form: MemberRoleForm) -> None:
    changed = services.change_role(
        by=request.user,
        membership=found,
        role=form.cleaned_data["role"],
        expected=form.cleaned_data["expected"] or None,
    )
    messages.success(
        request,
        _("%(person)s is now “%(role)s”.") % {"person": found.user.email, "role": changed.get_role_display()},
    )


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """End one's own membership, after a page that says what that means."""
    organisation = selectors.get_organisation_for(request.user, pk)
    problem = ""
    if request.method == "POST":
        try:
            services.leave_organisation(by=request.user, organisation=organisation)
        except Refused as refused:
            problem = str(refused)
        else:
            messages.success(request, _("You no longer act for %(name)s.") % {"name": organisation.name})
            return redirect("accounts:organisation_list")
    context = {"organisation": organisation, "problem": problem}
    return render(request, "accounts/leave.html", context, status=409 if problem else 200)


@require_POST
@login_required
def waiting_invitation(request: HttpRequest, pk: int, invitation_pk: int) -> HttpResponse:
    """Send an open invitation again, or withdraw it."""
    found = selectors.get_invitation_for(request.user, pk, invitation_pk)
    if not is_administrator(request.user, found.organisation):
        raise Http404
    try:
        if request.POST.get("action") == "withdraw":
            services.withdraw_invitation(by=request.user, invitation=found)
            messages.success(request, _("The invitation to %(email)s is withdrawn.") % {"email": found.email})
        else:
            services.invite_member(
                by=request.user,
                organisation=found.organisation,
                email=found.email,
                role=found.role,
                language=get_language() or "nb",
            )
            messages.success(request, _("An invitation is on its way to %(email)s.") % {"email": found.email})
    except NotAllowed:
        raise
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("accounts:organisation_detail", pk=pk)
