"""Scoring one sketch: its text on one side, the rubric on the other."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import InvalidInput, NotAllowed, Refused
from competition.selectors.attachments import with_previews
from competition.views.attachments import file_response, preview_response
from scoring.enums import AssessmentState
from scoring.errors import StaleAssessment
from scoring.forms import AssessmentForm
from scoring.models import Assessment
from scoring.selectors import assessments as reads
from scoring.selectors import queue as queue_reads
from scoring.selectors.jury import is_open_for
from scoring.services import assessments as services


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def assess(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    assessment = reads.get_assessment_for(request.user, slug, reference)
    if not reads.has_declared(assessment):
        messages.info(request, _("Declare first whether you are impartial. The sketch opens after that."))
        return redirect("scoring:impartiality", slug)
    form = _form(request, assessment)
    stale = None
    if request.method == "POST" and form.is_valid():
        try:
            _save(request, assessment, form)
        except StaleAssessment as refused:
            stale = refused
        except InvalidInput as refused:
            form.add_refusal(refused)
        except NotAllowed as refused:
            raise Http404 from refused
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            return _go_on(request, assessment)
    status = 409 if stale else 422 if form.errors else 200
    return render(request, "scoring/assess.html", _context(assessment, form, stale), status=status)


@never_cache
@require_POST
def autosave(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Save what is typed so far. Answers with the line that says so; the status is for the script."""
    if not request.user.is_authenticated:
        text = _(
            "You have been signed out. What you typed is still on this page: sign in in another window, then save."
        )
        return render(request, "scoring/autosaved.html", {"state": "failed", "text": text}, status=401)
    assessment = reads.get_assessment_for(request.user, slug, reference)
    form, problem, saved, status = _form(request, assessment), "", None, 200
    if form.is_valid():
        try:
            saved = _save(request, assessment, form)
        except NotAllowed as refused:
            raise Http404 from refused
        except Refused as refused:
            problem, status = str(refused.message), 409
    else:
        problem, status = _("Not saved: something here cannot be stored. Press Save to see what."), 422
    context = {
        "call": assessment.sketch.call,
        "saved_at": timezone.now() if saved else None,
        "revision": saved.revision if saved else None,
        "state": "failed" if problem else "saved",
        "text": problem,
    }
    return render(request, "scoring/autosaved.html", context, status=status)


@require_POST
@login_required
def reopen(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    assessment = reads.get_assessment_for(request.user, slug, reference)
    try:
        services.reopen(by=request.user, assessment=assessment)
    except NotAllowed as refused:
        raise Http404 from refused
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("scoring:assess", slug, reference)


@never_cache
@require_safe
@login_required
def attachment(request: HttpRequest, slug: str, reference: str, pk: int) -> FileResponse:
    """A file of the version that is assessed; always downloaded, never shown in the page."""
    assessment = reads.get_assessment_for(request.user, slug, reference)
    found = reads.get_attachment(assessment, pk)
    return file_response(request, found)


@never_cache
@require_safe
@login_required
def attachment_preview(request: HttpRequest, slug: str, reference: str, pk: int) -> FileResponse:
    """The first page of such a file as a picture."""
    assessment = reads.get_assessment_for(request.user, slug, reference)
    return preview_response(reads.get_attachment(assessment, pk))


def _form(request: HttpRequest, assessment: Assessment) -> AssessmentForm:
    sent = request.method == "POST"
    return AssessmentForm(
        request.POST if sent else None,
        assessment=assessment,
        criteria=reads.criteria_of(assessment.sketch.call),
        stored=None if sent else reads.text_of(assessment),
    )


def _save(request: HttpRequest, assessment: Assessment, form: AssessmentForm) -> Assessment:
    return services.save_assessment(
        by=request.user,
        assessment=assessment,
        scores=form.scores(),
        comment=form.cleaned_data["comment"],
        private_note=form.cleaned_data["private_note"],
        expected_revision=form.cleaned_data["revision"],
    )


def _go_on(request: HttpRequest, assessment: Assessment) -> HttpResponse:
    """To the next sketch that is not filled in, to the summary after the last one, or back where one was."""
    slug, reference = assessment.sketch.call.slug, assessment.sketch.reference
    if "next" not in request.POST:
        messages.success(request, _("Saved."))
        return redirect("scoring:queue", slug) if "later" in request.POST else redirect(request.path)
    following = queue_reads.following(queue_reads.juror_queue(assessment.juror), reference)
    return redirect("scoring:assess", slug, following) if following else redirect("scoring:finish", slug)


def _context(assessment: Assessment, form: AssessmentForm, stale: StaleAssessment | None) -> dict:
    call = assessment.sketch.call
    queue = queue_reads.juror_queue(assessment.juror)
    references = [row.reference for row in queue.rows]
    is_open = is_open_for(assessment.juror, timezone.now())
    return {
        "assessment": assessment,
        "call": call,
        "sketch": assessment.sketch,
        "sections": with_previews(reads.content_of(assessment)),
        "form": form,
        "rubric": form.rubric(stale.theirs, stale.mine) if stale else form.rubric(),
        "stale": stale,
        "revision": stale.revision if stale else form["revision"].value(),
        "queue": queue,
        "saved_at": assessment.updated_at if assessment.revision else None,
        "number": references.index(assessment.sketch.reference) + 1,
        "can_write": is_open and assessment.state != AssessmentState.FINAL,
        "can_reopen": is_open and assessment.state == AssessmentState.FINAL,
        "others": reads.others_grades(assessment),
        "revisions": reads.revisions_of(assessment),
    }
