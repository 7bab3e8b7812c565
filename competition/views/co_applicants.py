"""Who stands behind a sketch: the lead applicant's page, and the page that an invitation's link opens."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.errors import InvalidInput, NotAllowed, Refused
from accounts.guards import require
from accounts.selectors import writable_organisations_of
from competition.co_applicant_forms import DeclineForm, LeaveForm, UnregisteredForm
from competition.enums import CoApplicantRole, CoApplicantState
from competition.forms import SearchForm
from competition.models import CoApplicant, Sketch
from competition.rules import is_lead
from competition.selectors.co_applicants import by_token, candidates_to_confirm, get_row, rows_of
from competition.selectors.organisations import get_organisation, organisations_matching
from competition.selectors.sections import standing
from competition.selectors.sketches import get_own_sketch
from competition.services.co_applicants import (
    confirm_co_applicant,
    decline_co_applicant,
    invite_co_applicant,
    remove_co_applicant,
    resend_co_applicant,
    set_co_applicant_role,
    withdraw_co_applicant,
)
from competition.views.common import can_edit, crumbs, own_pages, show_refusal


@require_http_methods(["GET", "POST"])
@own_pages
def co_applicants(request: HttpRequest, reference: str) -> HttpResponse:
    """Everybody who was asked; each press is one request, so that it works without script."""
    found = get_own_sketch(request.user, reference)
    near = {"country": found.organisation.country}
    unregistered = UnregisteredForm(request.POST if "unregistered" in request.POST else None, initial=near)
    if request.method == "POST":
        try:
            done = _invite(request, found, unregistered) if unregistered.is_bound else _act(request, found)
        except NotAllowed:
            raise
        except Refused as refused:
            if not unregistered.is_bound:
                messages.error(request, _text(refused))
                return redirect("competition:co_applicants", reference)
            show_refusal(unregistered, refused)
        else:
            if done:
                messages.success(request, done)
                return redirect("competition:co_applicants", reference)
    context = _page(request, found) | {"unregistered": unregistered}
    return render(request, "competition/co_applicants.html", context, status=422 if unregistered.errors else 200)


def _text(refused: Refused) -> str:
    return str(next(iter(refused.errors.values()))) if isinstance(refused, InvalidInput) else str(refused)


def _invite(request: HttpRequest, sketch: Sketch, form: UnregisteredForm) -> str:
    if not form.is_valid():
        return ""
    co = invite_co_applicant(by=request.user, sketch=sketch, **form.cleaned_data)
    return _("%(name)s is asked to join.") % {"name": co.shown_name}


def _act(request: HttpRequest, sketch: Sketch) -> str:
    """What one of the page's buttons does; what was done, in words. A button that names nothing does nothing."""
    for role in CoApplicantRole.values:
        if (key := request.POST.get(f"invite_{role}")) is not None:
            organisation = get_organisation(key)
            co = invite_co_applicant(by=request.user, sketch=sketch, organisation=organisation, role=role)
            return _("%(name)s is asked to join.") % {"name": co.shown_name}
        if (key := request.POST.get(f"role_{role}")) is not None:
            co = set_co_applicant_role(by=request.user, co_applicant=_row(sketch, key), role=role)
            return _("Saved for %(name)s.") % {"name": co.shown_name}
    if (key := request.POST.get("again")) is not None:
        co = resend_co_applicant(by=request.user, co_applicant=_row(sketch, key))
        return _("%(name)s is asked to join.") % {"name": co.shown_name}
    if (key := request.POST.get("remove")) is not None:
        row = _row(sketch, key)
        remove_co_applicant(by=request.user, co_applicant=row)
        return _("%(name)s is no longer asked, and the link no longer counts.") % {"name": row.shown_name}
    raise Refused(_("Nothing was changed."))


def _row(sketch: Sketch, key: str) -> CoApplicant:
    row = get_row(sketch, int(key) if key.isdecimal() and len(key) < 19 else 0)
    row.sketch = sketch
    return row


def _page(request: HttpRequest, sketch: Sketch) -> dict:
    form = SearchForm(request.GET or None)
    query = form.cleaned_data["q"] if form.is_valid() else ""
    rows, own = rows_of(sketch), set(writable_organisations_of(request.user).values_list("pk", flat=True))
    return {
        "sketch": sketch,
        "call": sketch.call,
        "standing": standing(sketch, timezone.now()),
        "form": form,
        "query": query,
        "rows": [(row, row.organisation_id in own) for row in rows],
        "unconfirmed": [row.shown_name for row in rows if row.state == CoApplicantState.INVITED],
        "matches": organisations_matching(query, sketch=sketch),
        "editable": can_edit(request, sketch) and is_lead.test(request.user, sketch),
        "now": timezone.now(),
        "crumbs": crumbs(sketch, _("Co-applicants")),
    }


@require_http_methods(["GET", "POST"])
@own_pages
def co_applicant_withdraw(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    found = get_own_sketch(request.user, reference)
    row = get_row(found, pk)
    row.sketch = found
    require("competition.withdraw_co_applicant", request.user, row)
    form = LeaveForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_co_applicant(by=request.user, co_applicant=row, reason=form.cleaned_data["reason"])
        except NotAllowed:
            raise
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("%(name)s no longer stands behind the sketch.") % {"name": row.shown_name})
            return redirect("competition:sketch_list")
    context = {"sketch": found, "call": found.call, "co": row, "form": form}
    context["crumbs"] = crumbs(found, _("Co-applicants"))
    return render(request, "competition/co_applicant_withdraw.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def co_applicant_answer(request: HttpRequest, token: str) -> HttpResponse:
    """The page an invitation's link opens. Opening it does nothing: mail scanners open links too."""
    found = by_token(token)
    form = DeclineForm(request.POST if request.POST.get("answer") == "no" else None)
    problem = ""
    if request.method == "POST":
        try:
            if done := _answer(request, token, form):
                return done
        except Refused as refused:
            problem = _text(refused)
    usable = found is not None and found.is_usable_at(timezone.now())
    answered = found is not None and found.state != CoApplicantState.INVITED
    signed_in = request.user.is_authenticated
    context = {
        "co": found if usable else None,
        "answered": found if answered else None,
        "candidates": candidates_to_confirm(request.user, found) if usable and signed_in else [],
        "form": form,
        "problem": problem,
    }
    status = 422 if form.errors else 404 if found is None else 200 if (usable or answered) and not problem else 410
    return render(request, "competition/co_applicant_answer.html", context, status=status)


def _answer(request: HttpRequest, token: str, form: DeclineForm) -> HttpResponse | None:
    user = request.user if request.user.is_authenticated else None
    if form.is_bound:
        if not form.is_valid():
            return None
        decline_co_applicant(token=token, reason=form.cleaned_data["reason"], by=user)
        return redirect("competition:co_applicant_answer", token)
    if user is None:
        raise NotAllowed(_("Sign in as somebody who writes for the organisation."))
    organisation = get_organisation(request.POST.get("organisation", ""))
    co = confirm_co_applicant(by=user, token=token, organisation=organisation)
    messages.success(request, _("%(name)s now stands behind the sketch.") % {"name": co.shown_name})
    return redirect("competition:sketch", co.sketch.reference)
