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
from competition.forms import SectionForm, typed
from competition.models import Sketch
from competition.selectors.form_cache import form_of
from competition.selectors.retired import retired_page, with_retired
from competition.selectors.sections import Section, sections_of, standing
from competition.selectors.sketches import get_own_draft
from competition.services.sketches import SaveResult, save_answers
from competition.views.together import notes, others_on_page


@require_POST
@never_cache
def autosave(request: HttpRequest, reference: str, code: str) -> JsonResponse:
    """Save a page quietly. Whatever keeps the text from being saved, the script keeps it in the browser.

    Answers {"state", "html": the line that says so}; where something was saved also {"saved": codes, "revision",
    "standing"}. 401 without a session, or with that of somebody else than the page was made for.
    """
    if refused := _not_the_writer(request):
        return refused
    sketch = get_own_draft(request.user, reference)
    shown = request.POST.get("on_page", "").split()
    questions = with_retired(sketch.call, code, _page(sketch, code).questions, shown)
    form = SectionForm(request.POST, questions=questions, topics=[])
    form.is_valid()
    try:
        result = save_answers(
            by=request.user,
            sketch=sketch,
            values=form.values(),
            seen=form.seen(),
            questions=list(form.questions),
        )
    except NotAllowed as error:
        raise Http404 from error
    except Refused as refused:
        return _answer(request, "failed", 409, text=str(refused), zone=sketch.call)
    return _saved(request, code, form, result)


def _page(sketch: Sketch, code: str) -> Section:
    pages = sections_of(form_of(sketch.call))
    found = next((one for one in pages if one.code == code), None) or retired_page(sketch.call, code)
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


def _saved(request: HttpRequest, code: str, form: SectionForm, result: SaveResult) -> JsonResponse:
    """`was`: {code: what the draft holds}; `now`: {code: what the fields should show} where somebody else's change
    came in; `joined`: those that hold both changes; `notes`: what to say about it.
    """
    state, status, said = _how(result)
    told = notes(request, result, form.questions, form.values(), form.seen())
    kept = [one for one in form.questions if one.code not in result.unkept and one.code not in result.open]
    others = result.joined | result.taken
    data = {
        "saved": [question.code for question in kept],
        "was": {question.code: result.values.get(question.code) for question in kept},
        "now": {one.code: typed(one, result.values[one.code]) for one in kept if one.code in others},
        "joined": list(result.joined),
        "revision": result.sketch.draft_revision,
        "standing": _part(request, "standing_line", standing=standing(result.sketch, timezone.now())),
        "others": others_on_page(request, result.sketch, code, request.POST.get("page", ""), beats=True),
        "notes": _part(request, "together", notes=[one for one in told if one.kind != "open"], zone=result.sketch.call),
    }
    return _answer(request, state, status, data=data, zone=result.sketch.call, saved_at=result.saved_at, **said)


def _how(result: SaveResult) -> tuple[str, int, dict[str, Any]]:
    """(state, status, what the line says beside it)."""
    if result.open:
        text = _("Not saved: the same lines were changed by somebody else, or by you in another tab.")
        return "conflict", 409, {"text": text, "compare": True}
    if result.unkept:
        wrong = (str(error) for code, error in result.errors.items() if code in result.unkept)
        return "refused", 422, {"text": next(wrong, "")}  # the form's own button leads to the message at the field
    if result.after_deadline:
        return "late", 200, {"text": _("The deadline has passed. Saved as a draft that cannot be submitted.")}
    if result.errors:
        return "too-much", 200, {"text": str(next(iter(result.errors.values())))}
    return "saved", 200, {}


def _part(request: HttpRequest, name: str, **context: Any) -> str:
    return render_to_string(f"competition/includes/{name}.html", context, request)


def _answer(request: HttpRequest, state: str, status: int, *, data: dict | None = None, **said: Any) -> JsonResponse:
    html = render_to_string("components/autosave_status.html", {"state": state, **said}, request)
    return JsonResponse({"state": state, "html": html, **(data or {})}, status=status)
