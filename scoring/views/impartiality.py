"""Declaring impartiality, for every sketch on one page; and the chair's findings."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.errors import InvalidInput, NotAllowed, Refused
from scoring.declaration_forms import CaseForm, DeclarationsForm
from scoring.enums import JurorRole
from scoring.models import Juror
from scoring.selectors import impartiality as reads
from scoring.selectors.jury import get_seat
from scoring.selectors.objections import open_objections_for
from scoring.services import impartiality as services


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def declare(request: HttpRequest, slug: str) -> HttpResponse:
    """Title, applicant and partners of every sketch, and one answer for each. No content before that."""
    juror = get_seat(request.user, slug)
    rows, reasons = reads.declaration_rows(juror), list(reads.reasons())
    form = DeclarationsForm(request.POST, rows=rows, reasons=reasons)
    if request.method == "POST":
        saved = _save(request, juror, form)
        if saved and not form.problems:
            messages.success(request, _told(reads.undeclared_count(juror)))
            return redirect("scoring:queue", slug)
        rows = reads.declaration_rows(juror)
        form.show(rows)
    country = juror.call.programme.organisation.country
    context = {
        "juror": juror,
        "call": juror.call,
        "form": form,
        "errors": form.errors(),
        "locked": [row for row in rows if row.is_locked],
        "reasons": [(reason, reason.references.get(country, "")) for reason in reasons],
        "cases": reads.unsettled_for(request.user, juror.call),
        "objections": open_objections_for(request.user, juror.call) if juror.role == JurorRole.CHAIR else [],
    }
    return render(request, "scoring/impartiality.html", context, status=422 if context["errors"] else 200)


def _save(request: HttpRequest, juror: Juror, form: DeclarationsForm) -> bool:
    """Keep what can be kept; the form holds what cannot."""
    declarations = form.declarations(impartial_for_the_rest="rest" in request.POST)
    try:
        declared = services.declare_many(by=request.user, juror=juror, declarations=declarations)
    except NotAllowed as refused:
        raise Http404 from refused
    except Refused as refused:
        form.general.append(refused.message)
        return False
    form.problems |= declared.problems
    return True


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def settle(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The chair's finding on one case, in writing."""
    juror = get_seat(request.user, slug)
    case = reads.get_unsettled_for(request.user, juror.call, pk)
    form = CaseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.settle(by=request.user, declaration=case, **form.cleaned_data)
        except InvalidInput as refused:
            form.add_error("finding", refused.errors["finding"])
        except NotAllowed as refused:
            raise Http404 from refused
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("The finding is recorded."))
            return redirect("scoring:impartiality", slug)
    context = {"juror": juror, "call": juror.call, "case": case, "form": form}
    return render(request, "scoring/settle.html", context, status=422 if form.errors else 200)


def _told(left: int) -> str:
    if not left:
        return _("You have declared for every sketch.")
    return ngettext(
        "Saved. %(count)s sketch waits for your declaration.",
        "Saved. %(count)s sketches wait for your declaration.",
        left,
    ) % {"count": left}
