"""Earlier texts of one answer: who wrote what and when, and one of them put back into the draft."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from competition.selectors.history import earlier_texts, get_earlier, get_question_with_history
from competition.selectors.sections import standing
from competition.selectors.sketches import get_own_sketch
from competition.services.sketches import SaveResult
from competition.views.common import can_edit, crumbs, own_pages, put_back


@require_safe
@own_pages
def earlier(request: HttpRequest, reference: str, code: str) -> HttpResponse:
    sketch = get_own_sketch(request.user, reference)
    question = get_question_with_history(sketch, code)
    page, language = request.GET.get("page"), request.LANGUAGE_CODE
    context = {
        "sketch": sketch,
        "call": sketch.call,
        "question": question,
        "standing": standing(sketch, timezone.now()),
        "page": earlier_texts(request.user, sketch, question, page=page, language=language),
        "editable": can_edit(request, sketch),
        "crumbs": crumbs(sketch, _("Earlier texts")),
    }
    return render(request, "competition/earlier.html", context)


@require_POST
@own_pages
def restore_earlier(request: HttpRequest, reference: str, code: str, pk: int) -> HttpResponse:
    """Put an earlier text into the draft, as a change like any other. What was saved since the page was made stays."""
    sketch = get_own_sketch(request.user, reference)
    question = get_question_with_history(sketch, code)
    text = get_earlier(sketch, question, pk)
    before = sketch.draft_revision
    if result := put_back(request, sketch, {code: text.value}):
        _say(request, result, code, changed=result.sketch.draft_revision != before)
    return redirect("competition:earlier", reference, code)


def _say(request: HttpRequest, result: SaveResult, code: str, *, changed: bool) -> None:
    if result.open:
        messages.error(request, _("Nothing was changed: somebody has saved this answer since you opened the page."))
    elif code in result.unkept:
        messages.error(request, _("Nothing was changed: the form no longer takes this answer."))
    elif not changed:
        messages.info(request, _("Nothing was changed: the draft holds this text already."))
    elif result.after_deadline:
        messages.warning(
            request, _("The deadline has passed. Your text is saved as a draft, but it cannot be submitted.")
        )
    else:
        messages.success(request, _("The earlier text is back in the draft. It is not submitted yet."))
