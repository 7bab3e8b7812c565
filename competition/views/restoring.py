"""A whole submitted version put back into the draft, after a page that says what changes."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.errors import NotAllowed, Refused
from competition.models import Sketch, SketchVersion
from competition.rules import is_writing_applicant
from competition.selectors.sections import read_draft, standing
from competition.selectors.sketches import get_own_sketch
from competition.selectors.versions import compare, get_version, state_of_draft, state_of_version
from competition.services.restoring import Restored, restore_version
from competition.views.common import can_edit, crumbs, own_pages, seen_revision


@require_http_methods(["GET", "POST"])
@own_pages
def restore_whole(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    sketch = get_own_sketch(request.user, reference)
    if not is_writing_applicant.test(request.user, sketch):
        raise Http404
    version = get_version(sketch, str(number))
    if request.method == "POST":
        return _restore(request, sketch, version)
    return _confirm(request, sketch, version)


def _confirm(request: HttpRequest, sketch: Sketch, version: SketchVersion) -> HttpResponse:
    language, draft = request.LANGUAGE_CODE, read_draft(sketch)
    now, then = state_of_draft(draft, language), state_of_version(version, language)
    rows = [row for row in compare(now, then, language=language) if row.code in then.questions]
    form = {question.code for page in draft.pages for question in page.questions}
    context = {
        "sketch": sketch,
        "call": sketch.call,
        "standing": standing(sketch, timezone.now()),
        "version": version,
        "rows": [row for row in rows if row.code in form],
        "editable": can_edit(request, sketch),
        "crumbs": crumbs(sketch, _("Use a whole version")),
    }
    return render(request, "competition/restore_whole.html", context)


def _restore(request: HttpRequest, sketch: Sketch, version: SketchVersion) -> HttpResponse:
    try:
        restored = restore_version(
            by=request.user, sketch=sketch, version=version, expected_revision=seen_revision(request)
        )
    except NotAllowed:
        raise
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("competition:restore_whole", sketch.reference, version.number)
    _say(request, version, restored)
    return redirect("competition:sketch", sketch.reference)


def _say(request: HttpRequest, version: SketchVersion, restored: Restored) -> None:
    text = _("The draft holds the answers of version %(number)s again. It is not submitted yet.")
    messages.success(request, text % {"number": version.number})
    if restored.result.unkept:
        messages.warning(request, _("Some answers stay as they were: the form no longer takes those of the version."))
    if restored.missing:
        names = _("These files did not come back: %(names)s. They are no longer stored, or have no room.")
        messages.warning(request, names % {"names": ", ".join(restored.missing)})
