"""Saving a page of a sketch while somebody types: what the script sends, and what it is told."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, JsonResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.errors import NotAllowed, Refused
from competition.errors import StaleDraft
from competition.forms import SectionForm
from competition.models import Sketch
from competition.selectors.sections import Section, questions_of, sections_of, standing
from competition.selectors.sketches import get_own_sketch
from competition.services.sketches import SaveResult, save_answers


@require_POST
@never_cache
def autosave(request: HttpRequest, reference: str, code: str) -> JsonResponse:
    """Save a page quietly. Whatever keeps the text from being saved, the script keeps it in the browser.

    Answers {"state", "html": the line that says so}; where something was saved also {"saved": codes, "revision",
    "standing"}. 401 without a session, or with that of somebody else than the page was made for.
    """
    if refused := _not_the_writer(request):
        return refused
    sketch = get_own_sketch(request.user, reference)
    form = SectionForm(request.POST, questions=_page(sketch, code).questions, topics=[])
    form.is_valid()
    try:
        result = save_answers(
            by=request.user,
            sketch=sketch,
            values=form.values(),
            expected_revision=form.expected_revision(),
            questions=list(form.questions),
        )
    except NotAllowed as error:
        raise Http404 from error
    except StaleDraft as stale:
        return _answer(request, "conflict", 409, text=str(stale), zone=sketch.call)
    except Refused as refused:
        return _answer(request, "failed", 409, text=str(refused), zone=sketch.call)
    return _saved(request, form, result)


def _page(sketch: Sketch, code: str) -> Section:
    found = next((one for one in sections_of(questions_of(sketch.call)) if one.code == code), None)
    if found is None or found.is_files:
        raise Http404
    return found


def _not_the_writer(request: HttpRequest) -> JsonResponse | None:
    """In one browser, another tab may have signed out, or signed in somebody else, since the page was made."""
    if not request.user.is_authenticated:
        return _answer(
            request,
            "signed-out",
            401,
            text=_("Signed out. Your text is kept in this browser, and saved when you sign in in another tab."),
            sign_in=True,
        )
    if request.POST.get("writer", str(request.user.pk)) != str(request.user.pk):
        text = _("Not saved: somebody else has signed in in this browser. Your text is kept here for you alone.")
        return _answer(request, "somebody-else", 401, text=text)
    return None


def _saved(request: HttpRequest, form: SectionForm, result: SaveResult) -> JsonResponse:
    said: dict[str, Any] = {"zone": result.sketch.call, "saved_at": result.saved_at}
    if result.after_deadline:
        said["text"] = _("The deadline has passed. Saved as a draft that cannot be submitted.")
    elif result.errors:
        said["text"] = str(next(iter(result.errors.values())))
    where = standing(result.sketch, timezone.now())
    return _answer(
        request,
        "failed" if result.unkept else "late" if result.after_deadline else "too-much" if result.errors else "saved",
        422 if result.unkept else 200,
        data={
            "saved": [question.code for question in form.questions if question.code not in result.unkept],
            "revision": result.sketch.draft_revision,
            "standing": render_to_string("competition/includes/standing_line.html", {"standing": where}, request),
        },
        **said,
    )


def _answer(request: HttpRequest, state: str, status: int, *, data: dict | None = None, **said: Any) -> JsonResponse:
    html = render_to_string("components/autosave_status.html", {"state": state, **said}, request)
    return JsonResponse({"state": state, "html": html, **(data or {})}, status=status)
