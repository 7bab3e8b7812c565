"""The jury as an agency sees it, with its objections; and the chair's findings on them."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.errors import NotAllowed, Refused
from accounts.guards import require
from competition.models import Sketch
from competition.selectors.sketches import get_own_sketch
from competition.views.common import crumbs, own_pages, show_refusal
from scoring.models import Juror
from scoring.objection_forms import NOT_UPHELD, UPHELD, ObjectionForm
from scoring.selectors import objections as reads
from scoring.selectors.impartiality import DECLARABLE_STATES, reasons
from scoring.selectors.jury import get_seat
from scoring.services.objections import object_to_juror, settle_objection, withdraw_objection


@require_http_methods(["GET", "POST"])
@own_pages
def objections(request: HttpRequest, reference: str) -> HttpResponse:
    """Everybody in the jury, and a form for each; each press is one request, so that it works without script."""
    sketch = get_own_sketch(request.user, reference)
    require("scoring.object_to_juror", request.user, sketch)
    page = _page(sketch)
    if not page["jury"] and not page["others"]:
        raise Http404
    if request.method == "POST" and _act(request, sketch, page):
        return redirect("scoring:objections", reference)
    return render(request, "scoring/objections.html", page, status=422 if page["form"] else 200)


def _page(sketch: Sketch) -> dict:
    now, publication = timezone.now(), reads.publication_of(sketch.call)
    rows, others = reads.rows_for(sketch)
    takes = reads.takes_objections(publication, sketch.call.phase_at(now), now) and sketch.state in DECLARABLE_STATES
    known = list(reasons()) if takes else []
    return {
        "sketch": sketch,
        "call": sketch.call,
        "publication": publication,
        "takes": takes,
        "before": now < sketch.call.deadline,
        "jury": [[row, ObjectionForm(prefix=f"juror-{row.juror.pk}", reasons=known)] for row in rows],
        "others": others,
        "form": None,
        "crumbs": crumbs(sketch, _("The jury")),
    }


def _act(request: HttpRequest, sketch: Sketch, page: dict) -> bool:
    """Whether the page is to be fetched anew. Otherwise it carries what is wrong, at the form that was sent."""
    try:
        key = request.POST.get("withdraw")
        done = _withdraw(request, sketch, key) if key else _object(request, sketch, page)
    except NotAllowed:
        raise
    except Refused as refused:
        if page["form"] is None:
            messages.error(request, str(refused))
            return True
        show_refusal(page["form"], refused)
        return False
    if done:
        messages.success(request, done)
    return bool(done)


def _withdraw(request: HttpRequest, sketch: Sketch, key: str) -> str:
    found = next((one for one in reads.objections_of(sketch) if str(one.pk) == key), None)
    if found is None:
        raise NotAllowed(_("You have no access to this."))
    found.sketch = sketch
    withdraw_objection(by=request.user, objection=found)
    return _("The objection is taken back.")


def _object(request: HttpRequest, sketch: Sketch, page: dict) -> str:
    pair = next((pair for pair in page["jury"] if str(pair[0].juror.pk) == request.POST.get("juror")), None)
    if pair is None:
        raise NotAllowed(_("You have no access to this."))
    prefix, known = pair[1].prefix, list(reasons())
    form = page["form"] = pair[1] = ObjectionForm(request.POST, prefix=prefix, reasons=known)
    if not form.is_valid():
        return ""
    juror = Juror(pk=pair[0].juror.pk, call=sketch.call)
    object_to_juror(by=request.user, sketch=sketch, juror=juror, **form.cleaned_data)
    return _("Your objection has been received. You get a letter when there is a finding.")


@require_POST
@login_required
def settle(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The chair's finding on one objection."""
    juror = get_seat(request.user, slug)
    objection, upheld = reads.get_open_objection(juror.call, pk), request.POST.get("upheld")
    try:
        require("scoring.settle_impartiality", request.user, juror.call)
        if upheld not in (UPHELD, NOT_UPHELD):
            raise Refused(_("Choose one of the answers."))
        settle_objection(by=request.user, objection=objection, upheld=upheld == UPHELD)
    except NotAllowed as refused:
        raise Http404 from refused
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("The finding is recorded."))
    return redirect("scoring:impartiality", slug)
