"""Two people at one page of a sketch: what each is told of the other, and who else is there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from competition.difference import Part, difference, shortened
from competition.display import answer_text, freeze_question
from competition.enums import QuestionKind
from competition.models import Answer, Question, Sketch, Topic
from competition.presence import gone, here
from competition.rules import is_writing_applicant
from competition.selectors.sections import questions_of, sections_of
from competition.selectors.sketches import get_own_sketch
from competition.services.settling import Seen
from competition.services.sketches import SaveResult
from competition.views.common import own_pages

PAGE_LENGTH = 32


@dataclass(frozen=True)
class Note:
    """What somebody else did to an answer since the page was made. `parts`: from what one had or wrote to what the
    draft holds now; `text`: the whole of that; `who`: empty where it was oneself, in another tab.
    """

    code: str
    label: str
    who: str
    at: dt.datetime
    kind: str  # "joined", "taken" or "open", see services.settling.Settled
    parts: list[Part]
    text: str


def notes(
    request: HttpRequest, result: SaveResult, questions: Iterable[Question], sent: dict[str, Any], seen: Seen
) -> list[Note]:
    """One for each answer that somebody else has saved since; `sent` as the form carried it."""
    told = []
    for question in questions:
        for kind, answers in (("joined", result.joined), ("taken", result.taken), ("open", result.open)):
            if (answer := answers.get(question.code)) is None:
                continue
            before = seen.values.get(question.code) if kind == "taken" else sent.get(question.code)
            now = _in_words(request, result.sketch, question, result.values[question.code])
            told.append(
                Note(
                    code=question.code,
                    label=question.label,
                    who=_who(request, answer),
                    at=answer.updated_at,
                    kind=kind,
                    parts=shortened(difference(_in_words(request, result.sketch, question, before), now)),
                    text=now,
                )
            )
    return told


def _in_words(request: HttpRequest, sketch: Sketch, question: Question, value: Any) -> str:
    if isinstance(value, str) and question.kind != QuestionKind.CHOICE:
        return value.replace("\r\n", "\n").strip()
    topics = list(Topic.objects.all()) if question.kind == QuestionKind.TOPICS else []
    frozen = freeze_question(question, currency=sketch.call.currency, topics=topics)
    return answer_text(frozen, value, request.LANGUAGE_CODE, [])


def _who(request: HttpRequest, answer: Answer) -> str:
    if answer.updated_by_id == request.user.pk:
        return ""
    return (answer.updated_by.name if answer.updated_by else "") or _("A colleague")


def others_on_page(request: HttpRequest, sketch: Sketch, code: str, page: str, *, beats: bool) -> str:
    """The lines that say who else has the page open; the person is a writer of the sketch."""
    page = page[:PAGE_LENGTH] or f"of {request.user.pk}"
    others = here(sketch=sketch, code=code, page=page, user=request.user, beats=beats)
    return render_to_string("competition/includes/others.html", {"others": others}, request)


@require_POST
@never_cache
@own_pages
def presence(request: HttpRequest, reference: str, code: str) -> HttpResponse:
    """The page's script says that it is still open, or, with `gone`, that it was left."""
    sketch = get_own_sketch(request.user, reference)
    page = request.POST.get("page", "")[:PAGE_LENGTH]
    known = any(one.code == code for one in sections_of(questions_of(sketch.call)))
    if not page or not known or not is_writing_applicant.test(request.user, sketch):
        raise Http404
    if "gone" in request.POST:
        gone(sketch=sketch, code=code, page=page)
        return HttpResponse(status=204)
    return JsonResponse({"others": others_on_page(request, sketch, code, page, beats=True)})
