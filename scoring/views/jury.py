"""A juror's way in: the invitation, the seats, the list of work, and sending it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import InvalidInput, NotAllowed, Refused
from competition.selectors.calls import topics
from scoring.queue_forms import QueueForm
from scoring.selectors import impartiality as impartiality_reads
from scoring.selectors import jury as jury_reads
from scoring.selectors import jury_home as home_reads
from scoring.selectors import queue as queue_reads
from scoring.selectors.proceedings import attending_seats
from scoring.services.assessments import finalise_all
from scoring.services.jury import invitation_token


@never_cache
@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """The person's seats, and invitations that wait for an answer."""
    invitations = [
        (juror, reverse("scoring:invitation", args=[invitation_token(juror)]))
        for juror in jury_reads.open_invitations_of(request.user)
    ]
    context = {
        "seats": home_reads.home_seats(request.user, timezone.now()),
        "past": home_reads.past_seats(request.user),
        "attending": attending_seats(request.user),
        "invitations": invitations,
    }
    return render(request, "scoring/jury_home.html", context)


@never_cache
@require_safe
@login_required
def queue(request: HttpRequest, slug: str) -> HttpResponse:
    """What is left, when it is due, and what comes next."""
    juror = jury_reads.get_seat(request.user, slug)
    found = queue_reads.juror_queue(juror)
    codes = {code for row in found.rows for code in row.topics}
    form = QueueForm(request.GET, topics=[topic for topic in topics() if topic.code in codes])
    context = {
        "juror": juror,
        "call": juror.call,
        "queue": found,
        "rows": queue_reads.chosen_rows(found, **form.asked()),
        "form": form,
        "undeclared": impartiality_reads.undeclared_count(juror),
        "is_open": jury_reads.is_open_for(juror, timezone.now()),
    }
    return render(request, "scoring/queue.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def finish(request: HttpRequest, slug: str) -> HttpResponse:
    """All of the juror's grades on one page, and the one button that sends them."""
    juror = jury_reads.get_seat(request.user, slug)
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        try:
            sent = finalise_all(by=request.user, juror=juror)
        except InvalidInput as refused:
            errors = [(f"{reference}: {message}", f"row-{reference}") for reference, message in refused.errors.items()]
        except NotAllowed as refused:
            raise Http404 from refused
        except Refused as refused:
            errors = [(str(refused.message), "grades")]
        else:
            text = ngettext("%(count)s assessment has been sent.", "%(count)s assessments have been sent.", sent)
            messages.success(request, text % {"count": sent} if sent else _("Everything had been sent already."))
            return redirect("scoring:queue", slug)
    found = queue_reads.juror_queue(juror)
    context = {
        "juror": juror,
        "call": juror.call,
        "queue": found,
        "summary": queue_reads.juror_summary(juror, found),
        "errors": errors,
        "is_open": jury_reads.is_open_for(juror, timezone.now()),
    }
    return render(request, "scoring/finish.html", context, status=422 if errors else 200)
