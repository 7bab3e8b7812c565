"""What a juror says beside declarations and grades: wishes, that something is given back, and the dates to keep."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import InvalidInput, NotAllowed, Refused
from competition.selectors.calls import topics
from scoring.calendar import calendar_of_jury
from scoring.enums import GiveBackReason
from scoring.juror_forms import GiveBackForm, WishesForm
from scoring.selectors import assessments as assessment_reads
from scoring.selectors import jury as jury_reads
from scoring.selectors import jury_home as home_reads
from scoring.selectors import wishes as wish_reads
from scoring.services.giving_back import give_back_sketch
from scoring.services.giving_back import step_back as leave_jury
from scoring.services.wishes import save_wishes


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def wishes(request: HttpRequest, slug: str) -> HttpResponse:
    """What the juror would rather assess, where the call asks for it."""
    juror = jury_reads.get_seat(request.user, slug)
    period = wish_reads.wish_period(juror.call)
    if period.until is None:
        raise Http404
    data = request.POST if request.method == "POST" else None
    form = WishesForm(data, rows=wish_reads.wish_rows(juror), topics=topics(), said=wish_reads.topic_wishes(juror))
    errors = form.errors()
    if data is not None and not errors:
        about_sketches, about_topics = form.wishes()
        try:
            save_wishes(by=request.user, juror=juror, sketches=about_sketches, topics=about_topics)
        except NotAllowed as refused:
            raise Http404 from refused
        except Refused as refused:
            errors = [(str(refused.message), "")]
        else:
            messages.success(request, _("Your wishes are saved."))
            return redirect("scoring:wishes", slug)
    context = {
        "juror": juror,
        "call": juror.call,
        "form": form,
        "errors": errors,
        "period": period,
        "is_open": wish_reads.asks_for_wishes(period, timezone.now()),
    }
    return render(request, "scoring/wishes.html", context, status=422 if errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def give_back(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """One sketch that the juror cannot assess. Whoever is not impartial is led to the declaration."""
    assessment = assessment_reads.get_assessment_for(request.user, slug, reference)
    if not assessment_reads.has_declared(assessment):
        return redirect("scoring:impartiality", slug)
    form = GiveBackForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["reason"] == GiveBackReason.CONFLICT:
            messages.info(request, _("Declare here that you are not impartial. Nothing more is needed."))
            return redirect(f"{reverse('scoring:impartiality', args=[slug])}#r-{reference}")
        try:
            give_back_sketch(by=request.user, assessment=assessment, **form.cleaned_data)
        except InvalidInput as refused:
            _add(form, refused)
        except NotAllowed as refused:
            raise Http404 from refused
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("The sketch is given back, and the jury secretary is told."))
            return redirect("scoring:queue", slug)
    context = {"call": assessment.sketch.call, "sketch": assessment.sketch, "assessment": assessment, "form": form}
    return render(request, "scoring/give_back.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def step_back(request: HttpRequest, slug: str) -> HttpResponse:
    """Leaving the jury before the work is done."""
    juror = jury_reads.get_seat(request.user, slug)
    form = GiveBackForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            leave_jury(by=request.user, juror=juror, **form.cleaned_data)
        except InvalidInput as refused:
            _add(form, refused)
        except NotAllowed as refused:
            raise Http404 from refused
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(
                request, _("You have left this jury, and the jury secretary is told. Thank you for your work.")
            )
            return redirect("scoring:jury_home")
    context = {"juror": juror, "call": juror.call, "form": form, "work": home_reads.work_of(juror)}
    return render(request, "scoring/step_back.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
@login_required
def dates(request: HttpRequest, slug: str) -> HttpResponse:
    """The juror's dates in a call, for a calendar."""
    juror = jury_reads.get_seat(request.user, slug)
    body = calendar_of_jury(juror, wish_reads.wish_period(juror.call), reverse("scoring:queue", args=[slug]))
    headers = {"Content-Disposition": f'inline; filename="{slug}-jury.ics"'}
    return HttpResponse(body, content_type="text/calendar; charset=utf-8", headers=headers)


def _add(form: GiveBackForm, refused: InvalidInput) -> None:
    for field, message in refused.errors.items():
        form.add_error(field, message)
