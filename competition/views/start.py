"""The beginning of a sketch: who applies, whether they may, and the invitation code where the call asks for one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.errors import InvalidInput, NotAllowed, Refused
from accounts.models import Organisation
from accounts.selectors import writable_organisations_of
from competition.enums import AccessMode, Phase
from competition.errors import NeedsCode
from competition.forms import CodeForm, StartForm
from competition.models import Call
from competition.selectors.access import Candidate, candidates
from competition.selectors.calls import get_published_call
from competition.services.access import redeem_code
from competition.services.sketches import start_sketch
from competition.views.common import own_pages


def _candidates(request: HttpRequest, call: Call) -> list[Candidate]:
    return candidates(call, writable_organisations_of(request.user), timezone.now())


def _rows(chosen: list[Candidate]):
    return Organisation.objects.filter(pk__in=[one.organisation.pk for one in chosen])


@require_http_methods(["GET", "POST"])
@own_pages
def start(request: HttpRequest, slug: str) -> HttpResponse:
    call = get_published_call(slug)
    mine = _candidates(request, call)
    ready = [one for one in mine if one.may_start]
    data = request.POST if request.method == "POST" else None
    initial = {"organisation": ready[0].organisation.pk if ready else None}
    form = StartForm(data, organisations=_rows([one for one in mine if not one.reason]), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            sketch = start_sketch(by=request.user, call=call, organisation=form.cleaned_data["organisation"])
        except NotAllowed:
            raise
        except NeedsCode as refused:
            messages.error(request, str(refused))
            return redirect("competition:redeem", slug)
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            return redirect("competition:sketch", sketch.reference)
    form.fields["organisation"].queryset = _rows(ready)
    context = {
        "call": call,
        "form": form,
        "ready": ready,
        "invited": [one for one in mine if one.needs_code and not one.reason],
        "refused": [one for one in mine if one.reason],
        "is_open": call.accepts_sketches_at(timezone.now()) or any(one.is_open for one in mine),
        "with_window": [one for one in mine if one.window.is_late or one.window.is_early],
    }
    return render(request, "competition/start.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@own_pages
def redeem(request: HttpRequest, slug: str) -> HttpResponse:
    """Use an invitation code. A link may bring it along; only the button uses it."""
    call = get_published_call(slug)
    mine = [one for one in _candidates(request, call) if not one.reason]
    waiting = [one for one in mine if one.needs_code]
    first = waiting[0].organisation.pk if waiting else None
    initial = {"code": request.GET.get("code", "")[:40], "organisation": first}
    form = CodeForm(request.POST if request.method == "POST" else None, organisations=_rows(mine), initial=initial)
    if request.method == "POST" and form.is_valid() and _redeem(request, call, form):
        return redirect("competition:start", slug)
    context = {
        "call": call,
        "form": form,
        "waiting": waiting,
        "by_code": call.access == AccessMode.CODE,
        "takes_codes": call.phase_at(timezone.now()) in (Phase.ANNOUNCED, Phase.OPEN)
        or any(one.is_open for one in waiting),
    }
    return render(request, "competition/redeem.html", context, status=422 if form.errors else 200)


def _redeem(request: HttpRequest, call: Call, form: CodeForm) -> bool:
    """Whether the organisation is in; otherwise the form says why not."""
    organisation = form.cleaned_data["organisation"]
    try:
        redeem_code(by=request.user, call=call, organisation=organisation, typed=form.cleaned_data["code"])
    except NotAllowed:
        raise
    except InvalidInput as refused:
        for name, text in refused.errors.items():
            form.add_error(name, text)
        return False
    except Refused as refused:
        form.add_error("code", str(refused))
        return False
    messages.success(request, _("%(name)s may write in this call.") % {"name": organisation.name})
    return True
