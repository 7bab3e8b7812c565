"""An information meeting: when and where it is, and taking a place in it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import NotAllowed, Refused
from accounts.selectors import organisations_of
from competition.calendar import calendar_of_meeting
from competition.enquiry_forms import OrganisationForm
from competition.enums import RegistrationState
from competition.models import InformationMeeting
from competition.selectors.meetings import meeting_facts, published_meeting, registration_closes_at
from competition.services import registrations
from competition.views.common import own_pages, show_refusal


def _page(request: HttpRequest, meeting: InformationMeeting, form: OrganisationForm | None = None) -> HttpResponse:
    facts = meeting_facts(meeting, request.user, timezone.now())
    if form is None and request.user.is_authenticated and facts.takes_registrations and facts.mine is None:
        form = OrganisationForm(organisations=organisations_of(request.user).distinct())
    context = {
        "call": meeting.call,
        "meeting": meeting,
        "facts": facts,
        "form": form,
        "closes_at": registration_closes_at(meeting),
    }
    is_refused = form is not None and bool(form.errors)
    return render(request, "competition/meeting.html", context, status=422 if is_refused else 200)


@require_safe
@never_cache
def meeting(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    return _page(request, published_meeting(slug, pk))


@require_http_methods(["GET", "POST"])
@own_pages
def register(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take a place. Opened, which is how one comes back from signing in, it leads to the meeting's page."""
    found = published_meeting(slug, pk)
    if request.method == "GET":
        return redirect("competition:meeting", slug, pk)
    form = OrganisationForm(request.POST, organisations=organisations_of(request.user).distinct())
    if not form.is_valid():
        return _page(request, found, form)
    try:
        made = registrations.register(by=request.user, meeting=found, organisation=form.organisation_chosen())
    except NotAllowed:
        raise
    except Refused as refused:
        show_refusal(form, refused)
        return _page(request, found, form)
    if made.state == RegistrationState.REGISTERED:
        messages.success(request, _("You are registered. A confirmation is on its way to your mailbox."))
    else:
        messages.success(
            request, _("All places are taken. You are on the waiting list, and are told if a place is free.")
        )
    return redirect("competition:meeting", slug, pk)


@require_POST
@own_pages
def unregister(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = published_meeting(slug, pk)
    try:
        left = registrations.unregister(by=request.user, meeting=found)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("You are no longer registered.") if left else _("You were not registered."))
    return redirect("competition:meeting", slug, pk)


@require_safe
@never_cache
def meeting_calendar(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The meeting for one's own calendar; with its link for whoever has a place."""
    found = published_meeting(slug, pk)
    facts = meeting_facts(found, request.user, timezone.now())
    body = calendar_of_meeting(found, reverse("competition:meeting", args=[slug, pk]), facts.link)
    headers = {"Content-Disposition": f'inline; filename="{slug}-{pk}.ics"'}
    return HttpResponse(body, content_type="text/calendar; charset=utf-8", headers=headers)
